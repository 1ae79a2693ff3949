import type { EntityManager } from '@mikro-orm/postgresql';
import type { EventKind, EventState, EventStep, Place } from '#domain/training/event.ts';
import type { TestMoment } from '#domain/training/test.ts';
import {
  containing,
  instantOf,
  instantOrNull,
  joinSql,
  select,
  selectOne,
  sql,
  whereSql,
  type RowFilter,
  type Sql,
} from '../sql.ts';
import { COMPLETED } from './participants.repository.ts';
import type { InvitationRule } from './training.entities.ts';

type EventCounts = { invited: number; yes: number; no: number; waiting: number; attended: number; completed: number };
export type EventListRow = {
  id: string;
  kind: EventKind;
  title: string;
  topic: string;
  startsAt: string;
  endsAt: string;
  timeZone: string;
  place: string;
  link: string;
  organiser: string;
  state: EventState;
  jp: number;
  quota: number | null;
  unit: { id: string; code: string; name: string };
  counts: EventCounts;
};
export type OwnPartRow = {
  isInvited: boolean;
  answer: 'yes' | 'no' | null;
  place: Place;
  waitingPosition: number | null;
  attendedAt: string | null;
  isCompleted: boolean;
  certificate: { id: string; number: string; isRevoked: boolean } | null;
};
export type EventDetailRow = EventListRow & {
  unitId: string;
  workflowId: string;
  agenda: string;
  speakers: string[];
  signerName: string;
  signerTitle: string;
  testUntil: string | null;
  cancelledReason: string | null;
  checkInMinutesBefore: number;
  checkInMinutesAfter: number;
  remindHoursBefore: number;
  version: number;
  invitations: InvitationRule[];
  stepsDone: EventStep[];
  invitedAt: string | null;
  codeSecret: Buffer;
};

const COLUMNS = sql`v.id, v.kind, v.title, v.topic, v.starts_at as "startsAt", v.ends_at as "endsAt", v.time_zone as "timeZone", v.place, v.link, v.organiser, v.state, v.jp, v.quota,
  json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
  (select json_build_object('invited', count(*) filter (where p.is_invited), 'yes', count(*) filter (where p.answer = 'yes'), 'no', count(*) filter (where p.answer = 'no'),
     'waiting', count(*) filter (where p.place = 'waiting'), 'attended', count(p.attended_at), 'completed', count(*) filter (where ${COMPLETED}))
   from training_participant p where p.event_id = v.id) as counts`;
const DETAILS = sql`v.unit_id as "unitId", v.workflow_id as "workflowId", v.agenda, v.speakers, v.signer_name as "signerName", v.signer_title as "signerTitle", v.test_until as "testUntil",
  v.cancelled_reason as "cancelledReason", v.check_in_minutes_before as "checkInMinutesBefore", v.check_in_minutes_after as "checkInMinutesAfter", v.remind_hours_before as "remindHoursBefore",
  v.version, v.invitations, v.steps_done as "stepsDone", v.invited_at as "invitedAt", v.code_secret as "codeSecret"`;
const FROM = sql`from training_event v join unit u on u.id = v.unit_id`;

const present = <Row extends { jp: number | string; startsAt: string; endsAt: string }>(
  row: Row,
): Row & { jp: number } => ({
  ...row,
  jp: Number(row.jp),
  startsAt: instantOf(row.startsAt),
  endsAt: instantOf(row.endsAt),
});

