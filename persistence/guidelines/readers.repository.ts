import type { EntityManager } from '@mikro-orm/postgresql';
import type { ReadingRule } from '#domain/guidelines/guideline.ts';
import { instantOf, instantOrNull, NO_SQL, select, selectOne, sql, whereSql, type RowFilter } from '../sql.ts';

/** Statuses of people who are told of nothing any more. */
const GONE = ['pensiun', 'meninggal', 'berhenti'];

export type Unannounced = { versionId: string; guidelineId: string; reading: ReadingRule; employeeId: string; timeZone: string };

/** People who must read a guideline in force and have not been told of it yet: after it took effect, and whoever joins later. */
export const nextUnannounced = (em: EntityManager, limit: number): Promise<Unannounced[]> =>
  select<Unannounced>(
    em,
    sql`select v.id as "versionId", v.guideline_id as "guidelineId", v.content -> 'reading' as reading, e.id as "employeeId", u.time_zone as "timeZone"
        from guideline_version v cross join employee e join unit u on u.id = e.unit_id
        where v.status = 'berlaku' and e.status <> all(${GONE}::text[])
          and (jsonb_array_length(v.content -> 'audienceUnitIds') = 0
            or exists (select 1 from unit top where jsonb_exists(v.content -> 'audienceUnitIds', top.id::text) and starts_with(u.path, top.path)))
          and not exists (select 1 from guideline_reader r where r.version_id = v.id and r.employee_id = e.id)
        order by v.id, e.id limit ${limit}`,
  );

export type NewReader = { versionId: string; guidelineId: string; employeeId: string; announcedAt: string; dueAt: string; remindAt: string[] };

/** Notes who must read what, with the mail that says so, in one statement; whoever is noted already gets nothing twice. Returns how many were new. */
export async function announce(em: EntityManager, readers: readonly NewReader[]): Promise<number> {
  const row = await selectOne<{ added: number }>(
    em,
    sql`with fresh as (
          select * from jsonb_to_recordset(${JSON.stringify(readers)}::jsonb)
            as r("versionId" uuid, "guidelineId" uuid, "employeeId" uuid, "announcedAt" timestamptz, "dueAt" timestamptz, "remindAt" timestamptz[])),
        added as (
          insert into guideline_reader (version_id, employee_id, announced_at, due_at, remind_at, next_step_at)
          select "versionId", "employeeId", "announcedAt", "dueAt", "remindAt", "remindAt"[1] from fresh on conflict do nothing returning version_id, employee_id),
        mail as (
          insert into outbox (dedupe_key, template, recipient_id, data, created_at)
          select concat_ws(':', 'guideline', 'announced', f."versionId", f."employeeId"), 'guideline', f."employeeId",
            jsonb_build_object('step', 'announced', 'versionId', f."versionId", 'guidelineId', f."guidelineId", 'dueAt', to_char(f."dueAt" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), f."announcedAt"
          from fresh f join added a on a.version_id = f."versionId" and a.employee_id = f."employeeId" on conflict (dedupe_key) do nothing)
        select count(*)::int as added from added`,
  );
  if (row!.added) await em.execute(`notify outbox`);
  if (row!.added) await em.execute(`select pg_notify('live', ?)`, [JSON.stringify({ assigneeIds: readers.map(({ employeeId }) => employeeId).slice(0, 100), cycleId: null, taskId: null })]);
  return row!.added;
}

/** Takes the next reminder of readers whose time has come, each step once; several sweepers skip one another's rows. Returns how many. */
export async function takeDueReadingReminders(em: EntityManager, now: Date | null, limit: number): Promise<number> {
  const row = await selectOne<{ taken: number }>(
    em,
    sql`with due as (
          select r.* from guideline_reader r join employee e on e.id = r.employee_id and e.status <> all(${GONE}::text[])
          where r.next_step_at <= coalesce(${now}::timestamptz, clock_timestamp()) and r.acknowledged_at is null
          order by r.next_step_at limit ${limit} for update of r skip locked),
        raised as (
          update guideline_reader r set level = due.level + 1, next_step_at = due.remind_at[due.level + 2] from due
          where r.version_id = due.version_id and r.employee_id = due.employee_id returning r.version_id, r.employee_id),
        mail as (
          insert into outbox (dedupe_key, template, recipient_id, data, created_at)
          select concat_ws(':', 'guideline', 'reminder', d.version_id, d.level, d.employee_id), 'guideline', d.employee_id,
            jsonb_build_object('step', case when d.due_at < coalesce(${now}::timestamptz, clock_timestamp()) then 'late' else 'reminder' end, 'versionId', d.version_id, 'guidelineId', v.guideline_id,
              'dueAt', to_char(d.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), coalesce(${now}::timestamptz, clock_timestamp())
          from due d join guideline_version v on v.id = d.version_id on conflict (dedupe_key) do nothing)
        select count(*)::int as taken from raised`,
  );
  if (row!.taken) await em.execute(`notify outbox`);
  return row!.taken;
}

