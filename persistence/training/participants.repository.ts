import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { InvitationRule, TrainingEvent } from './training.entities.ts';
import { joinSql, select, selectOne, sql, type Sql } from '../sql.ts';
import { holds } from '../organisation/holding.ts';

/** Statuses of people who are invited to nothing. */
export const NOT_IN_SERVICE = ['pensiun', 'meninggal', 'berhenti', 'cuti di luar tanggungan negara'] as const;

/** What completing an event asks of participant `p` (R-EVENT-3): attendance, the test after it passed, no revoked certificate. */
export const COMPLETED: Sql = sql`(p.attended_at is not null
  and (not exists (select 1 from training_test t where t.event_id = p.event_id and t.moment = 'post')
    or exists (select 1 from training_test t join training_attempt a on a.test_id = t.id and a.employee_id = p.employee_id and a.is_passed
      where t.event_id = p.event_id and t.moment = 'post'))
  and not exists (select 1 from training_certificate c where c.event_id = p.event_id and c.employee_id = p.employee_id and c.revoked_at is not null))`;

/** Invites everybody whom the rules of an event mean and who is not invited yet; returns the ids of the new ones. */
export async function inviteByRules(
  em: EntityManager,
  event: Pick<TrainingEvent, 'id' | 'invitations'>,
  today: CalendarDate,
): Promise<string[]> {
  const found = event.invitations.map((rule) => idsOf(rule, today));
  if (found.length === 0) return [];
  const rows = await select<{ employee_id: string }>(
    em,
    sql`insert into training_participant (event_id, employee_id)
        select distinct ${event.id}::uuid, e.id from employee e where e.id in (${joinSql(found, ' union ')}) and not (e.status = any(${NOT_IN_SERVICE}::text[]))
        on conflict (event_id, employee_id) do nothing returning employee_id`,
  );
  return rows.map((row) => row.employee_id);
}

function idsOf(rule: InvitationRule, today: CalendarDate): Sql {
  if (rule.kind === 'people') return sql`select x.id from employee x where x.id = any(${rule.employeeIds}::uuid[])`;
  if (rule.kind === 'unit') {
    const matches = rule.withSubUnits ? sql`starts_with(u.path, root.path)` : sql`u.id = root.id`;
    return sql`select x.id from employee x join unit u on u.id = x.unit_id join unit root on root.id = ${rule.unitId} and ${matches}`;
  }
  return sql`select r.employee_id from role_assignment r join desk d on d.id = r.desk_id and d.role = ${rule.role} join unit u on u.id = d.unit_id
    join unit root on root.id = ${rule.unitId} and starts_with(u.path, root.path) where ${holds('r', today)}`;
}

/** How many people the rules mean, without inviting them. */
export async function countInvitees(
  em: EntityManager,
  rules: readonly InvitationRule[],
  today: CalendarDate,
): Promise<number> {
  if (rules.length === 0) return 0;
  const row = await selectOne<{ n: number }>(
    em,
    sql`select count(*)::int as n from employee e where e.id in (${joinSql(
      rules.map((rule) => idsOf(rule, today)),
      ' union ',
    )}) and not (e.status = any(${NOT_IN_SERVICE}::text[]))`,
  );
  return row!.n;
}

/** Locks an event for a change of its seats; null when there is none. */
export const lockEvent = (em: EntityManager, eventId: string): Promise<{ id: string } | null> =>
  selectOne<{ id: string }>(em, sql`select id from training_event where id = ${eventId} for update`);

/** Taken seats and how many wait. */
export async function countPlaces(em: EntityManager, eventId: string): Promise<{ seats: number; waiting: number }> {
  const row = await selectOne<{ seats: number; waiting: number }>(
    em,
    sql`select count(*) filter (where place = 'seat')::int as seats, count(*) filter (where place = 'waiting')::int as waiting from training_participant where event_id = ${eventId}`,
  );
  return row!;
}

