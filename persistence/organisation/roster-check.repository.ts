import type { EntityManager } from '@mikro-orm/postgresql';
import { normalizeNip } from '#domain/accounts/nip.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import {
  checkRoster,
  ENDED_STATUSES,
  isEnded,
  type RosterContext,
  type RosterEntry,
} from '#domain/organisation/roster.ts';
import { problemAt, type RosterProblem, type RosterRow } from '#domain/organisation/roster-row.ts';
import { NO_SQL, select, sql } from '../sql.ts';
import {
  makePlan,
  numberFrom,
  readKnown,
  readUnits,
  type Change,
  type Facts,
  type Known,
  type Plan,
  type UnitRow,
} from './roster-plan.ts';

const BATCH = 2000;

export type CheckOptions = {
  unitIds: readonly string[] | null;
  today: CalendarDate;
  /** Rows of the first check, or those that are still open after the others were applied. */
  rows: 'all' | 'open';
  onProgress?: (done: number) => Promise<void>;
};

type StoredRow = { number: number; cells: RosterRow; isConfirmed: boolean };

/**
 * Checks the rows of an import against each other and against what is known, and writes down what is wrong and what would
 * become of each. Nothing else changes. Repeating it gives the same.
 */
export async function checkImportRows(
  em: EntityManager,
  importId: string,
  { unitIds, today, rows, onProgress }: CheckOptions,
): Promise<void> {
  const units = await readUnits(em, unitIds);
  const stored = await readRows(em, importId, rows, units);
  const numbers =
    rows === 'all'
      ? null
      : [
          ...new Set(
            stored.flatMap(({ cells }) => [normalizeNip(cells.nip ?? ''), normalizeNip(cells.nip_atasan ?? '')]),
          ),
        ];
  const known = await readKnown(em, numbers);
  const others = rows === 'all' ? null : await readOthers(em, importId, numbers ?? []);
  const context: RosterContext = {
    units,
    today,
    knownNips: new Set(known.keys()),
    endedNips: endedOf(known),
    rowNumbers: stored.map(({ number }) => number),
    ...(others && { others }),
  };
  const { entries, problems } = checkRoster(
    stored.map(({ cells }) => cells),
    context,
  );
  const plan = makePlan(entries, known, new Map(units.map(({ code, id }) => [code, id])));
  const confirmed = new Set(stored.filter(({ isConfirmed }) => isConfirmed).map(({ number }) => number));
  await writeVerdicts(em, importId, { stored, entries, problems, plan, confirmed, units, onProgress });
  if (numbers === null) await noteMissing(em, importId, unitIds);
  else await forgetFound(em, importId, numbers);
}

const endedOf = (known: ReadonlyMap<string, Known>): Map<string, string> =>
  new Map(
    [...known].flatMap(([number, { facts }]) => (isEnded(facts.status) ? [[number, facts.status] as const] : [])),
  );

const NUMBER = sql`regexp_replace(r.cells ->> 'nip', '[\\s.-]', '', 'g')`;

/**
 * Writes down who serves in the units of the file, or in units below them, and stands in no row of it, refused rows
 * included. It is a list to look at: they may be on leave or have moved.
 */
async function noteMissing(em: EntityManager, importId: string, unitIds: readonly string[] | null): Promise<void> {
  await select(em, sql`delete from roster_import_missing where import_id = ${importId}`);
  await select(
    em,
    sql`with top as materialized (select distinct u.path from roster_import_row r join unit u on u.id = r.unit_id where r.import_id = ${importId}),
          covered as materialized (select u.id from unit u where exists (select 1 from top where starts_with(u.path, top.path)) ${unitIds === null ? NO_SQL : sql`and u.id = any(${unitIds}::uuid[])`}),
          found as materialized (select distinct n.employee_id from roster_import_row r join employee_number n on n.number = ${NUMBER} where r.import_id = ${importId})
        insert into roster_import_missing (import_id, employee_id)
        select ${importId}, e.id from employee e join covered c on c.id = e.unit_id left join found f on f.employee_id = e.id
        where f.employee_id is null and e.status <> all(${ENDED_STATUSES}::text[])`,
  );
}

