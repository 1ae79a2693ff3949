import type { EntityManager } from '@mikro-orm/postgresql';
import type { MailTemplate } from '#domain/notifications/mail.ts';

/*
 * The outbox is the truth about e-mails: waiting → sending → sent, failed or dropped. What the mailer queues elsewhere are ids only.
 * A claim is fenced by `attempts`: whoever lost it to another mailer cannot change the row any more, except to say that it was sent.
 */

/**
 * How mails are sent, by their names; each mail says it of itself and the mailer gathers it.
 *
 * - `awaited`: somebody who cannot sign in waits for it at a screen; it goes before all others, however many of these there are.
 * - `digests`: those that wait for the same person go out as one mail that lists them all.
 * - `mustArrive`: it is sent again when it is not known whether it went out; the others are dropped in that case.
 */
export type MailPolicy = Readonly<Record<'awaited' | 'digests' | 'mustArrive', readonly MailTemplate[]>>;

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

/**
 * Mails that are due, those that somebody waits for first, digests last, oldest first. A digest is listed when its first row has
 * waited for `digestHoldMs`, so that what is written at about the same time goes out together.
 *
 * @param onlyAwaited leaves out all but the first kind
 */
export async function listWaiting(
  em: EntityManager,
  {
    policy,
    limit,
    digestHoldMs,
    requeueAfterMs,
    onlyAwaited = false,
  }: { policy: MailPolicy; limit: number; digestHoldMs: number; requeueAfterMs: number; onlyAwaited?: boolean },
): Promise<WaitingMail[]> {
  const awaited = arrayOf(policy.awaited);
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
    [awaited, arrayOf(policy.digests), ...(onlyAwaited ? [awaited] : []), limit, requeueAfterMs, digestHoldMs],
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
  {
    outboxId,
    policy,
    messageIdHost,
    limit,
  }: { outboxId: string; policy: MailPolicy; messageIdHost: string; limit: number },
): Promise<ClaimedRow[]> {
  const [first] = await em.execute<
    { id: string; template: MailTemplate; recipient_id: string | null; message_id: string | null }[]
  >(
    `select id, template, recipient_id, message_id from outbox
     where id = ? and state = 'waiting' and available_at <= now() for update skip locked`,
    [outboxId],
  );
  if (!first) return [];
  const ids = policy.digests.includes(first.template) ? await lockDigest(em, first, limit) : [first.id];
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
  policy: MailPolicy,
  staleAfterMs: number,
): Promise<{ waiting: number; dropped: number }> {
  const rows = await em.execute<{ state: 'waiting' | 'dropped' }[]>(
    `update outbox set state = case when template = any(?::text[]) then 'waiting' else 'dropped' end,
       available_at = now(), claimed_at = null, last_error = 'the mailer stopped while it was sending this mail'
     where id in (
       select id from outbox where state = 'sending' and claimed_at < now() - ? * interval '1 millisecond' for update skip locked)
     returning state`,
    [arrayOf(policy.mustArrive), staleAfterMs],
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
