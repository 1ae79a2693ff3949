import type { EntityManager } from '@mikro-orm/postgresql';
import type { GuidelineKind, GuidelineStatus } from '#domain/guidelines/guideline.ts';
import { instantOf, instantOrNull, limitTo, NO_SQL, select, selectOne, sql, whereSql, type RowFilter } from '../sql.ts';

export type MyReadingRow = {
  guidelineId: string;
  version: number;
  status: GuidelineStatus;
  kind: GuidelineKind;
  number: string;
  year: number | null;
  title: string;
  announcedAt: string;
  dueAt: string;
  acknowledgedAt: string | null;
};

/** What somebody must read or has read: the open ones first, soonest due first. */
export async function listMyReadings(em: EntityManager, employeeId: string): Promise<MyReadingRow[]> {
  const found = await select<MyReadingRow>(
    em,
    sql`select v.guideline_id as "guidelineId", v.version, v.status, v.kind, v.number, v.year, v.title, r.announced_at as "announcedAt", r.due_at as "dueAt", r.acknowledged_at as "acknowledgedAt"
        from guideline_reader r join guideline_version v on v.id = r.version_id
        where r.employee_id = ${employeeId} and (v.status = 'berlaku' or r.acknowledged_at is not null)
        order by r.acknowledged_at is not null, case when r.acknowledged_at is null then r.due_at end, r.acknowledged_at desc limit 200`,
  );
  return found.map((row) => ({
    ...row,
    announcedAt: instantOf(row.announcedAt),
    dueAt: instantOf(row.dueAt),
    acknowledgedAt: instantOrNull(row.acknowledgedAt),
  }));
}

/** How many guidelines in force somebody has still to read. */
export async function countUnread(em: EntityManager, employeeId: string): Promise<number> {
  const row = await selectOne<{ n: number }>(
    em,
    sql`select count(*)::int as n from guideline_reader r join guideline_version v on v.id = r.version_id and v.status = 'berlaku' where r.employee_id = ${employeeId} and r.acknowledged_at is null`,
  );
  return row!.n;
}

/** When somebody was asked to read a version and when they did; null when they were not asked. */
export async function findReading(
  em: EntityManager,
  versionId: string,
  employeeId: string,
): Promise<{ dueAt: string; acknowledgedAt: string | null } | null> {
  const row = await selectOne<{ dueAt: string; acknowledgedAt: string | null }>(
    em,
    sql`select due_at as "dueAt", acknowledged_at as "acknowledgedAt" from guideline_reader where version_id = ${versionId} and employee_id = ${employeeId}`,
  );
  return row && { dueAt: instantOf(row.dueAt), acknowledgedAt: instantOrNull(row.acknowledgedAt) };
}

/** Notes that somebody has read a version; the first time counts. Null when they were not asked. */
export async function acknowledge(em: EntityManager, versionId: string, employeeId: string): Promise<string | null> {
  const row = await selectOne<{ at: string }>(
    em,
    sql`update guideline_reader set acknowledged_at = coalesce(acknowledged_at, clock_timestamp()), next_step_at = null, superior_at = null
        where version_id = ${versionId} and employee_id = ${employeeId} returning acknowledged_at as at`,
  );
  return row && instantOf(row.at);
}

export type CoverageRow = {
  unit: { id: string; code: string; name: string };
  parentId: string | null;
  depth: number;
  total: number;
  acknowledged: number;
  late: number;
};

/** How far each unit has read a version, with all units below it; units nobody of whom was asked are left out. */
export const readCoverage = (em: EntityManager, versionId: string, filter: RowFilter): Promise<CoverageRow[]> =>
  select<CoverageRow>(
    em,
    sql`with own as (
          select u.path, count(*)::int as total, count(r.acknowledged_at)::int as acknowledged, count(*) filter (where r.acknowledged_at is null and r.due_at < now())::int as late
          from guideline_reader r join employee e on e.id = r.employee_id join unit u on u.id = e.unit_id
          where r.version_id = ${versionId} and ${whereSql(filter, { id: sql`e.id`, unitId: sql`e.unit_id` })} group by u.path),
        -- Each unit adds to all above it: the beginnings of its path.
        rolled as (
          select array_to_string(parts[1:n], '/') || '/' as path, sum(total)::int as total, sum(acknowledged)::int as acknowledged, sum(late)::int as late
          from (select own.*, string_to_array(rtrim(path, '/'), '/') as parts from own) split cross join lateral generate_series(2, cardinality(parts)) n group by 1)
        select json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, u.parent_id as "parentId", length(u.path) - length(replace(u.path, '/', '')) - 2 as depth,
          rolled.total, rolled.acknowledged, rolled.late
        from rolled join unit u on u.path = rolled.path order by u.path`,
  );

export type ReaderRow = {
  employee: { id: string; name: string };
  number: string;
  unit: { id: string; code: string; name: string };
  announcedAt: string;
  dueAt: string;
  acknowledgedAt: string | null;
  reminders: number;
};
export type ReaderCursor = { name: string; id: string };
export type ReaderFilter = { unitId?: string | undefined; state?: 'read' | 'unread' | undefined };

/** Who was asked to read a version, by name: those who have not read it, or have, of a unit and all below. */
export async function listReaders(
  em: EntityManager,
  versionId: string,
  filter: RowFilter,
  { unitId, state }: ReaderFilter,
  after: ReaderCursor | null,
  limit: number,
): Promise<{ items: ReaderRow[]; next: ReaderCursor | null }> {
  const found = await select<ReaderRow>(
    em,
    sql`with page as (
          select e.id, e.name, u.id as unit_id, u.code, u.name as unit_name, r.announced_at, r.due_at, r.acknowledged_at, r.level
          from guideline_reader r join employee e on e.id = r.employee_id join unit u on u.id = e.unit_id
          where r.version_id = ${versionId} and ${whereSql(filter, { id: sql`e.id`, unitId: sql`e.unit_id` })}
            ${state === 'read' ? sql`and r.acknowledged_at is not null` : state === 'unread' ? sql`and r.acknowledged_at is null` : NO_SQL}
            ${unitId ? sql`and starts_with(u.path, (select path from unit where id = ${unitId}))` : NO_SQL}
            ${after ? sql`and (e.name, e.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
          order by e.name, e.id ${limitTo(limit + 1)})
        select json_build_object('id', id, 'name', name) as employee, json_build_object('id', unit_id, 'code', code, 'name', unit_name) as unit, announced_at as "announcedAt", due_at as "dueAt",
          acknowledged_at as "acknowledgedAt", level as reminders, coalesce((select number from employee_number where employee_id = page.id order by valid_from desc limit 1), '') as number
        from page order by name, id`,
  );
  const items = found
    .slice(0, limit)
    .map((row) => ({
      ...row,
      announcedAt: instantOf(row.announcedAt),
      dueAt: instantOf(row.dueAt),
      acknowledgedAt: instantOrNull(row.acknowledgedAt),
    }));
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? { name: last.employee.name, id: last.employee.id } : null };
}
