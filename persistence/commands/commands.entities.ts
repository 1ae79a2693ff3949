import { defineEntity, p } from '@mikro-orm/core';
import type { CommandReply } from '#domain/process/reply.ts';

/** How a message of the ledger reaches its workflow: as an update that is answered, as a fact that only has to arrive, or as its start. */
export type CommandForm = 'update' | 'fact' | 'start';

/**
 * A message to a workflow as it was accepted; a person's decision, whose row is the receipt, or a fact, or a start. It is written before the
 * workflow hears of it, and the relay delivers it until it is answered. `acceptedAt`, the database's clock, is what counts against a deadline.
 */
export const CommandSchema = defineEntity({
  name: 'Command',
  properties: {
    id: p.uuid().primary(),
    number: p.bigint('number').generated('always as identity'),
    actorId: p.uuid(),
    onBehalfOfPositionId: p.uuid().nullable(),
    matterId: p.uuid().nullable(),
    taskId: p.uuid().nullable(),
    workflowId: p.text(),
    form: p.text().$type<CommandForm>().default('update'),
    /** The update's name; the workflow's type when it is a start, the fact's kind when it is a fact. */
    name: p.text(),
    arguments: p.json<Record<string, unknown>>(),
    argumentsHash: p.text(),
    acceptedAt: p.datetime().defaultRaw('clock_timestamp()'),
    state: p.text().$type<'accepted' | 'answered'>().default('accepted'),
    outcome: p.json<CommandReply>().nullable(),
    answeredAt: p.datetime().nullable(),
    attempts: p.integer().default(0),
    nextAttemptAt: p.datetime().defaultRaw('now()'),
  },
});
export class Command extends CommandSchema.class {}
CommandSchema.setClass(Command);

/** The reply of a step that was done; a repeat of the step returns it and does nothing. */
export const EffectSchema = defineEntity({
  name: 'Effect',
  properties: { key: p.text().primary(), reply: p.json<unknown>(), doneAt: p.datetime().defaultRaw('now()') },
});
export class Effect extends EffectSchema.class {}
EffectSchema.setClass(Effect);
