import { civilDate } from '#domain/calendar/clock.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ReadingRule } from '#domain/guidelines/guideline.ts';
import type { GuidelineMailStep } from '#domain/notifications/mail.ts';
import type { LadderStep } from '#domain/rule-sets/rule-set.ts';
import { civilDateOf, holds } from '../organisation/holding.ts';
import { ruleSetInForce } from '../procedures/procedures.repository.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';

/** Statuses of people who are told of nothing any more. */
const GONE = ['pensiun', 'meninggal', 'berhenti'];

/** A version to tell people of. */
export type Announced = { versionId: string; guidelineId: string; reading: ReadingRule };
const ANNOUNCED = sql`v.id as "versionId", v.guideline_id as "guidelineId", v.content -> 'reading' as reading`;

/** A version of which not everybody was told yet, and how far it has got among all people; locked, so that another sweeper takes another one. */
export const takeAnnouncement = (em: EntityManager): Promise<(Announced & { upto: string }) | null> =>
  selectOne<Announced & { upto: string }>(
    em,
    sql`select ${ANNOUNCED}, a.upto from guideline_announcement a join guideline_version v on v.id = a.version_id order by a.version_id limit 1 for update of a skip locked`,
  );

/** The next people after those whom a version has reached. */
export async function listPeopleAfter(em: EntityManager, upto: string, limit: number): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select id from employee where id > ${upto} order by id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** A version has reached everybody up to this person; everybody there is, when it is null. */
export const moveAnnouncement = (em: EntityManager, versionId: string, upto: string | null): Promise<unknown> =>
  select(
    em,
    upto === null
      ? sql`delete from guideline_announcement where version_id = ${versionId}`
      : sql`update guideline_announcement set upto = ${upto} where version_id = ${versionId}`,
  );

/** Takes people who joined, moved or came back since the versions in force were announced. */
export async function takeNewcomers(em: EntityManager, limit: number): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`delete from guideline_newcomer where employee_id in (select employee_id from guideline_newcomer order by employee_id limit ${limit} for update skip locked) returning employee_id as id`,
  );
  return rows.map(({ id }) => id);
}

/** All versions in force. */
export const listAnnounced = (em: EntityManager): Promise<Announced[]> =>
  select<Announced>(em, sql`select ${ANNOUNCED} from guideline_version v where v.status = 'berlaku'`);

/** The zones that units lie in. */
export async function listZones(em: EntityManager): Promise<string[]> {
  const rows = await select<{ zone: string }>(em, sql`select distinct time_zone as zone from unit`);
  return rows.map(({ zone }) => zone);
}

/** The ladder of the rule set in force, which says whether and when superiors hear who is late. */
export async function readLadder(em: EntityManager, now: Date): Promise<LadderStep[]> {
  const row = await selectOne<{ ladder: LadderStep[] | null }>(
    em,
    sql`select data -> 'ladder' as ladder from rule_set where id = ${await ruleSetInForce(em, civilDate(now, 'Asia/Jakarta'))}`,
  );
  return row?.ladder ?? [];
}

/** The dates of a version for the people of a zone. */
export type DatesOfVersion = Omit<Announced, 'reading'> & {
  timeZone: string;
  dueAt: string;
  remindAt: string[];
  superiorAt: string | null;
};

/**
 * Tells those of these people who must read a version and do not know yet: the reader's row and the mail, in one statement. Whoever knows already gets nothing
 * twice. Returns how many were told.
 */
export async function announce(
  em: EntityManager,
  people: readonly string[],
  dates: readonly DatesOfVersion[],
  at: Date,
): Promise<number> {
  const row = await selectOne<{ added: number; some: string[] | null }>(
    em,
    sql`with told as (
          select * from jsonb_to_recordset(${JSON.stringify(dates)}::jsonb)
            as d("versionId" uuid, "guidelineId" uuid, "timeZone" text, "dueAt" timestamptz, "remindAt" timestamptz[], "superiorAt" timestamptz)),
        added as (
          insert into guideline_reader (version_id, employee_id, announced_at, due_at, remind_at, next_step_at, superior_at)
          select d."versionId", e.id, ${at}::timestamptz, d."dueAt", d."remindAt", d."remindAt"[1], d."superiorAt"
          from employee e join unit u on u.id = e.unit_id join told d on d."timeZone" = u.time_zone join guideline_version v on v.id = d."versionId" and v.status = 'berlaku'
          where e.id = any(${[...people]}::uuid[]) and e.status <> all(${GONE}::text[])
            and (jsonb_array_length(v.content -> 'audienceUnitIds') = 0
              or exists (select 1 from unit top where jsonb_exists(v.content -> 'audienceUnitIds', top.id::text) and starts_with(u.path, top.path)))
            and not exists (select 1 from guideline_reader r where r.version_id = v.id and r.employee_id = e.id)
          on conflict do nothing returning version_id, employee_id, due_at),
        mail as (
          insert into outbox (dedupe_key, template, recipient_id, data, created_at)
          select concat_ws(':', 'guideline', 'announced', a.version_id, a.employee_id), 'guideline', a.employee_id, ${mailData('announced', sql`a`)}, ${at}::timestamptz
          from added a join guideline_version v on v.id = a.version_id on conflict (dedupe_key) do nothing)
        select count(*)::int as added, (array_agg(employee_id))[1:100] as some from added`,
  );
  if (row!.added) {
    await em.execute(`notify outbox`);
    await em.execute(`select pg_notify('live', ?)`, [
      JSON.stringify({ assigneeIds: row!.some, matterId: null, taskId: null }),
    ]);
  }
  return row!.added;
}

