import type { EntityManager } from '@mikro-orm/postgresql';
import { AWAITED, MUST_ARRIVE, type MailTemplate } from '#domain/notifications/mail.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import type { GuidelineKind } from '#domain/guidelines/guideline.ts';
import type { EventKind } from '#domain/training/event.ts';

/*
 * The outbox is the truth about e-mails: waiting → sending → sent, failed or dropped. What the mailer queues elsewhere are ids only.
 * A claim is fenced by `attempts`: whoever lost it to another mailer cannot change the row any more, except to say that it was sent.
 */

/** Mails of these kinds that wait for the same person go out as one mail that lists them all. */
export const DIGEST_TEMPLATES: readonly MailTemplate[] = ['reminder', 'escalation'];

/** A mail to deliver: one row, or the first row of a digest. `turn` changes with each attempt and each `requeueAfterMs` of waiting. */
export type WaitingMail = { outboxId: string; turn: string; isAwaited: boolean };

/** One claimed row. `messageId` is the same for all rows of a digest; `attempts` counts this claim. */
export type ClaimedRow = {
  id: string;
  template: MailTemplate;
  recipientId: string | null;
  messageId: string;
  attempts: number;
};

/** Where and how a person reads mail. The time zone is the one of the person's unit. */
export type Recipient = { id: string; name: string; email: string; locale: 'id' | 'en'; timeZone: string };

/** What the database says about the matter of one row when the mail is written. Dates are `YYYY-MM-DD`. */
export type MailFacts = {
  id: string;
  template: MailTemplate;
  data: Record<string, unknown>;
  cycleId: string | null;
  taskId: string | null;
  /** The procedure a mail is about, and what that is about. */
  procedure: { id: string; kind: ProcedureKind; subject: string } | null;
  /** Another address than the recipient's own. */
  address: string | null;
  year: number | null;
  subjectId: string | null;
  subjectName: string | null;
  subjectPosition: string | null;
  waitingForName: string | null;
  fromPositionTitle: string | null;
  period: { startsOn: string; endsOn: string } | null;
  /** Null when there is no such task. */
  taskState: 'open' | 'done' | 'lapsed' | null;
  /** The event of a mail about a training. */
  training: TrainingFacts | null;
  /** The version a mail about a guideline speaks of. */
  guideline: GuidelineFacts | null;
};

/** A guideline as a mail tells of it. `isToRead`: it still holds, and the reader, or one of a superior's people, has not read it. `unread`: names of these people. */
export type GuidelineFacts = {
  kind: GuidelineKind;
  number: string;
  year: number | null;
  title: string;
  issuer: string;
  version: number;
  isToRead: boolean;
  unread: string[];
};

/** A training as a mail tells of it. `missing`: names of the people the mail is about, for their superior. */
export type TrainingFacts = {
  id: string;
  kind: EventKind;
  title: string;
  agenda: string;
  place: string;
  link: string;
  startsAt: Date;
  endsAt: Date;
  timeZone: string;
  organiser: string;
  speakers: string[];
  cancelledReason: string | null;
  missing: string[];
};

/**
 * Mails that are due, those that somebody waits for first (`AWAITED`), digests last, oldest first. A digest is listed when its first row has
 * waited for `digestHoldMs`, so that what is written at about the same time goes out together.
 *
 * @param onlyAwaited leaves out all but the first kind
 */
export async function listWaiting(
  em: EntityManager,
  {
    limit,
    digestHoldMs,
    requeueAfterMs,
    onlyAwaited = false,
  }: { limit: number; digestHoldMs: number; requeueAfterMs: number; onlyAwaited?: boolean },
): Promise<WaitingMail[]> {
  const awaited = arrayOf([...AWAITED]);
  const rows = await em.execute<{ outbox_id: string; turn: string; is_awaited: boolean }[]>(
    `with due as (
       select id, recipient_id, template, message_id, attempts, available_at, template = any(?::text[]) as is_awaited, template = any(?::text[]) as is_digest
       from outbox where state = 'waiting' and available_at <= now() ${onlyAwaited ? 'and template = any(?::text[])' : ''}
       order by is_awaited desc, is_digest, available_at limit ?)
     select (array_agg(id order by available_at, id))[1] as outbox_id,
            (array_agg(attempts order by available_at, id))[1] || '-' || floor(extract(epoch from now() - min(available_at)) * 1000 / ?) as turn,
            bool_or(is_awaited) as is_awaited
     from due
     group by case when message_id is not null then message_id when is_digest then template || ' ' || recipient_id else id::text end
     having not bool_or(is_digest) or min(available_at) <= now() - ? * interval '1 millisecond'
     order by bool_or(is_awaited) desc, bool_or(is_digest), min(available_at)`,
    [awaited, arrayOf(DIGEST_TEMPLATES), ...(onlyAwaited ? [awaited] : []), limit, requeueAfterMs, digestHoldMs],
  );
  return rows.map((row) => ({ outboxId: row.outbox_id, turn: row.turn, isAwaited: row.is_awaited }));
}

