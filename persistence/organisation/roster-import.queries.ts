import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { ENDED_STATUSES } from '#domain/organisation/roster.ts';
import type { RosterProblem, RosterRow } from '#domain/organisation/roster-row.ts';
import type { PersonnelActKind } from '#domain/organisation/personnel.ts';
import {
  instantOf,
  instantOrNull,
  NO_SQL,
  select,
  selectOne,
  sql,
  whereSql,
  type RowFilter,
  type Sql,
} from '../sql.ts';
import { holds } from './holding.ts';

type ImportCounts = {
  added: number;
  changed: number;
  ended: number;
  unchanged: number;
  held: number;
  refused: number;
  applied: number;
  missing: number;
};
export type ImportView = {
  id: string;
  fileName: string;
  format: 'csv' | 'xlsx';
  uploadedBy: { id: string; name: string };
  uploadedAt: string;
  postsFrom: string;
  state: 'waiting' | 'working' | 'checked' | 'applied' | 'failed';
  want: 'check' | 'apply';
  phase: 'reading' | 'checking' | 'applying';
  totalRows: number;
  doneRows: number;
  failure: string | null;
  failureDetail: Record<string, unknown> | null;
  appliedAt: string | null;
  unitIds: string[] | null;
  counts: ImportCounts;
};

/** Rows that a person may see: those of the own units; whoever may apply the whole import sees rows of no known unit too. */
export type RowAccess = { filter: RowFilter; seesUnknownUnits: boolean };
const rowsOf = ({ filter, seesUnknownUnits }: RowAccess): Sql =>
  sql`(${whereSql(filter, { id: sql`r.import_id`, unitId: sql`r.unit_id` })} ${seesUnknownUnits ? sql`or r.unit_id is null` : NO_SQL})`;

/** People who are not in the file, as far as the reader sees their unit. Whose service ended since then is missing no more. */
const isMissing = ({ filter }: RowAccess): Sql =>
  sql`(${whereSql(filter, { id: sql`m.import_id`, unitId: sql`e.unit_id` })} and e.status <> all(${ENDED_STATUSES}::text[]))`;

const VIEW = sql`i.id, i.file_name as "fileName", i.format, json_build_object('id', e.id, 'name', e.name) as "uploadedBy", i.uploaded_at as "uploadedAt", i.posts_from as "postsFrom", i.state, i.want,
  i.phase, i.total_rows as "totalRows", i.done_rows as "doneRows", i.failure, i.failure_detail as "failureDetail", i.applied_at as "appliedAt", i.unit_ids::text[] as "unitIds"`;

const countsOf = (access: RowAccess): Sql => sql`left join lateral (
  select json_build_object(
    'added', count(*) filter (where change = 'added' and state in ('ready', 'applied')), 'changed', count(*) filter (where change = 'changed' and state in ('ready', 'applied')),
    'ended', count(*) filter (where change = 'ended' and state in ('ready', 'applied')), 'unchanged', count(*) filter (where change = 'unchanged' and state in ('ready', 'applied')),
    'missing', (select count(*) from roster_import_missing m join employee e on e.id = m.employee_id where m.import_id = i.id and ${isMissing(access)}),
    'held', count(*) filter (where state = 'held'), 'refused', count(*) filter (where state = 'refused'), 'applied', count(*) filter (where state = 'applied')) as counts
  from roster_import_row r where r.import_id = i.id and ${rowsOf(access)}) c on true`;

const present = (row: ImportView): ImportView => ({
  ...row,
  uploadedAt: instantOf(row.uploadedAt),
  appliedAt: instantOrNull(row.appliedAt),
});

/** The newest imports of which a person sees something. */
export async function listImports(
  em: EntityManager,
  access: RowAccess,
  unitIds: readonly string[],
): Promise<ImportView[]> {
  const rows = await select<ImportView>(
    em,
    sql`select ${VIEW}, c.counts from roster_import i join employee e on e.id = i.uploaded_by_id ${countsOf(access)}
        where ${access.seesUnknownUnits ? sql`(i.unit_ids is null or i.unit_ids <@ ${unitIds}::uuid[])` : sql`false`}
          or exists (select 1 from roster_import_row r where r.import_id = i.id and r.state in ('refused', 'held') and ${rowsOf(access)})
        order by i.uploaded_at desc limit 20`,
  );
  return rows.map(present);
}

/** One import with what the person sees of it; null when unknown. */
export async function readImport(em: EntityManager, id: string, access: RowAccess): Promise<ImportView | null> {
  const row = await selectOne<ImportView>(
    em,
    sql`select ${VIEW}, c.counts from roster_import i join employee e on e.id = i.uploaded_by_id ${countsOf(access)} where i.id = ${id}`,
  );
  return row && present(row);
}