/** Whoever a corrected row names is missing no more. */
async function forgetFound(em: EntityManager, importId: string, numbers: readonly string[]): Promise<void> {
  await select(
    em,
    sql`delete from roster_import_missing where import_id = ${importId} and employee_id in (
    select n.employee_id from employee_number n join roster_import_row r on n.number = ${NUMBER} where r.import_id = ${importId} and n.number = any(${numbers}::text[]))`,
  );
}

/** Rows in the order of the file. Unit codes that a spreadsheet shortened to numbers get their zeros back. */
async function readRows(
  em: EntityManager,
  importId: string,
  which: 'all' | 'open',
  units: readonly UnitRow[],
): Promise<StoredRow[]> {
  const codes = new Set(units.map(({ code }) => code));
  const byNumber = new Map<string, string | null>();
  for (const code of codes) {
    const short = code.replace(/^0+(?=.)/, '');
    byNumber.set(short, byNumber.has(short) ? null : code);
  }
  const all: StoredRow[] = [];
  for (let after = 0; ;) {
    const page = await select<StoredRow>(
      em,
      sql`select number, cells, confirmed_at is not null as "isConfirmed" from roster_import_row
          where import_id = ${importId} and number > ${after} ${which === 'open' ? sql`and state in ('refused', 'held')` : sql`and state <> 'applied'`} order by number limit ${BATCH}`,
    );
    for (const row of page) {
      const code = row.cells.kode_unit?.trim();
      const full = code && !codes.has(code) && /^\d+$/.test(code) ? byNumber.get(code) : undefined;
      all.push(full ? { ...row, cells: { ...row.cells, kode_unit: full } } : row);
    }
    if (page.length < BATCH) return all;
    after = page.at(-1)!.number;
  }
}

/** Numbers and addresses of rows of the same file that were applied already: they stay the first holders. */
async function readOthers(
  em: EntityManager,
  importId: string,
  numbers: readonly string[],
): Promise<NonNullable<RosterContext['others']>> {
  const found = await select<{ number: number; nip: string; email: string | null }>(
    em,
    sql`select number, regexp_replace(cells ->> 'nip', '[\\s.-]', '', 'g') as nip, lower(trim(cells ->> 'surel')) as email from roster_import_row
        where import_id = ${importId} and state = 'applied' and regexp_replace(cells ->> 'nip', '[\\s.-]', '', 'g') = any(${numbers}::text[])`,
  );
  const emails = await select<{ number: number; email: string }>(
    em,
    sql`select a.number, lower(trim(a.cells ->> 'surel')) as email from roster_import_row a
        where a.import_id = ${importId} and a.state = 'applied'
          and lower(trim(a.cells ->> 'surel')) in (select lower(trim(o.cells ->> 'surel')) from roster_import_row o where o.import_id = ${importId} and o.state in ('refused', 'held'))`,
  );
  return {
    nips: new Map(found.map(({ nip, number }) => [nip, number])),
    emails: new Map(emails.map(({ email, number }) => [email, number])),
  };
}

type Verdicts = {
  stored: readonly StoredRow[];
  entries: readonly RosterEntry[];
  problems: readonly RosterProblem[];
  plan: Plan;
  confirmed: ReadonlySet<number>;
  units: readonly UnitRow[];
  onProgress: CheckOptions['onProgress'];
};

