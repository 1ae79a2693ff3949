import { Readable } from 'node:stream';
import type { EntityManager } from '@mikro-orm/postgresql';
import { parse } from 'csv-parse';
import { v7 as uuidv7 } from 'uuid';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { checkRoster, type RosterEntry, type RosterProblem, type RosterRow, type RosterUnit } from '#domain/organisation/roster.ts';
import { queueFacts } from '../commands/facts.repository.ts';
import { select, sql, type Sql } from '../sql.ts';

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

export type RosterResult = { isDryRun: boolean; rows: number; added: number; changed: number; unchanged: number; refused: number; problems: RosterProblem[] };

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
  for await (const row of (typeof csv === 'string' ? Readable.from([csv]) : csv).pipe(parser)) rows.push(row as RosterRow);
  return rows;
}

/**
 * Imports a staff roster in the caller's transaction: all good rows or, in a dry run, none. A person is known by their
 * number; a row that says what is known already changes nothing. Whoever gets another superior while a cycle runs has it
 * told to that cycle.
 */
export async function importRoster(em: EntityManager, rows: readonly RosterRow[], options: RosterImport): Promise<RosterResult> {
  const units = await readUnits(em, options.unitIds);
  const known = await readKnown(em);
  const { entries, problems } = checkRoster(rows, { units, today: options.today, knownNips: new Set(known.keys()) });
  const plan = makePlan(entries, known, new Map(units.map((unit) => [unit.code, unit.id])));
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

type UnitRow = RosterUnit & { id: string };

const readUnits = (em: EntityManager, unitIds: readonly string[] | null): Promise<UnitRow[]> =>
  select<UnitRow>(
    em,
    sql`select u.id, u.code, parent.code as "parentCode" from unit u left join unit parent on parent.id = u.parent_id
        where ${unitIds === null ? sql`true` : sql`u.id = any(${unitIds}::uuid[])`} order by u.path`,
  );

/** What a roster says about a person, in the words of the tables. */
type Facts = {
  name: string; bornOn: string; sex: 'L' | 'P'; email: string; employment: 'PNS' | 'PPPK'; grade: string; status: string; unitId: string; notes: string;
  title: string; positionKind: string; gradeLevel: string; isUnitHead: boolean; superiorPositionId: string | null;
};
type Known = { employeeId: string; positionId: string | null; facts: Facts };

async function readKnown(em: EntityManager): Promise<Map<string, Known>> {
  const found = await select<Facts & { number: string; employeeId: string; positionId: string | null }>(
    em,
    sql`select n.number, e.id as "employeeId", e.name, e.born_on as "bornOn", e.sex, e.email, e.employment, e.grade, e.status, e.unit_id as "unitId", e.notes,
          p.id as "positionId", p.title, p.kind as "positionKind", p.grade_level as "gradeLevel", p.is_unit_head as "isUnitHead", p.superior_position_id as "superiorPositionId"
        from employee_number n join employee e on e.id = n.employee_id
        left join lateral (
          select p.* from position_assignment a join position p on p.id = a.position_id
          where a.employee_id = e.id and a.kind = 'definitif' and a.valid_to is null order by a.valid_from desc limit 1) p on true
        where n.valid_to is null`,
  );
  return new Map(found.map(({ number, employeeId, positionId, ...facts }) => [number, { employeeId, positionId, facts }]));
}

type Change = { entry: RosterEntry; employeeId: string; positionId: string; facts: Facts; isNewPosition: boolean; hasNewSuperior: boolean };
type Plan = { added: Change[]; changed: Change[] };

function makePlan(entries: readonly RosterEntry[], known: ReadonlyMap<string, Known>, unitIds: ReadonlyMap<string, string>): Plan {
  const drafted = entries.map((entry) => {
    const before = known.get(entry.nip.digits);
    const unitId = unitIds.get(entry.unitCode)!;
    // A post stays with its unit: who moves to another unit gets a post there.
    const isNewPosition = !before?.positionId || before.facts.unitId !== unitId;
    return { entry, before, unitId, isNewPosition, employeeId: before?.employeeId ?? uuidv7(), positionId: isNewPosition ? uuidv7() : before!.positionId! };
  });
  const positionByNip = new Map(drafted.map(({ entry, positionId }) => [entry.nip.digits, positionId]));
  const superiorOf = (nip: string | null): string | null => (nip === null ? null : (positionByNip.get(nip) ?? known.get(nip)?.positionId ?? null));
  const plan: Plan = { added: [], changed: [] };
  for (const { before, unitId, ...draft } of drafted) {
    const facts = factsOf(draft.entry, unitId, superiorOf(draft.entry.superiorNip));
    if (!before) plan.added.push({ ...draft, facts, hasNewSuperior: false });
    else if (draft.isNewPosition || !isSame(facts, before.facts)) {
      plan.changed.push({ ...draft, facts, hasNewSuperior: facts.superiorPositionId !== before.facts.superiorPositionId });
    }
  }
  return plan;
}

function factsOf(entry: RosterEntry, unitId: string, superiorPositionId: string | null): Facts {
  return {
    name: entry.name,
    bornOn: entry.bornOn,
    sex: entry.sex === 'female' ? 'P' : 'L',
    email: entry.email,
    employment: entry.employment,
    grade: entry.golongan,
    status: entry.status,
    unitId,
    notes: entry.note,
    title: entry.jabatan,
    positionKind: entry.jenisJabatan,
    gradeLevel: entry.jenjang,
    isUnitHead: entry.jenjang === 'Pimpinan',
    superiorPositionId,
  };
}

const isSame = (a: Facts, b: Facts): boolean => (Object.keys(a) as (keyof Facts)[]).every((key) => a[key] === b[key]);

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
    await run(sql`insert into account (employee_id, password_hash, is_active) select "employeeId", ${options.passwordHash}, "isReady" from ${recordset(added)}`);
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
    numberFrom: `${entry.nip.appointedYear}-${String(entry.nip.appointedMonth ?? 1).padStart(2, '0')}-01`,
    isReady: entry.state === 'ready',
  })),
)}::jsonb) as r("employeeId" uuid, "positionId" uuid, number text, "numberFrom" date, "isReady" boolean, name text, "bornOn" date, sex text, email text, employment text,
  grade text, status text, "unitId" uuid, notes text, title text, "positionKind" text, "gradeLevel" text, "isUnitHead" boolean, "superiorPositionId" uuid)`;
