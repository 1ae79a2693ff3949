import { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import { parse } from 'csv-parse';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { checkRoster, isEnded } from '#domain/organisation/roster.ts';
import type { RosterProblem, RosterRow } from '#domain/organisation/roster-row.ts';
import { queueFacts } from '../commands/facts.repository.ts';
import { select, sql, type Sql } from '../sql.ts';
import { makePlan, numberFrom, readKnown, readUnits, type Change, type Plan } from './roster-plan.ts';

export type RosterImport = {
  isDryRun: boolean;
  today: CalendarDate;
  /** Units that rows may belong to; others count as unknown. Null: all. */
  unitIds: readonly string[] | null;
  /** First day of new posts; today when missing. */
  postsFrom?: string;
  /** Opens an account with this password hash for everybody who is new; held rows stay closed. */
  passwordHash?: string;
};

export type RosterResult = {
  isDryRun: boolean;
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  refused: number;
  problems: RosterProblem[];
};

/** Reads a CSV text as it streams in; headers are trimmed and in small letters, `,` and `;` both separate. */
export async function readRosterCsv(csv: string | Readable): Promise<RosterRow[]> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => header.map((cell) => cell.trim().toLowerCase()),
    delimiter: [',', ';'],
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: 100_000,
  });
  const rows: RosterRow[] = [];
  for await (const row of (typeof csv === 'string' ? Readable.from([csv]) : csv).pipe(parser))
    rows.push(row as RosterRow);
  return rows;
}

/**
 * Imports a staff roster in the caller's transaction: all good rows or, in a dry run, none. A person is known by their
 * number; a row that says what is known already changes nothing. Whoever gets another superior while a cycle runs has it
 * told to that cycle.
 */
export async function importRoster(
  em: EntityManager,
  rows: readonly RosterRow[],
  options: RosterImport,
): Promise<RosterResult> {
  const units = await readUnits(em, options.unitIds);
  const known = await readKnown(em);
  const { entries, problems } = checkRoster(rows, { units, today: options.today, knownNips: new Set(known.keys()) });
  const plan = makePlan(entries, known, new Map(units.map((unit) => [unit.code, unit.id])));
  // Nobody is here to confirm a return to service.
  plan.changed = plan.changed.filter(({ before }) => before === null || !isEnded(before.status));
  if (!options.isDryRun) await carryOut(em, plan, options);
  return {
    isDryRun: options.isDryRun,
    rows: rows.length,
    added: plan.added.length,
    changed: plan.changed.length,
    unchanged: entries.length - plan.added.length - plan.changed.length,
    refused: rows.length - entries.length,
    problems: [...problems],
  };
}

async function carryOut(em: EntityManager, { added, changed }: Plan, options: RosterImport): Promise<void> {
  const from = options.postsFrom ?? options.today;
  const all = [...added, ...changed];
  const newPositions = all.filter(({ isNewPosition }) => isNewPosition);
  const run = (query: Sql): Promise<unknown> => select(em, query);

  await run(sql`insert into position (id, unit_id, title, kind, grade_level, is_unit_head)
    select "positionId", "unitId", title, "positionKind", "gradeLevel", "isUnitHead" from ${recordset(newPositions)}`);
  await run(sql`insert into employee (id, name, born_on, sex, email, employment, grade, status, unit_id, notes)
    select "employeeId", name, "bornOn", sex, email, employment, grade, status, "unitId", notes from ${recordset(added)}`);
  await run(sql`insert into employee_number (number, employee_id, kind, valid_from)
    select number, "employeeId", case employment when 'PPPK' then 'NI PPPK' else 'NIP' end, "numberFrom" from ${recordset(added)}`);
  await run(sql`update employee e set name = r.name, born_on = r."bornOn", sex = r.sex, email = r.email, employment = r.employment, grade = r.grade, status = r.status,
    unit_id = r."unitId", notes = r.notes from ${recordset(changed)} where e.id = r."employeeId"`);
  await run(sql`update position_assignment a set valid_to = ${from}::date - 1 from ${recordset(changed.filter(({ isNewPosition }) => isNewPosition))}
    where a.employee_id = r."employeeId" and a.kind = 'definitif' and a.valid_to is null`);
  await run(sql`insert into position_assignment (position_id, employee_id, kind, valid_from)
    select "positionId", "employeeId", 'definitif', ${from}::date from ${recordset(newPositions)}`);
  await run(sql`update position p set title = r.title, kind = r."positionKind", grade_level = r."gradeLevel", is_unit_head = r."isUnitHead", superior_position_id = r."superiorPositionId"
    from ${recordset(all)} where p.id = r."positionId"`);
  if (options.passwordHash) {
    await run(
      sql`insert into account (employee_id, password_hash, is_active) select "employeeId", ${options.passwordHash}, "isReady" from ${recordset(added)}`,
    );
  }
  const employeeIds = changed.filter(({ hasNewSuperior }) => hasNewSuperior).map(({ employeeId }) => employeeId);
  await queueFacts(em, { about: { employeeIds }, signal: 'superiorChanged', actorId: null });
}

/** Changes as a table `r`, sent as one parameter. */
const recordset = (changes: readonly Change[]): Sql => sql`jsonb_to_recordset(${JSON.stringify(
  changes.map(({ entry, employeeId, positionId, facts }) => ({
    ...facts,
    employeeId,
    positionId,
    number: entry.nip.digits,
    numberFrom: numberFrom(entry),
    isReady: entry.state === 'ready',
  })),
)}::jsonb) as r("employeeId" uuid, "positionId" uuid, number text, "numberFrom" date, "isReady" boolean, name text, "bornOn" date, sex text, email text, employment text,
  grade text, status text, "unitId" uuid, notes text, title text, "positionKind" text, "gradeLevel" text, "isUnitHead" boolean, "superiorPositionId" uuid)`;