/** What a mail about a reader's row says: `row` has a version and a due date, `v` is the version. */
const mailData = (step: GuidelineMailStep | Sql, row: Sql): Sql =>
  sql`jsonb_build_object('step', ${typeof step === 'string' ? sql`${step}::text` : step}, 'versionId', v.id, 'guidelineId', v.guideline_id,
    'dueAt', to_char(${row}.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

/** Whether any reader's time has come. The statements that take them are planned for a full batch, which costs too much when there is nobody. */
const isAnybodyDue = async (em: EntityManager, at: Sql, now: Date | null): Promise<boolean> =>
  (await selectOne(
    em,
    sql`select 1 from guideline_reader where ${at} <= coalesce(${now}::timestamptz, now()) order by ${at} limit 1`,
  )) !== null;

/** Takes the next reminder of readers whose time has come, each step once; several sweepers skip one another's rows. Who has left is reminded no more. Returns how many. */
export async function takeDueReadingReminders(em: EntityManager, now: Date | null, limit: number): Promise<number> {
  if (!(await isAnybodyDue(em, sql`next_step_at`, now))) return 0;
  const row = await selectOne<{ taken: number }>(
    em,
    sql`with clock as (select coalesce(${now}::timestamptz, clock_timestamp()) as at),
        due as (
          select r.*, e.status = any(${GONE}::text[]) as has_left from guideline_reader r join employee e on e.id = r.employee_id
          where r.next_step_at <= (select at from clock) order by r.next_step_at limit ${limit} for update of r skip locked),
        raised as (
          update guideline_reader r set level = due.level + case when has_left then 0 else 1 end, next_step_at = case when not has_left then due.remind_at[due.level + 2] end from due
          where r.version_id = due.version_id and r.employee_id = due.employee_id returning r.version_id),
        mail as (
          insert into outbox (dedupe_key, template, recipient_id, data, created_at)
          select concat_ws(':', 'guideline', 'reminder', d.version_id, d.level, d.employee_id), 'guideline', d.employee_id,
            ${mailData(sql`case when d.due_at < clock.at then 'late' else 'reminder' end`, sql`d`)}, clock.at
          from due d cross join clock join guideline_version v on v.id = d.version_id where not d.has_left and d.acknowledged_at is null on conflict (dedupe_key) do nothing)
        select count(*)::int as taken from raised`,
  );
  if (row!.taken) await em.execute(`notify outbox`);
  return row!.taken;
}

/**
 * Writes to the superiors of readers who are late after their last reminder: one mail per superior, version and due day, however many batches they
 * lie in. It lists who has not read when it is sent. The superior is who holds the nearest held post above. Returns how many readers were taken.
 */
export async function tellSuperiors(em: EntityManager, now: Date | null, limit: number): Promise<number> {
  if (!(await isAnybodyDue(em, sql`superior_at`, now))) return 0;
  const row = await selectOne<{ taken: number }>(
    em,
    sql`with recursive clock as (select coalesce(${now}::timestamptz, clock_timestamp()) as at),
        due as materialized (
          select r.version_id, r.employee_id, r.due_at from guideline_reader r where r.superior_at <= (select at from clock) order by r.superior_at limit ${limit} for update skip locked),
        taken as (
          update guideline_reader r set superior_at = null from due where r.version_id = due.version_id and r.employee_id = due.employee_id
          returning r.version_id, r.employee_id, r.due_at, r.acknowledged_at),
        late as (
          select d.version_id, d.due_at, d.employee_id, p.superior_position_id as position_id, today.date as today
          from due d join employee e on e.id = d.employee_id and e.status <> all(${GONE}::text[]) join unit u on u.id = e.unit_id
          cross join clock cross join lateral (select ${civilDateOf(sql`clock.at`, sql`u.time_zone`)} as date) today
          join position_assignment a on a.employee_id = d.employee_id and a.kind = 'definitif' and ${holds('a', sql`today.date`)} join position p on p.id = a.position_id),
        above as (
          select late.*, 0 as depth from late where position_id is not null
          union all
          select b.version_id, b.due_at, b.employee_id, p.superior_position_id, b.today, b.depth + 1 from above b join position p on p.id = b.position_id
          where p.superior_position_id is not null and b.depth < 20
            and not exists (select 1 from position_assignment a where a.position_id = b.position_id and a.employee_id <> b.employee_id and ${holds('a', sql`b.today`)})),
        superior as (
          select b.version_id, min(b.due_at) as due_at, a.employee_id from above b
          join position_assignment a on a.position_id = b.position_id and a.employee_id <> b.employee_id and ${holds('a', sql`b.today`)} group by b.version_id, ${dueDay(sql`b.due_at`)}, a.employee_id),
        mail as (
          insert into outbox (dedupe_key, template, recipient_id, data, created_at)
          select concat_ws(':', 'guideline', 'superior', s.version_id, ${dueDay(sql`s.due_at`)}, s.employee_id), 'guideline', s.employee_id, ${mailData('superior', sql`s`)}, clock.at
          from superior s cross join clock join guideline_version v on v.id = s.version_id and v.status = 'berlaku' on conflict (dedupe_key) do nothing)
        select count(*)::int as taken from taken`,
  );
  if (row!.taken) await em.execute(`notify outbox`);
  return row!.taken;
}

/** The day on which reading was due, the same one in every zone of the country. */
const dueDay = (dueAt: Sql): Sql => sql`(${dueAt} at time zone 'UTC')::date`;