export type MyReadingRow = {
  guidelineId: string; version: number; status: string; kind: string; number: string; year: number | null; title: string; announcedAt: string; dueAt: string; acknowledgedAt: string | null;
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
  return found.map((row) => ({ ...row, announcedAt: instantOf(row.announcedAt), dueAt: instantOf(row.dueAt), acknowledgedAt: instantOrNull(row.acknowledgedAt) }));
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
export async function findReading(em: EntityManager, versionId: string, employeeId: string): Promise<{ dueAt: string; acknowledgedAt: string | null } | null> {
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
    sql`update guideline_reader set acknowledged_at = coalesce(acknowledged_at, clock_timestamp()), next_step_at = null
        where version_id = ${versionId} and employee_id = ${employeeId} returning acknowledged_at as at`,
  );
  return row && instantOf(row.at);
}

export type CoverageRow = { unit: { id: string; code: string; name: string }; parentId: string | null; depth: number; total: number; acknowledged: number; late: number };

/** How far each unit has read a version, with all units below it; units nobody of whom was asked are left out. */
export const readCoverage = (em: EntityManager, versionId: string, filter: RowFilter): Promise<CoverageRow[]> =>
  select<CoverageRow>(
    em,
    sql`with own as (
          select u.path, count(*)::int as total, count(r.acknowledged_at)::int as acknowledged, count(*) filter (where r.acknowledged_at is null and r.due_at < now())::int as late
          from guideline_reader r join employee e on e.id = r.employee_id join unit u on u.id = e.unit_id
          where r.version_id = ${versionId} and ${whereSql(filter, { id: sql`e.id`, unitId: sql`e.unit_id` })} group by u.path)
        select json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, u.parent_id as "parentId", length(u.path) - length(replace(u.path, '/', '')) - 2 as depth,
          sum(own.total)::int as total, sum(own.acknowledged)::int as acknowledged, sum(own.late)::int as late
        from unit u join own on starts_with(own.path, u.path) group by u.id order by u.path`,
  );

export type ReaderRow = {
  employee: { id: string; name: string }; number: string; unit: { id: string; code: string; name: string }; announcedAt: string; dueAt: string; acknowledgedAt: string | null; reminders: number;
};
export type ReaderCursor = { name: string; id: string };
export type ReaderFilter = { unitId?: string | undefined; state?: 'read' | 'unread' | undefined };

/** Who was asked to read a version, by name: those who have not read it, or have, of a unit and all below. */
export async function listReaders(em: EntityManager, versionId: string, filter: RowFilter, { unitId, state }: ReaderFilter, after: ReaderCursor | null, limit: number): Promise<{ items: ReaderRow[]; next: ReaderCursor | null }> {
  const found = await select<ReaderRow>(
    em,
    sql`select json_build_object('id', e.id, 'name', e.name) as employee, coalesce(n.number, '') as number, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          r.announced_at as "announcedAt", r.due_at as "dueAt", r.acknowledged_at as "acknowledgedAt", r.level as reminders
        from guideline_reader r join employee e on e.id = r.employee_id join unit u on u.id = e.unit_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        where r.version_id = ${versionId} and ${whereSql(filter, { id: sql`e.id`, unitId: sql`e.unit_id` })}
          ${state === 'read' ? sql`and r.acknowledged_at is not null` : state === 'unread' ? sql`and r.acknowledged_at is null` : NO_SQL}
          ${unitId ? sql`and starts_with(u.path, (select path from unit where id = ${unitId}))` : NO_SQL}
          ${after ? sql`and (e.name, e.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
        order by e.name, e.id limit ${limit + 1}`,
  );
  const items = found.slice(0, limit).map((row) => ({ ...row, announcedAt: instantOf(row.announcedAt), dueAt: instantOf(row.dueAt), acknowledgedAt: instantOrNull(row.acknowledgedAt) }));
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? { name: last.employee.name, id: last.employee.id } : null };
}
