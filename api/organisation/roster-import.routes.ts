import type { EntityManager } from '@mikro-orm/postgresql';
import type { ImportedRow, RosterImportRow } from '#contracts/roster.contract.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { lockPersonnel } from '#persistence/organisation/personnel-lock.ts';
import { checkImportRows } from '#persistence/organisation/roster-check.repository.ts';
import { applyImportRows } from '#persistence/organisation/roster-apply.repository.ts';
import {
  listImports,
  listMissing,
  listRows,
  readImport,
  type ImportView,
  type RowAccess,
  type ShownRow,
} from '#persistence/organisation/roster-import.queries.ts';
import {
  confirmRow,
  correctRow,
  discardImport,
  findRow,
  lockImport,
  queueImport,
  type ImportForAct,
  type RowForAct,
} from '#persistence/organisation/roster-import.repository.ts';
import { findUnitId } from '#persistence/organisation/units.queries.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows, requireSome, type AppAbility } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type ActingContext, type SignedInContext } from '../http/context.ts';
import { ANY_TEXT, readCursor, UUID, writeCursor } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';

/** A larger file is checked again in the background when a row of it was corrected before it is applied. */
const CHECKED_AT_ONCE = 3000;

export const rosterImportRoutes = {
  rosterImports: signedIn.roster.rosterImports.handler(async ({ context }) => {
    requireSome(context.ability, 'read', 'RosterRow');
    return (await listImports(context.em, accessOf(context), ownUnits(context))).map((row) => present(context, row));
  }),
  rosterImport: signedIn.roster.rosterImport.handler(async ({ input, context }) =>
    present(context, await visibleImport(context, input.id)),
  ),
  rosterRows: signedIn.roster.rosterRows.handler(async ({ input, context }) => {
    await visibleImport(context, input.id);
    const after = readCursor(input.cursor, { number: /^\d{1,7}$/ });
    const rows = await listRows(
      context.em,
      input.id,
      accessOf(context),
      { show: input.show, after: Number(after?.number ?? 0), limit: input.limit + 1 },
      context.today,
    );
    const items = rows.slice(0, input.limit);
    return {
      items: items.map(presentRow),
      nextCursor: writeCursor(rows.length > input.limit ? { number: String(items.at(-1)!.number) } : null),
    };
  }),
  rosterMissing: signedIn.roster.rosterMissing.handler(async ({ input, context }) => {
    await visibleImport(context, input.id);
    const after = readCursor(input.cursor, { name: ANY_TEXT, id: UUID });
    const found = await listMissing(context.em, input.id, accessOf(context), { after, limit: input.limit + 1 });
    const items = found.slice(0, input.limit);
    const last = items.at(-1);
    return {
      items,
      nextCursor: writeCursor(found.length > input.limit && last ? { name: last.name, id: last.id } : null),
    };
  }),
  correctRosterRow: signedIn.roster.correctRosterRow.handler(({ input, context }) =>
    settle(context, input, async (em, row, roster) => {
      const unitId = input.cells.kode_unit ? await findUnitId(em, input.cells.kode_unit.trim()) : null;
      if (unitId && !allows(context.ability, 'edit', 'RosterRow', { unitId })) throw new Problem('roster.foreignUnit');
      await correctRow(em, roster.id, row.number, input.cells, context.actor.employeeId);
      await appendAuditEvent(em, {
        kind: 'rosterRowCorrected',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: {
          importId: roster.id,
          row: row.number,
          columns: Object.keys({ ...row.cells, ...input.cells }).filter(
            (key) => (row.cells as Record<string, string>)[key] !== (input.cells as Record<string, string>)[key],
          ),
        },
      });
    }),
  ),
  confirmRosterRow: signedIn.roster.confirmRosterRow.handler(({ input, context }) =>
    settle(context, input, async (em, row, roster) => {
      if (row.state !== 'held') throw new Problem('roster.rowNotHeld');
      await confirmRow(em, roster.id, row.number, context.actor.employeeId);
      await appendAuditEvent(em, {
        kind: 'rosterRowConfirmed',
        at: new Date(),
        actorId: context.actor.employeeId,
        data: { importId: roster.id, row: row.number },
      });
    }),
  ),
  applyRoster: signedIn.roster.applyRoster.handler(async ({ input, context }) => {
    await requireApplicable(context, input.id);
    if (!(await inTransaction(context.em, (em) => queueImport(em, input.id, 'apply', context.actor.employeeId))))
      throw new Problem('roster.notChecked');
    return present(context, await visibleImport(context, input.id));
  }),
  discardRoster: signedIn.roster.discardRoster.handler(async ({ input, context }) => {
    const roster = await requireApplicable(context, input.id);
    if (roster.state === 'working') throw new Problem('roster.busy');
    if (roster.state === 'applied') throw new Problem('roster.alreadyApplied');
    await discardImport(context.em, input.id);
    return { discarded: true as const };
  }),
};

