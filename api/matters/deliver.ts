import type { CommandReply } from '#domain/process/reply.ts';
import { randomUUID } from 'node:crypto';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { acceptCommand, settleCommand } from '#persistence/commands/commands.repository.ts';
import type { QueuedMessage } from '#persistence/commands/facts.repository.ts';
import { startOf } from '#persistence/matters/matters.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import type { RequestContext, SignedInContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';

/** Hands a message of the ledger to its workflow, waits a bounded time and notes the answer; `pending`: the relay goes on. Never throws. */
export async function deliver(
  { deps }: Pick<RequestContext, 'deps'>,
  command: CommandToDeliver,
): Promise<CommandReply | 'pending'> {
  const reply = await deps.engine.deliver(command);
  if (reply === 'pending') return reply;
  // A step stores its reply itself; this is for what no step answers. The first answer stands.
  await settleCommand(deps.orm.em.fork(), command.id, reply).catch((error: unknown) =>
    deps.log.warn(
      { err: error, commandId: command.id },
      'the answer of the engine could not be noted; the relay asks again',
    ),
  );
  return reply;
}

const AT_ONCE = 20;

/**
 * Delivers messages that were queued in a transaction, after its commit: the first ones at once, so that a screen sees the effect; what does not
 * arrive is delivered by the relay. Says whether all of them arrived.
 */
export async function deliverQueued(
  context: Pick<RequestContext, 'deps'>,
  messages: readonly (QueuedMessage | null)[],
): Promise<boolean> {
  const queued = messages.filter((message) => message !== null);
  const replies = await Promise.all(queued.slice(0, AT_ONCE).map((message) => deliverOne(context, message)));
  return queued.length <= AT_ONCE && replies.every((reply) => reply !== 'pending');
}

async function deliverOne(
  context: Pick<RequestContext, 'deps'>,
  message: QueuedMessage,
): Promise<CommandReply | 'pending'> {
  const em = context.deps.orm.em.fork();
  const start = message.form === 'start' ? await startOf(em, message) : null;
  return deliver(context, { ...message, taskId: null, slot: null, start });
}

/**
 * Sends an act of the administration to a workflow that has no tasks (pause, resume): stored with its line in the audit log, then delivered; the
 * relay delivers it when the engine is away. Throws what the workflow refused with.
 */
export async function sendUpdate(
  context: SignedInContext,
  update: { workflowId: string; name: string; arguments: Record<string, unknown> },
  audit: { kind: string; data: Record<string, unknown> },
): Promise<void> {
  const actorId = context.actor.employeeId;
  const id = randomUUID();
  await inTransaction(context.em, async (em) => {
    await acceptCommand(em, { id, actorId, ...update });
    await appendAuditEvent(em, { ...audit, at: new Date(), actorId });
  });
  const reply = await deliver(context, { id, form: 'update', ...update, taskId: null, slot: null });
  if (reply !== 'pending' && reply.kind === 'refused') throw new Problem(reply.code, reply.detail);
}