/** Events that a filter lets through: those to come with the nearest first, those past with the latest first. */
export async function listEvents(
  em: EntityManager,
  access: RowFilter,
  { search, when }: { search?: string | undefined; when: 'coming' | 'past' | 'all' },
): Promise<EventListRow[]> {
  // The rows of participants are read elsewhere; here nobody sees an event because they are invited to it.
  const parts: Sql[] = [whereSql(access, { id: sql`v.id`, unitId: sql`v.unit_id`, employeeId: sql`null::uuid` })];
  if (search) parts.push(sql`v.title ilike ${containing(search)}`);
  if (when === 'coming')
    parts.push(
      sql`(v.ends_at >= now() or v.state in ('draft', 'planned', 'invited', 'checkInOpen', 'closed')) and v.state <> 'cancelled'`,
    );
  if (when === 'past') parts.push(sql`(v.ends_at < now() or v.state = 'cancelled')`);
  const order = when === 'coming' ? sql`v.starts_at, v.id` : sql`v.starts_at desc, v.id`;
  const rows = await select<EventListRow>(
    em,
    sql`select ${COLUMNS} ${FROM} where ${joinSql(parts, ' and ')} order by ${order} limit 300`,
  );
  return rows.map(present);
}

/** All of an event but its people; null when there is none. */
export async function findEvent(em: EntityManager, id: string): Promise<EventDetailRow | null> {
  const row = await selectOne<EventDetailRow>(em, sql`select ${COLUMNS}, ${DETAILS} ${FROM} where v.id = ${id}`);
  return row && { ...present(row), testUntil: instantOrNull(row.testUntil), invitedAt: instantOrNull(row.invitedAt) };
}

const OWN = sql`p.is_invited as "isInvited", p.answer, p.place, p.attended_at as "attendedAt", ${COMPLETED} as "isCompleted",
  case when p.place = 'waiting' then (select count(*)::int from training_participant w where w.event_id = p.event_id and w.place = 'waiting'
    and (w.waiting_since, w.employee_id) <= (p.waiting_since, p.employee_id)) end as "waitingPosition",
  (select json_build_object('id', c.id, 'number', c.number, 'isRevoked', c.revoked_at is not null) from training_certificate c
   where c.event_id = p.event_id and c.employee_id = p.employee_id) as certificate`;
const presentOwn = <Row extends { attendedAt: string | null }>(row: Row): Row => ({
  ...row,
  attendedAt: instantOrNull(row.attendedAt),
});

/** What somebody has to do with an event; null when nothing. */
export async function findOwnPart(em: EntityManager, eventId: string, employeeId: string): Promise<OwnPartRow | null> {
  const row = await selectOne<OwnPartRow>(
    em,
    sql`select ${OWN} from training_participant p where p.event_id = ${eventId} and p.employee_id = ${employeeId}`,
  );
  return row && presentOwn(row);
}

/** Events a person is invited to or came to, those ahead first. */
export async function listOwnEvents(
  em: EntityManager,
  employeeId: string,
): Promise<(Omit<EventListRow, 'counts'> & { mine: OwnPartRow; hasPostTest: boolean })[]> {
  type Row = Omit<EventListRow, 'counts'> & OwnPartRow & { hasPostTest: boolean };
  const rows = await select<Row>(
    em,
    sql`select v.id, v.kind, v.title, v.topic, v.starts_at as "startsAt", v.ends_at as "endsAt", v.time_zone as "timeZone", v.place as "eventPlace", v.link, v.organiser, v.state, v.jp, v.quota,
          json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, ${OWN}, exists (select 1 from training_test t where t.event_id = v.id and t.moment = 'post') as "hasPostTest"
        from training_participant p join training_event v on v.id = p.event_id join unit u on u.id = v.unit_id
        where p.employee_id = ${employeeId} and v.state <> 'draft' order by v.ends_at < now(), case when v.ends_at >= now() then v.starts_at end, v.starts_at desc limit 200`,
  );
  return rows.map((row) => {
    const { isInvited, answer, place, waitingPosition, attendedAt, isCompleted, certificate, hasPostTest, ...event } =
      presentOwn(row);
    const { eventPlace, ...rest } = event as typeof event & { eventPlace: string };
    return {
      ...present({ ...rest, place: eventPlace }),
      mine: { isInvited, answer, place, waitingPosition, attendedAt, isCompleted, certificate },
      hasPostTest,
    };
  });
}

