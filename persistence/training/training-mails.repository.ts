import type { EntityManager } from '@mikro-orm/postgresql';
import type { TrainingMailStep } from '#domain/notifications/mail.ts';
import { select, sql } from '../sql.ts';

/** A mail about an event to one person; what else it says is read from the event when it is written. */
export type TrainingMail = { recipientId: string; step: TrainingMailStep; data?: Record<string, unknown> };

/**
 * Writes mails about an event into the outbox, in the caller's transaction. `turn` tells repeated steps apart (the SEQUENCE of the
 * invitation); a mail of the same event, step, turn and recipient is written once.
 */
export async function announce(
  em: EntityManager,
  event: { id: string; invitationSequence: number },
  mails: readonly TrainingMail[],
  at: Date,
): Promise<void> {
  if (mails.length === 0) return;
  const turn = event.invitationSequence;
  const rows = mails.map(({ recipientId, step, data = {} }) => ({
    recipientId,
    dedupeKey: `training:${event.id}:${step}:${turn}:${recipientId}`,
    data: { step, eventId: event.id, sequence: turn, ...data },
  }));
  await select(
    em,
    sql`insert into outbox (dedupe_key, template, recipient_id, data, created_at)
        select r."dedupeKey", 'training', r."recipientId", r.data, ${at}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("recipientId" uuid, "dedupeKey" text, data jsonb) on conflict (dedupe_key) do nothing`,
  );
  await select(em, sql`notify outbox`);
}