/** Writes an answer with the place that goes with it. */
export async function setAnswer(
  em: EntityManager,
  key: { eventId: string; employeeId: string },
  answer: 'yes' | 'no',
  place: 'seat' | 'waiting' | null,
): Promise<void> {
  await select(
    em,
    sql`update training_participant set answer = ${answer}, answered_at = now(), place = ${place},
          waiting_since = case when ${place}::text = 'waiting' then coalesce(waiting_since, now()) end
        where event_id = ${key.eventId} and employee_id = ${key.employeeId}`,
  );
}

/** Gives the first of the waiting list their seats; returns who moved up. The event is locked by the caller. */
export async function moveUp(em: EntityManager, eventId: string, count: number): Promise<string[]> {
  if (count <= 0) return [];
  const rows = await select<{ employee_id: string }>(
    em,
    sql`update training_participant set place = 'seat', waiting_since = null where (event_id, employee_id) in (
          select event_id, employee_id from training_participant where event_id = ${eventId} and place = 'waiting' order by waiting_since, employee_id limit ${count})
        returning employee_id`,
  );
  return rows.map((row) => row.employee_id);
}

/** Notes that somebody was there; the first note stands. People who were not invited are added. */
export async function checkIn(
  em: EntityManager,
  key: { eventId: string; employeeId: string },
  at: Date,
): Promise<{ attendedAt: string }> {
  const row = await selectOne<{ attendedAt: string }>(
    em,
    sql`insert into training_participant (event_id, employee_id, is_invited, attended_at, attendance_method) values (${key.eventId}, ${key.employeeId}, false, ${at}, 'code')
        on conflict (event_id, employee_id) do update set attended_at = coalesce(training_participant.attended_at, excluded.attended_at),
          attendance_method = coalesce(training_participant.attendance_method, 'code')
        returning attended_at as "attendedAt"`,
  );
  return row!;
}

/** Sets or takes back attendance by the organiser's list; returns how many rows changed. */
export async function setAttendance(
  em: EntityManager,
  eventId: string,
  employeeIds: readonly string[],
  attendance: { isPresent: boolean; byId: string; at: Date },
): Promise<number> {
  const { isPresent, byId, at } = attendance;
  const rows = await select(
    em,
    isPresent
      ? sql`update training_participant set attended_at = ${at}, attendance_method = 'organiser', attendance_by_id = ${byId}
            where event_id = ${eventId} and employee_id = any(${employeeIds}::uuid[]) and attended_at is null returning employee_id`
      : sql`update training_participant set attended_at = null, attendance_method = null, attendance_by_id = ${byId}
            where event_id = ${eventId} and employee_id = any(${employeeIds}::uuid[]) and attended_at is not null returning employee_id`,
  );
  return rows.length;
}

/** Whom mails about an event go to: everybody invited, without those who said no when `exceptNo`. */
export async function listInvited(
  em: EntityManager,
  eventId: string,
  { exceptNo }: { exceptNo: boolean },
): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select employee_id as id from training_participant where event_id = ${eventId} and is_invited and (not ${exceptNo}::boolean or answer is distinct from 'no')`,
  );
  return rows.map(({ id }) => id);
}

/** Who was invited, had a seat to take and has not completed the event, with the people above them. */
export async function listMissing(
  em: EntityManager,
  eventId: string,
  today: CalendarDate,
): Promise<{ employeeId: string; superiorIds: string[] }[]> {
  return select<{ employeeId: string; superiorIds: string[] }>(
    em,
    sql`select p.employee_id as "employeeId", coalesce((select json_agg(distinct s.employee_id) from position_assignment a join position o on o.id = a.position_id
            join position_assignment s on s.position_id = o.superior_position_id and ${holds('s', today)}
            where a.employee_id = p.employee_id and a.kind = 'definitif' and ${holds('a', today)}
              and s.employee_id <> p.employee_id), '[]') as "superiorIds"
        from training_participant p where p.event_id = ${eventId} and p.is_invited and p.place is distinct from 'waiting' and not ${COMPLETED}`,
  );
}
