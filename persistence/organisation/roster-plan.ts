import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { isEnded, type RosterEntry, type RosterUnit } from '#domain/organisation/roster.ts';
import { NO_SQL, select, sql } from '../sql.ts';

export type UnitRow = RosterUnit & { id: string };

/** Units that rows may belong to; null: all. */
export const readUnits = (em: EntityManager, unitIds: readonly string[] | null): Promise<UnitRow[]> =>
  select<UnitRow>(
    em,
    sql`select u.id, u.code, parent.code as "parentCode" from unit u left join unit parent on parent.id = u.parent_id
        where ${unitIds === null ? sql`true` : sql`u.id = any(${unitIds}::uuid[])`} order by u.path`,
  );

/** What a roster says about a person, in the words of the tables. */
export type Facts = {
  name: string;
  bornOn: string;
  sex: 'L' | 'P';
  email: string;
  employment: 'PNS' | 'PPPK';
  grade: string;
  status: string;
  unitId: string;
  notes: string;
  title: string;
  positionKind: string;
  gradeLevel: string;
  isUnitHead: boolean;
  superiorPositionId: string | null;
};
export type Known = { employeeId: string; positionId: string | null; facts: Facts };

/** People by their number, all or those with these numbers. */
export async function readKnown(
  em: EntityManager,
  numbers: readonly string[] | null = null,
): Promise<Map<string, Known>> {
  const found = await select<Facts & { number: string; employeeId: string; positionId: string | null }>(
    em,
    sql`select n.number, e.id as "employeeId", e.name, e.born_on as "bornOn", e.sex, e.email, e.employment, e.grade, e.status, e.unit_id as "unitId", e.notes,
          p.id as "positionId", p.title, p.kind as "positionKind", p.grade_level as "gradeLevel", p.is_unit_head as "isUnitHead", p.superior_position_id as "superiorPositionId"
        from employee_number n join employee e on e.id = n.employee_id
        left join lateral (
          select p.* from position_assignment a join position p on p.id = a.position_id
          where a.employee_id = e.id and a.kind = 'definitif' and a.valid_to is null order by a.valid_from desc limit 1) p on true
        where n.valid_to is null ${numbers ? sql`and n.number = any(${numbers}::text[])` : NO_SQL}`,
  );
  return new Map(
    found.map(({ number, employeeId, positionId, ...facts }) => [number, { employeeId, positionId, facts }]),
  );
}

/** What becomes of one row. `before` is null for somebody new. */
export type Change = {
  entry: RosterEntry;
  employeeId: string;
  positionId: string | null;
  facts: Facts;
  isNewPosition: boolean;
  hasNewSuperior: boolean;
  before: Facts | null;
};
export type Plan = { added: Change[]; changed: Change[]; ended: Change[]; unchanged: Change[] };

/** Compares the good rows of a roster with what is known. */
export function makePlan(
  entries: readonly RosterEntry[],
  known: ReadonlyMap<string, Known>,
  unitIds: ReadonlyMap<string, string>,
): Plan {
  const drafted = entries.map((entry) => {
    const before = known.get(entry.nip.digits);
    const unitId = unitIds.get(entry.unitCode)!;
    // A post stays with its unit: who moves to another unit gets a post there.
    const isNewPosition = !isEnded(entry.status) && (!before?.positionId || before.facts.unitId !== unitId);
    return {
      entry,
      before,
      unitId,
      isNewPosition,
      employeeId: before?.employeeId ?? uuidv7(),
      positionId: isNewPosition ? uuidv7() : (before?.positionId ?? null),
    };
  });
  const positionByNip = new Map(drafted.map(({ entry, positionId }) => [entry.nip.digits, positionId]));
  const superiorOf = (nip: string | null): string | null =>
    nip === null ? null : (positionByNip.get(nip) ?? known.get(nip)?.positionId ?? null);
  const plan: Plan = { added: [], changed: [], ended: [], unchanged: [] };
  for (const { before, unitId, ...draft } of drafted) {
    const facts = factsOf(draft.entry, unitId, superiorOf(draft.entry.superiorNip));
    const change = {
      ...draft,
      facts,
      before: before?.facts ?? null,
      hasNewSuperior: before !== undefined && facts.superiorPositionId !== before.facts.superiorPositionId,
    };
    plan[kindOf(change)].push(change);
  }
  return plan;
}

function kindOf({ facts, before, isNewPosition }: Change): keyof Plan {
  if (!before) return 'added';
  // Whose service has ended comes back when a person has confirmed it: their row is held until then.
  if (isEnded(facts.status)) return isEnded(before.status) ? 'unchanged' : 'ended';
  return !isNewPosition && isSame(facts, before) ? 'unchanged' : 'changed';
}

/** Since when a number holds: the month of the appointment it tells. */
export const numberFrom = (entry: RosterEntry): string =>
  `${entry.nip.appointedYear}-${String(entry.nip.appointedMonth ?? 1).padStart(2, '0')}-01`;

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