/**
 * Claims a waiting mail and, for a digest, the other rows that go out with it. Runs in the caller's transaction.
 *
 * @param messageIdHost right side of the Message-ID; an unclear earlier attempt keeps the Message-ID and the rows it had
 * @returns nothing when the row is not due or somebody else has it
 */
export async function claimBatch(
  em: EntityManager,
  { outboxId, messageIdHost, limit }: { outboxId: string; messageIdHost: string; limit: number },
): Promise<ClaimedRow[]> {
  const [first] = await em.execute<
    { id: string; template: MailTemplate; recipient_id: string | null; message_id: string | null }[]
  >(
    `select id, template, recipient_id, message_id from outbox
     where id = ? and state = 'waiting' and available_at <= now() for update skip locked`,
    [outboxId],
  );
  if (!first) return [];
  const ids = DIGEST_TEMPLATES.includes(first.template) ? await lockDigest(em, first, limit) : [first.id];
  const messageId = first.message_id ?? `<${first.id}@${messageIdHost}>`;
  const rows = await em.execute<{ id: string; attempts: number }[]>(
    `update outbox set state = 'sending', attempts = attempts + 1, claimed_at = now(), message_id = ?
     where id = any(?::uuid[]) returning id, attempts`,
    [messageId, arrayOf(ids)],
  );
  return rows.map((row) => ({
    id: row.id,
    template: first.template,
    recipientId: first.recipient_id,
    messageId,
    attempts: row.attempts,
  }));
}