export type ParticipantRow = {
  employee: { id: string; name: string; number: string; unitName: string };
  isInvited: boolean;
  answer: 'yes' | 'no' | null;
  place: Place;
  attendedAt: string | null;
  attendanceMethod: 'code' | 'organiser' | null;
  preScore: number | null;
  postScore: number | null;
  isCompleted: boolean;
  certificate: OwnPartRow['certificate'];
};

/** Everybody of an event by name, with their best scores. */
export async function listParticipants(em: EntityManager, eventId: string): Promise<ParticipantRow[]> {
  const best = (
    moment: TestMoment,
  ): Sql => sql`(select max(a.score_percent)::float8 from training_test t join training_attempt a on a.test_id = t.id
    where t.event_id = p.event_id and t.moment = ${moment} and a.employee_id = p.employee_id)`;
  const rows = await select<ParticipantRow>(
    em,
    sql`select json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, ''), 'unitName', u.name) as employee, ${OWN}, p.attendance_method as "attendanceMethod",
          ${best('pre')} as "preScore", ${best('post')} as "postScore"
        from training_participant p join employee e on e.id = p.employee_id join unit u on u.id = e.unit_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        where p.event_id = ${eventId} order by e.name, e.id limit 5000`,
  );
  return rows.map(presentOwn);
}

export type MaterialRow = {
  id: string;
  eventId: string;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  storageKey: string;
};

/** Files of an event. */
export async function listMaterials(em: EntityManager, eventId: string): Promise<MaterialRow[]> {
  const rows = await select<MaterialRow>(
    em,
    sql`select id, event_id as "eventId", file_name as "fileName", media_type as "mediaType", size_bytes as "sizeBytes", storage_key as "storageKey"
        from training_material where event_id = ${eventId} and removed_at is null order by uploaded_at, id`,
  );
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
}

/** A file of an event; null when there is none or it was removed. */
export async function findMaterial(em: EntityManager, id: string): Promise<MaterialRow | null> {
  const row = await selectOne<MaterialRow>(
    em,
    sql`select id, event_id as "eventId", file_name as "fileName", media_type as "mediaType", size_bytes as "sizeBytes", storage_key as "storageKey"
        from training_material where id = ${id} and removed_at is null`,
  );
  return row && { ...row, sizeBytes: Number(row.sizeBytes) };
}

export async function addMaterial(
  em: EntityManager,
  file: {
    eventId: string;
    uploadedById: string;
    fileName: string;
    mediaType: string;
    sizeBytes: number;
    sha256: string;
    storageKey: string;
  },
): Promise<{ id: string }> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into training_material (event_id, file_name, media_type, size_bytes, sha256, storage_key, uploaded_by_id)
        values (${file.eventId}, ${file.fileName}, ${file.mediaType}, ${file.sizeBytes}, ${file.sha256}, ${file.storageKey}, ${file.uploadedById}) returning id`,
  );
  return row!;
}

/** Hides a file; the row stays for the record. */
export async function removeMaterial(em: EntityManager, id: string): Promise<void> {
  await select(em, sql`update training_material set removed_at = now() where id = ${id} and removed_at is null`);
}

/** People by their numbers, with the unit that decides who may invite them. */
export const findPeopleByNumbers = (
  em: EntityManager,
  numbers: readonly string[],
): Promise<{ id: string; name: string; number: string; unitId: string }[]> =>
  select(
    em,
    sql`select e.id, e.name, n.number, e.unit_id as "unitId" from employee_number n join employee e on e.id = n.employee_id where n.number = any(${numbers}::text[]) order by e.name`,
  );

/** People by id, for lists. */
export const findPeopleByIds = (
  em: EntityManager,
  ids: readonly string[],
): Promise<{ id: string; name: string; number: string; unitId: string }[]> =>
  select(
    em,
    sql`select e.id, e.name, coalesce(n.number, '') as number, e.unit_id as "unitId" from employee e
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true where e.id = any(${ids}::uuid[]) order by e.name`,
  );
