import { defineEntity, p } from '@mikro-orm/core';
import type { MailTemplate } from '#domain/notifications/mail.ts';

/** An e-mail that must go out once: written with the decision that causes it, unique per step and recipient. */
export const OutboxSchema = defineEntity({
  name: 'Outbox',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    dedupeKey: p.text().unique(),
    template: p.text().$type<MailTemplate>(),
    /** Nobody when the mail goes to an address of which nobody knows yet whose it is. */
    recipientId: p.uuid().nullable(),
    matterId: p.uuid().nullable(),
    /** Another address than the recipient's own. */
    address: p.text().nullable(),
    taskId: p.uuid().nullable(),
    data: p.json<Record<string, unknown>>(),
    state: p.text().$type<'waiting' | 'sending' | 'sent' | 'failed' | 'dropped'>().default('waiting'),
    attempts: p.integer().default(0),
    createdAt: p.datetime(),
    availableAt: p.datetime().defaultRaw('now()'),
    claimedAt: p.datetime().nullable(),
    sentAt: p.datetime().nullable(),
    messageId: p.text().nullable(),
    subject: p.text().nullable(),
    lastError: p.text().nullable(),
  },
});
export class Outbox extends OutboxSchema.class {}
OutboxSchema.setClass(Outbox);