/** The units in whose name somebody uploads: those they administer. */
export const ownUnits = ({ actor }: Pick<ActingContext, 'actor'>): string[] => [
  ...new Set(actor.unitIdsByRole.agencyAdmin),
];

const mayAdminister = (ability: AppAbility): boolean => ability.can('administer', 'RosterImport');
export const accessOf = ({ ability }: SignedInContext): RowAccess => ({
  filter: accessibleBy(ability, 'read', 'RosterRow'),
  seesUnknownUnits: mayAdminister(ability),
});

const mayApply = (context: SignedInContext, { unitIds }: Pick<ImportView, 'unitIds'>): boolean => {
  const own = new Set(ownUnits(context));
  return mayAdminister(context.ability) && (unitIds ?? []).every((id) => own.has(id));
};

/** An import of which somebody may apply the whole or sees at least one row; 404 otherwise. */
export async function visibleImport(context: SignedInContext, id: string): Promise<ImportView> {
  requireSome(context.ability, 'read', 'RosterRow');
  const view = found(await readImport(context.em, id, accessOf(context)));
  const rows = Object.values(view.counts).reduce((sum, count) => sum + count, 0);
  if (!mayApply(context, view) && rows === 0) throw notFound();
  return view;
}

async function requireApplicable(context: SignedInContext, id: string): Promise<ImportView> {
  const view = await visibleImport(context, id);
  if (!mayApply(context, view)) throw new Problem('access.denied');
  return view;
}

/**
 * Settles one row and tries it again: at once, together with the rows that waited for it; after the import was applied, what
 * is ready now comes in with the same act. Nothing is half done: it is one transaction.
 */
async function settle(
  context: SignedInContext,
  { id, number }: { id: string; number: number },
  act: (em: EntityManager, row: RowForAct, roster: ImportForAct) => Promise<void>,
): Promise<{ row: ImportedRow; isChecking: boolean }> {
  const view = await visibleImport(context, id);
  const isChecking = await inTransaction(context.em, async (em) => {
    await lockPersonnel(em, view.state === 'applied' ? 'alone' : 'shared');
    const roster = found(await lockImport(em, id));
    if (roster.state !== 'checked' && roster.state !== 'applied') throw new Problem('roster.busy');
    const row = found(await findRow(em, id, number));
    requireOwnRow(context, row);
    if (row.state === 'applied') throw new Problem('roster.rowDone');
    await act(em, row, roster);
    const isLarge = roster.state === 'checked' && roster.totalRows > CHECKED_AT_ONCE;
    if (isLarge) return queueImport(em, id, 'check', context.actor.employeeId);
    await checkImportRows(em, id, {
      unitIds: roster.unitIds,
      today: context.today,
      rows: roster.state === 'applied' ? 'open' : 'all',
    });
    if (roster.state === 'applied') await applyImportRows(em, id, { postsFrom: roster.postsFrom });
    return false;
  });
  const [row] = await listRows(
    context.em,
    id,
    { filter: {}, seesUnknownUnits: true },
    { show: 'all', after: 0, limit: 1, number },
    context.today,
  );
  return { row: presentRow(found(row)), isChecking };
}

function requireOwnRow({ ability }: SignedInContext, row: RowForAct): void {
  const isOwn =
    row.unitId === null ? mayAdminister(ability) : allows(ability, 'edit', 'RosterRow', { unitId: row.unitId });
  if (!isOwn) throw notFound();
}

const present = (context: SignedInContext, { unitIds, ...view }: ImportView): RosterImportRow => ({
  ...view,
  mayApply: mayApply(context, { unitIds }),
});

function presentRow({ problems, officers, admins, unitId: _unitId, ...row }: ShownRow): ImportedRow {
  const names = {
    personnelOfficer: officers,
    agencyAdmin: admins,
    employee: [row.cells.nama?.trim() ?? ''].filter(Boolean),
  };
  return {
    ...row,
    problems: problems.map(({ column, code, severity, value, owner, detail }) => {
      // A unit without a personnel officer is the administrator's care.
      const role = owner === 'personnelOfficer' && officers.length === 0 ? 'agencyAdmin' : owner;
      return { column, code, severity, value, detail: detail ?? null, owner: { role, names: names[role] } };
    }),
  };
}
