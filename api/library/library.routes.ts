import type { EntityManager } from '@mikro-orm/postgresql';
import { parse } from 'csv-parse/sync';
import type { LibraryImport } from '#contracts/library.contract.ts';
import { polarityOf, validateLibraryIndicator, type LibraryIndicator } from '#domain/skp/library.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import {
  addIndicator,
  changeIndicator,
  listJobs,
  listLibrary,
  listTemplates,
  positionTitleOf,
  retireIndicator,
  retireTemplate,
  saveTemplate,
  suggestIndicators,
} from '#persistence/library/library.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { requireSome } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { ANY_TEXT, readCursor, UUID, writeCursor } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { requireVisibleCycle } from '../cycles/cycle.presenter.ts';

export const libraryRoutes = {
  list: signedIn.library.list.handler(async ({ input, context }) => {
    const after = readCursor(input.cursor, { job: ANY_TEXT, indikator: /^[^\0]{0,1000}$/, id: UUID });
    const { items, next } = await listLibrary(context.em, input, after, input.limit);
    return { items, nextCursor: writeCursor(next) };
  }),
  jobs: signedIn.library.jobs.handler(({ context }) => listJobs(context.em)),
  add: signedIn.library.add.handler(async ({ input, context }) => {
    requireWriter(context);
    requireValid(input);
    const row = await addIndicator(context.em, input, context.actor.employeeId);
    if (!row) throw new Problem('library.duplicate');
    return row;
  }),
  change: signedIn.library.change.handler(async ({ input: { id, ...fields }, context }) => {
    requireWriter(context);
    requireValid(fields);
    const row = found(await changeIndicator(context.em, id, fields, context.actor.employeeId));
    if (row === 'duplicate') throw new Problem('library.duplicate');
    return row;
  }),
  retire: signedIn.library.retire.handler(async ({ input, context }) => {
    requireWriter(context);
    if (!(await retireIndicator(context.em, input.id, context.actor.employeeId))) throw notFound();
    return { retired: true as const };
  }),
  importCsv: signedIn.library.importCsv.handler(async ({ input, context }) => {
    requireWriter(context);
    const rows = readRows(input.csv);
    return inTransaction(context.em, async (inner) =>
      importRows(inner, rows, input.isDryRun, context.actor.employeeId),
    );
  }),
  suggestions: signedIn.library.suggestions.handler(async ({ input, context }) => {
    await requireVisibleCycle(context, input.cycleId);
    return suggestIndicators(context.em, found(await positionTitleOf(context.em, input.cycleId)), input.search);
  }),
  templates: signedIn.library.templates.handler(async ({ context }) => {
    requireWriter(context);
    return listTemplates(context.em);
  }),
  templatesFor: signedIn.library.templatesFor.handler(async ({ input, context }) => {
    await requireVisibleCycle(context, input.cycleId);
    return listTemplates(context.em, found(await positionTitleOf(context.em, input.cycleId)));
  }),
  saveTemplate: signedIn.library.saveTemplate.handler(async ({ input, context }) => {
    requireWriter(context);
    return saveTemplate(context.em, input, context.actor.employeeId);
  }),
  retireTemplate: signedIn.library.retireTemplate.handler(async ({ input, context }) => {
    requireWriter(context);
    if (!(await retireTemplate(context.em, input.id, context.actor.employeeId))) throw notFound();
    return { retired: true as const };
  }),
};

const requireWriter = ({ ability }: SignedInContext): void => requireSome(ability, 'administer', 'IndicatorLibrary');

function requireValid(fields: LibraryIndicator): void {
  const problems = validateLibraryIndicator(fields);
  if (problems.length)
    throw new Problem(
      'content.invalid',
      undefined,
      problems.map(({ path, code }) => ({ path, message: code })),
    );
}

const COLUMNS = ['jabatan', 'indikator', 'aspek', 'satuan', 'cara_ukur', 'target', 'arah_ukuran'] as const;
const COLUMN_OF: Readonly<Record<string, string>> = {
  job: 'jabatan',
  indikator: 'indikator',
  aspek: 'aspek',
  satuan: 'satuan',
  polarity: 'arah_ukuran',
};
type Line = { row: number; indicator: LibraryIndicator };

/** The lines of a CSV file, separated by semicolons or commas. */
function readRows(csv: string): Line[] {
  try {
    const delimiter = csv.split('\n', 1)[0]!.includes(';') ? ';' : ',';
    const rows = parse<Record<string, string>>(csv, {
      columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
      bom: true,
      skip_empty_lines: true,
      trim: true,
      delimiter,
    });
    const missing = COLUMNS.slice(0, 4).filter((column) => rows[0] && !(column in rows[0]));
    if (!rows.length || missing.length) throw new Error(missing.join());
    return rows.map((row, index) => ({
      row: index + 2,
      indicator: {
        job: row['jabatan'] ?? '',
        indikator: row['indikator'] ?? '',
        aspek: (row['aspek'] ?? '').toLowerCase() as LibraryIndicator['aspek'],
        satuan: row['satuan'] ?? '',
        measure: row['cara_ukur'] ?? '',
        target: row['target'] ?? '',
        polarity: polarityOf(row['arah_ukuran'] ?? ''),
      },
    }));
  } catch {
    throw new Problem('library.file');
  }
}

/** Judges every line, then adds those that are right; a dry run is rolled back by not being written at all. */
async function importRows(
  em: EntityManager,
  lines: readonly Line[],
  isDryRun: boolean,
  actorId: string,
): Promise<LibraryImport> {
  const report: LibraryImport = { isDryRun, rows: lines.length, added: 0, known: 0, refused: 0, problems: [] };
  const seen = new Set<string>();
  for (const { row, indicator } of lines) {
    const problems = validateLibraryIndicator(indicator);
    if (problems.length) {
      report.refused += 1;
      for (const { path, code } of problems)
        report.problems.push({
          row,
          column: COLUMN_OF[path]!,
          code,
          value: String(indicator[path as keyof LibraryIndicator]).slice(0, 100),
        });
      continue;
    }
    const key = [indicator.job, indicator.indikator, indicator.aspek].join('\n').toLowerCase();
    const isNew =
      !seen.has(key) &&
      (isDryRun ? await isUnknown(em, indicator) : (await addIndicator(em, indicator, actorId)) !== null);
    seen.add(key);
    if (isNew) report.added += 1;
    else report.known += 1;
  }
  if (!isDryRun && report.added)
    await appendAuditEvent(em, {
      kind: 'libraryImported',
      at: new Date(),
      actorId,
      data: { added: report.added, refused: report.refused },
    });
  return report;
}

async function isUnknown(em: EntityManager, { job, indikator, aspek }: LibraryIndicator): Promise<boolean> {
  const { items } = await listLibrary(em, { job, search: indikator.slice(0, 100) }, null, 100);
  return !items.some((one) => one.indikator.toLowerCase() === indikator.toLowerCase() && one.aspek === aspek);
}