async function writeVerdicts(
  em: EntityManager,
  importId: string,
  { stored, entries, problems, plan, confirmed, units, onProgress }: Verdicts,
): Promise<void> {
  const byRow = Map.groupBy(problems, ({ row }) => row);
  const heldRows = new Set(entries.filter(({ state }) => state === 'held').map(({ row }) => row));
  const unitIds = new Map(units.map(({ code, id }) => [code, id]));
  const changeOf = new Map<number, { kind: keyof Plan; change: Change }>();
  for (const kind of ['added', 'changed', 'ended', 'unchanged'] as const)
    for (const change of plan[kind]) changeOf.set(change.entry.row, { kind, change });
  // What a person settled stays settled, and what is known as it stands was settled before.
  const isHeld = (row: number): boolean =>
    heldRows.has(row) && !confirmed.has(row) && changeOf.get(row)?.kind !== 'unchanged';
  const waiting = rowsBelowHeld(
    [...changeOf.values()].map(({ change }) => change),
    isHeld,
    confirmed,
  );

  for (let from = 0; from < stored.length; from += BATCH) {
    const verdicts = stored.slice(from, from + BATCH).map(({ number, cells }) => {
      const found = changeOf.get(number);
      const state = !found ? 'refused' : isHeld(number) || waiting.has(number) ? 'held' : 'ready';
      const own = state === 'ready' && found?.kind === 'unchanged' ? [] : (byRow.get(number) ?? []);
      return {
        number,
        state,
        problems:
          waiting.has(number) && !own.some(({ code }) => code === 'roster.superiorRefused')
            ? [...own, problemAt(number, 'nip_atasan', 'roster.superiorRefused', cells)]
            : own,
        unit_id: unitIds.get(cells.kode_unit?.trim() ?? '') ?? null,
        change: found?.kind ?? null,
        changes: found ? differences(found.change) : null,
        employee_id: found?.change.employeeId ?? null,
        position_id: found?.change.positionId ?? null,
        is_new_position: found?.change.isNewPosition ?? null,
        has_new_superior: found?.change.hasNewSuperior ?? null,
        facts: found
          ? { ...found.change.facts, number: found.change.entry.nip.digits, numberFrom: numberFrom(found.change.entry) }
          : null,
      };
    });
    await select(
      em,
      sql`update roster_import_row t set state = v.state, problems = v.problems, unit_id = v.unit_id, change = v.change, changes = v.changes, employee_id = v.employee_id,
            position_id = v.position_id, is_new_position = v.is_new_position, has_new_superior = v.has_new_superior, facts = v.facts
          from jsonb_to_recordset(${JSON.stringify(verdicts)}::jsonb) as v(number int, state text, problems jsonb, unit_id uuid, change text, changes jsonb, employee_id uuid,
            position_id uuid, is_new_position boolean, has_new_superior boolean, facts jsonb)
          where t.import_id = ${importId} and t.number = v.number`,
    );
    await onProgress?.(Math.min(from + BATCH, stored.length));
  }
}

/**
 * Rows whose superior's new post does not come to be, because the superior's own row is held. They wait with it; one that a
 * person confirmed comes in without a superior.
 */
function rowsBelowHeld(
  changes: readonly Change[],
  isHeld: (row: number) => boolean,
  confirmed: ReadonlySet<number>,
): Set<number> {
  const missing = new Set(
    changes
      .filter(({ entry, isNewPosition }) => isNewPosition && isHeld(entry.row))
      .map(({ positionId }) => positionId),
  );
  const waiting = new Set<number>();
  for (let isGrowing = missing.size > 0; isGrowing;) {
    isGrowing = false;
    for (const { entry, facts, isNewPosition, positionId } of changes) {
      if (!missing.has(facts.superiorPositionId) || waiting.has(entry.row)) continue;
      if (confirmed.has(entry.row)) {
        facts.superiorPositionId = null;
        continue;
      }
      waiting.add(entry.row);
      if (isNewPosition) missing.add(positionId);
      isGrowing = true;
    }
  }
  return waiting;
}

/** Shown before it is applied: field, what is known, what the roster says. */
function differences({ facts, before, isNewPosition }: Change): { field: string; from: string; to: string }[] {
  if (!before) return [];
  const shown = (Object.keys(facts) as (keyof Facts)[]).filter(
    (key) => facts[key] !== before[key] || (key === 'unitId' && isNewPosition && before[key] !== facts[key]),
  );
  return shown.map((field) => ({ field, from: String(before[field] ?? ''), to: String(facts[field] ?? '') }));
}
