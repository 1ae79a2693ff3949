import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { missingHeaders } from '#domain/organisation/roster-cells.ts';
import { inTransaction } from '../transaction.ts';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import type { Orm } from '../orm.ts';
import { select, sql } from '../sql.ts';
import { lockPersonnel } from './personnel-lock.ts';
import { checkImportRows } from './roster-check.repository.ts';
import { applyImportRows } from './roster-apply.repository.ts';
import { readRoster, RosterFileError, type RosterLine } from './roster-file.ts';
import {
  claimImport,
  failImport,
  finishImport,
  forgetRows,
  keepRows,
  noteParsed,
  noteProgress,
  readUpload,
  releaseImport,
  type ImportInWork,
} from './roster-import.repository.ts';

const BATCH = 2000;
/** An import that brings its worker down again and again is given up. */
const MOST_ATTEMPTS = 5;
const RETRY_SECONDS = 5;

/** Another worker has the import now. */
class TakenOver extends Error {}

/**
 * Does what an import waits for: reads the file, checks its rows, or applies them. May be called again at any moment and by
 * any worker; what one that died left behind is done anew.
 */
export async function workOnImport(orm: Orm, id: string, now: Date): Promise<void> {
  const fork = (): EntityManager => orm.em.fork();
  const work = await claimImport(fork(), id);
  if (!work) return;
  if (work.attempts > MOST_ATTEMPTS) return failImport(fork(), id, 'server.error', { attempts: work.attempts - 1 });
  const today = civilDate(now, work.timeZone);
  const note = async (phase: 'reading' | 'checking' | 'applying', done: number, total?: number): Promise<void> => {
    if (!(await noteProgress(fork(), work, { phase, done, ...(total !== undefined && { total }) })))
      throw new TakenOver();
  };
  const alive = setInterval(() => void noteAlive(fork(), work).catch(() => undefined), 5000);
  try {
    if (!work.isParsed) await readFile(fork, work, note);
    if (work.want === 'apply') await apply(fork, work, today, note);
    else await check(fork, work, today, note);
  } catch (error) {
    if (error instanceof TakenOver) return;
    if (error instanceof RosterFileError) return failImport(fork(), id, error.code, error.detail);
    await releaseImport(fork(), id, RETRY_SECONDS).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(alive);
  }
}

type Fork = () => EntityManager;
type Note = (phase: 'reading' | 'checking' | 'applying', done: number, total?: number) => Promise<void>;

/** A long statement shows no progress; the claim is renewed all the same. */
const noteAlive = (em: EntityManager, { id, attempts }: ImportInWork): Promise<unknown> =>
  select(
    em,
    sql`update roster_import set claimed_until = now() + interval '30 seconds' where id = ${id} and state = 'working' and attempts = ${attempts}`,
  );

async function readFile(fork: Fork, { id, format }: ImportInWork, note: Note): Promise<void> {
  await forgetRows(fork(), id);
  let total = 0;
  let batch: RosterLine[] = [];
  const flush = async (): Promise<void> => {
    if (!batch.length) return;
    await keepRows(fork(), id, batch);
    total += batch.length;
    batch = [];
    await note('reading', total, total);
  };
  for await (const line of readRoster(format, () => readUpload(fork(), id), requireColumns)) {
    if (batch.push(line) >= BATCH) await flush();
  }
  await flush();
  await inTransaction(fork(), (em) => noteParsed(em, id, total));
}

function requireColumns(columns: readonly string[]): void {
  const missing = missingHeaders(columns);
  if (missing.length > 0) throw new RosterFileError('roster.columnsMissing', { columns: missing.join(', ') });
}

async function check(fork: Fork, work: ImportInWork, today: CalendarDate, note: Note): Promise<void> {
  await note('checking', 0);
  await inTransaction(fork(), async (em) => {
    await checkImportRows(em, work.id, {
      unitIds: work.unitIds,
      today,
      rows: 'all',
      onProgress: (done) => note('checking', done),
    });
    await finishImport(em, work, 'checked');
  });
}

/** One act: checked once more against what is known by now, then applied, in one transaction. */
async function apply(fork: Fork, work: ImportInWork, today: CalendarDate, note: Note): Promise<void> {
  await note('applying', 0);
  await inTransaction(fork(), async (em) => {
    await lockPersonnel(em, 'alone');
    await checkImportRows(em, work.id, {
      unitIds: work.unitIds,
      today,
      rows: 'all',
      onProgress: (done) => note('applying', Math.floor(done / 2)),
    });
    const counts = await applyImportRows(em, work.id, {
      postsFrom: work.postsFrom,
      onProgress: (share) => note('applying', Math.floor(work.totalRows * (0.5 + share / 2))),
    });
    await appendAuditEvent(em, {
      kind: 'rosterImported',
      at: new Date(),
      actorId: work.actorId,
      data: { importId: work.id, fileName: work.fileName, rows: work.totalRows, ...counts },
    });
    await finishImport(em, work, 'applied');
  });
}