export type ShownRow = {
  number: number;
  cells: RosterRow;
  originalCells: RosterRow | null;
  state: 'new' | 'ready' | 'held' | 'refused' | 'applied';
  change: 'added' | 'changed' | 'ended' | 'unchanged' | null;
  changes: { field: string; from: string; to: string }[];
  problems: RosterProblem[];
  unitId: string | null;
  officers: string[];
  admins: string[];
  confirmedBy: string | null;
  correctedBy: string | null;
};

const SHOWN: Readonly<Record<'open' | 'added' | 'changed' | 'ended' | 'applied' | 'all', Sql>> = {
  open: sql`r.state in ('refused', 'held')`,
  added: sql`r.change = 'added' and r.state in ('ready', 'applied')`,
  changed: sql`r.change = 'changed' and r.state in ('ready', 'applied')`,
  ended: sql`r.change = 'ended' and r.state in ('ready', 'applied')`,
  applied: sql`r.state = 'applied'`,
  all: sql`true`,
};
export type RowsShown = keyof typeof SHOWN;

/** Names of those who hold a role for a unit on a day, the nearest desk above it first. */
const holdersOf = (role: string, today: CalendarDate): Sql => sql`coalesce((
  select array_agg(x.name) from (
    select h.name, length(du.path) as depth, max(length(du.path)) over () as nearest from unit own join unit du on starts_with(own.path, du.path) join desk d on d.unit_id = du.id and d.role = ${role}
      join role_assignment a on a.desk_id = d.id and ${holds('a', today)} join employee h on h.id = a.employee_id
    where own.id = coalesce(r.unit_id, (select id from unit where parent_id is null order by path limit 1))) x where x.depth = x.nearest), '{}')`;

/** Rows of an import in the order of the file. */
export const listRows = (
  em: EntityManager,
  importId: string,
  access: RowAccess,
  { show, after, limit, number }: { show: RowsShown; after: number; limit: number; number?: number },
  today: CalendarDate,
): Promise<ShownRow[]> =>
  select<ShownRow>(
    em,
    sql`select r.number, r.cells, r.original_cells as "originalCells", r.state, r.change, coalesce(r.changes, '[]') as changes, r.problems, r.unit_id as "unitId",
          ${holdersOf('personnelOfficer', today)} as officers, ${holdersOf('agencyAdmin', today)} as admins, cf.name as "confirmedBy", co.name as "correctedBy"
        from roster_import_row r left join employee cf on cf.id = r.confirmed_by_id left join employee co on co.id = r.corrected_by_id
        where r.import_id = ${importId} and ${rowsOf(access)} and ${SHOWN[show]} and r.number > ${after} ${number === undefined ? NO_SQL : sql`and r.number = ${number}`}
        order by r.number limit ${limit}`,
  );

export type MissingPerson = {
  id: string;
  name: string;
  number: string;
  status: string;
  unit: { id: string; code: string; name: string };
  positionTitle: string | null;
  /** What was recorded about them since the upload, the newest act. */
  act: { kind: PersonnelActKind; effectiveOn: string; state: 'scheduled' | 'applied' } | null;
};
export type MissingCursor = { name: string; id: string };

/** Who serves in the units of the file and stands in no row of it, by name. */
export const listMissing = (
  em: EntityManager,
  importId: string,
  access: RowAccess,
  { after, limit }: { after: MissingCursor | null; limit: number },
): Promise<MissingPerson[]> =>
  select<MissingPerson>(
    em,
    sql`select e.id, e.name, coalesce(n.number, '') as number, e.status, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, p.title as "positionTitle", act.one as act
        from (
          select m.import_id, e.* from roster_import_missing m join employee e on e.id = m.employee_id
          where m.import_id = ${importId} and ${isMissing(access)} ${after ? sql`and (e.name, e.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
          order by e.name, e.id limit ${limit}) e
        join roster_import i on i.id = e.import_id join unit u on u.id = e.unit_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        left join lateral (
          select p.title from position_assignment a join position p on p.id = a.position_id
          where a.employee_id = e.id and a.kind = 'definitif' and a.valid_to is null order by a.valid_from desc limit 1) p on true
        left join lateral (
          select json_build_object('kind', x.kind, 'effectiveOn', x.effective_on, 'state', x.state) as one from personnel_act x
          where x.employee_id = e.id and x.state in ('scheduled', 'applied') and x.recorded_at >= i.uploaded_at order by x.recorded_at desc limit 1) act on true
        order by e.name, e.id`,
  );
