import type { EntityManager } from '@mikro-orm/postgresql';
import { CsvError } from 'csv-parse';
import type { RosterReport } from '#contracts/administration.contract.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { RosterRow } from '#domain/organisation/roster.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { today } from '#persistence/organisation/actor.repository.ts';
import { listUnits } from '#persistence/organisation/employees.queries.ts';
import { importRoster, readRosterCsv, type RosterResult } from '#persistence/organisation/roster.repository.ts';
import { allows, requireSome } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';

export const rosterImportRoutes = {
  importRoster: signedIn.administration.importRoster.handler(async ({ input, context }) => {
    requireSome(context.ability, 'administer', 'Employee');
    const rows = await readRosterCsv(input.csv).catch(refuseUnreadable);
    return present(await runImport(context, rows, input.isDryRun));
  }),
};

/** One transaction: either every good row, or nothing. Only units in the administrator's reach count as known. */
async function runImport({ em, actor, ability }: SignedInContext, rows: RosterRow[], isDryRun: boolean): Promise<RosterResult> {
  const units = (await listUnits(em)).filter(({ id }) => allows(ability, 'administer', 'Employee', { unitId: id }));
  return em.fork().transactional(async (inner) => {
    const manager = inner as EntityManager;
    const result = await importRoster(manager, rows, { isDryRun, today: today() as CalendarDate, unitIds: units.map(({ id }) => id) });
    const { added, changed, refused } = result;
    if (!isDryRun) await appendAuditEvent(manager, { kind: 'rosterImported', at: new Date(), actorId: actor.employeeId, data: { rows: rows.length, added, changed, refused } });
    return result;
  });
}

const refuseUnreadable = (error: unknown): never => {
  throw error instanceof CsvError ? new Problem('roster.file', { line: error['lines'] as unknown }) : error;
};

const present = ({ problems, ...counts }: RosterResult): RosterReport => ({
  ...counts,
  problems: problems.map(({ row, severity, column, code, value, owner }) => ({ row, severity: severity === 'error' ? ('error' as const) : ('held' as const), column, code, value, owner })),
});