async function lockDigest(
  em: EntityManager,
  first: { id: string; template: MailTemplate; recipient_id: string | null; message_id: string | null },
  limit: number,
): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select id from outbox
     where state = 'waiting' and available_at <= now() and recipient_id = ? and template = ? and message_id is not distinct from ?::text
     order by id <> ?, available_at, id limit ? for update skip locked`,
    [first.recipient_id, first.template, first.message_id, first.id, limit],
  );
  return rows.map((row) => row.id);
}

/** The person a mail goes to; null when there is no such employee. */
export async function findRecipient(em: EntityManager, employeeId: string): Promise<Recipient | null> {
  const [row] = await em.execute<{ id: string; name: string; email: string; locale: 'id' | 'en'; time_zone: string }[]>(
    `select e.id, e.name, e.email, e.locale, u.time_zone from employee e join unit u on u.id = e.unit_id where e.id = ?`,
    [employeeId],
  );
  return row
    ? {
        id: row.id,
        name: row.name,
        email: row.email,
        locale: row.locale === 'en' ? 'en' : 'id',
        timeZone: row.time_zone,
      }
    : null;
}

type FactsRow = {
  id: string;
  template: MailTemplate;
  data: Record<string, unknown>;
  cycle_id: string | null;
  task_id: string | null;
  year: number | null;
  procedure: MailFacts['procedure'];
  address: string | null;
  subject_id: string | null;
  subject_name: string | null;
  subject_position: string | null;
  waiting_for_name: string | null;
  from_position_title: string | null;
  starts_on: string | null;
  ends_on: string | null;
  task_state: MailFacts['taskState'];
  guideline: GuidelineFacts | null;
  training: (Omit<TrainingFacts, 'startsAt' | 'endsAt'> & { startsAt: string; endsAt: string }) | null;
};

const uuidIn = (key: string) => `case when o.data->>'${key}' ~ '^[0-9a-fA-F-]{36}$' then (o.data->>'${key}')::uuid end`;
const numberIn = (key: string) => `case when o.data->>'${key}' ~ '^[0-9]{1,3}$' then (o.data->>'${key}')::int end`;

const TRAINING_FACTS = `select json_build_object('id', v.id, 'kind', v.kind, 'title', v.title, 'agenda', v.agenda, 'place', v.place, 'link', v.link, 'startsAt', v.starts_at,
    'endsAt', v.ends_at, 'timeZone', v.time_zone, 'organiser', v.organiser, 'speakers', v.speakers, 'cancelledReason', v.cancelled_reason,
    'missing', coalesce((select json_agg(x.name order by x.name) from employee x where x.id::text in (select jsonb_array_elements_text(coalesce(o.data->'employeeIds', '[]')))), '[]'))
  from training_event v where v.id = ${uuidIn('eventId')}`;

const HELD_NOW = `h.valid_from <= current_date and (h.valid_to is null or h.valid_to >= current_date)`;

/**
 * The recipient's people who are late with a version: those in the posts below the recipient's, and further down where a post between them is vacant or its
 * only holder is the late person, acting for it.
 */
const LATE_READERS = `with recursive below as (
    select b.id, null::uuid as person, 0 as depth from position_assignment h join position b on b.superior_position_id = h.position_id where h.employee_id = o.recipient_id and ${HELD_NOW}
    union
    select b.id, coalesce(below.person, held.one), below.depth + 1 from below
    cross join lateral (select count(*) as n, min(h.employee_id::text)::uuid as one, bool_and(h.kind <> 'definitif') as acting from position_assignment h where h.position_id = below.id and ${HELD_NOW}) held
    join position b on b.superior_position_id = below.id
    where below.depth < 20 and (held.n = 0 or (held.n = 1 and held.acting and held.one = coalesce(below.person, held.one))))
  select json_agg(name order by name) from (select distinct e.id, e.name from below
  join position_assignment h on h.position_id = below.id and h.kind = 'definitif' and ${HELD_NOW}
  join employee e on e.id = h.employee_id and e.id <> o.recipient_id and e.id = coalesce(below.person, e.id) and e.status not in ('pensiun', 'meninggal', 'berhenti')
  join guideline_reader r on r.version_id = v.id and r.employee_id = e.id and r.acknowledged_at is null and (r.due_at at time zone 'UTC')::date = ((o.data ->> 'dueAt')::timestamptz at time zone 'UTC')::date) late_reader`;

const GUIDELINE_FACTS = `select json_build_object('kind', v.kind, 'number', v.number, 'year', v.year, 'title', v.title, 'issuer', v.content ->> 'issuer', 'version', v.version,
    'unread', coalesce(late.names, '[]'), 'isToRead', v.status = 'berlaku' and (late.names is not null
      or (o.data ->> 'step' <> 'superior' and exists (select 1 from guideline_reader r where r.version_id = v.id and r.employee_id = o.recipient_id and r.acknowledged_at is null))))
  from guideline_version v left join lateral (select (${LATE_READERS}) as names where o.data ->> 'step' = 'superior') late on true where v.id = ${uuidIn('versionId')}`;

/** Reads what the mails of these rows speak about, soonest due task first. */
export async function readMailFacts(em: EntityManager, ids: readonly string[]): Promise<MailFacts[]> {
  const rows = await em.execute<FactsRow[]>(
    `select o.id, o.template, o.data, o.cycle_id, o.task_id, o.address, c.year, coalesce(c.employee_id, pr.employee_id) as subject_id,
            case when pr.id is not null then json_build_object('id', pr.id, 'kind', pr.kind, 'subject', pr.subject) end as procedure, e.name as subject_name,
            p.title as subject_position, w.name as waiting_for_name, f.title as from_position_title,
            pd.starts_on::text as starts_on, pd.ends_on::text as ends_on, t.state as task_state,
            case when o.template = 'training' then (${TRAINING_FACTS}) end as training,
            case when o.template = 'guideline' then (${GUIDELINE_FACTS}) end as guideline
     from outbox o
     left join cycle c on c.id = o.cycle_id
     left join procedure pr on pr.id = o.procedure_id
     left join employee e on e.id = coalesce(c.employee_id, pr.employee_id)
     left join position p on p.id = c.position_id
     left join task t on t.id = o.task_id
     left join employee w on w.id = ${uuidIn('waitingForId')}
     left join position f on f.id = ${uuidIn('fromPositionId')}
     left join period pd on pd.cycle_id = o.cycle_id and pd.number = ${numberIn('periodNo')}
     where o.id = any(?::uuid[])
     order by t.due_at nulls last, e.name, o.id`,
    [arrayOf(ids)],
  );
  return rows.map((row) => ({
    id: row.id,
    template: row.template,
    data: row.data,
    cycleId: row.cycle_id,
    taskId: row.task_id,
    procedure: row.procedure,
    address: row.address,
    year: row.year,
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    subjectPosition: row.subject_position,
    waitingForName: row.waiting_for_name,
    fromPositionTitle: row.from_position_title,
    period: row.starts_on && row.ends_on ? { startsOn: row.starts_on, endsOn: row.ends_on } : null,
    taskState: row.task_state,
    guideline: row.guideline,
    training: row.training && {
      ...row.training,
      startsAt: new Date(row.training.startsAt),
      endsAt: new Date(row.training.endsAt),
    },
  }));
}

/** Says that the relay took the mail. Holds against everything else: a row that is thought lost meanwhile is not sent again. */
export async function markSent(em: EntityManager, ids: readonly string[], subject: string): Promise<void> {
  await em.execute(
    `update outbox set state = 'sent', sent_at = now(), claimed_at = null, subject = ?, last_error = null
     where id = any(?::uuid[]) and state <> 'sent'`,
    [subject, arrayOf(ids)],
  );
}

type Claims = readonly Pick<ClaimedRow, 'id' | 'attempts'>[];

/**
 * Puts claimed rows back for a later attempt.
 *
 * @param isCertainlyUnsent frees the Message-ID, so that a digest takes in what came meanwhile; otherwise the same mail is repeated
 */
export async function markRetry(
  em: EntityManager,
  claims: Claims,
  { error, delayMs, isCertainlyUnsent }: { error: string; delayMs: number; isCertainlyUnsent: boolean },
): Promise<void> {
  await em.execute(
    `update outbox o set state = 'waiting', claimed_at = null, available_at = now() + ? * interval '1 millisecond', last_error = ?,
       message_id = case when ? then null else o.message_id end
     ${whereClaimed}`,
    [Math.round(delayMs), shortened(error), isCertainlyUnsent, ...claimed(claims)],
  );
}

/** Gives up on claimed rows; `error` is shown to the administrators. */
export async function markFailed(em: EntityManager, claims: Claims, error: string): Promise<void> {
  await close(em, claims, 'failed', error);
}

/** Leaves claimed rows unsent on purpose, such as a reminder of a task that was done meanwhile. */
export async function markDropped(em: EntityManager, claims: Claims, why: string): Promise<void> {
  await close(em, claims, 'dropped', why);
}

async function close(em: EntityManager, claims: Claims, state: 'failed' | 'dropped', error: string): Promise<void> {
  await em.execute(`update outbox o set state = ?, claimed_at = null, last_error = ? ${whereClaimed}`, [
    state,
    shortened(error),
    ...claimed(claims),
  ]);
}

/** Keeps claims of mails that are still being sent, so that no other mailer thinks them lost. */
export async function renewClaims(em: EntityManager, claims: Claims): Promise<void> {
  await em.execute(`update outbox o set claimed_at = now() ${whereClaimed}`, claimed(claims));
}

/**
 * Settles mails of which nobody knows whether they went out, because their mailer died: those that must arrive wait again with the same
 * Message-ID, the others are dropped.
 */
export async function dropStale(
  em: EntityManager,
  staleAfterMs: number,
): Promise<{ waiting: number; dropped: number }> {
  const rows = await em.execute<{ state: 'waiting' | 'dropped' }[]>(
    `update outbox set state = case when template = any(?::text[]) then 'waiting' else 'dropped' end,
       available_at = now(), claimed_at = null, last_error = 'the mailer stopped while it was sending this mail'
     where id in (
       select id from outbox where state = 'sending' and claimed_at < now() - ? * interval '1 millisecond' for update skip locked)
     returning state`,
    [arrayOf([...MUST_ARRIVE]), staleAfterMs],
  );
  const waiting = rows.filter((row) => row.state === 'waiting').length;
  return { waiting, dropped: rows.length - waiting };
}

const whereClaimed = `from unnest(?::uuid[], ?::int[]) as claim(id, attempts)
  where o.id = claim.id and o.attempts = claim.attempts and o.state = 'sending'`;

const claimed = (claims: Claims) => [
  arrayOf(claims.map((claim) => claim.id)),
  arrayOf(claims.map((claim) => String(claim.attempts))),
];

/** An array literal of PostgreSQL; only for words and ids. */
const arrayOf = (values: readonly string[]) => `{${values.join(',')}}`;

const longestError = 500;
const shortened = (error: string) => error.replaceAll(/\s+/g, ' ').slice(0, longestError);
