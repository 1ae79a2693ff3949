import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { CommandReply } from '#domain/process/reply.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { settleCommand, takePendingCommands, type PendingCommand } from '#persistence/commands/commands.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { Procedure } from '#persistence/procedures/procedures.entities.ts';
import { START_PROCEDURE } from '#persistence/procedures/procedures.repository.ts';
import { Cycle } from '#persistence/process/process.entities.ts';
import { isTrainingOver } from '#persistence/training/training-commands.repository.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import { isTrainingUpdate } from '#workflows/training-event/training-event.ids.ts';
import { startProcedure } from '#workflows/procedure/procedure.client.ts';
import type { ProcedureInput } from '#workflows/procedure/procedure.messages.ts';

/** Commands that are delivered at the same time. */
const PARALLEL = 16;
const WAIT_MS = 10_000;

/** The answer to a message that only has to arrive. */
const arrived = (): CommandReply => ({ kind: 'applied', at: Date.now() });

export type RelayOptions = { orm: Orm; client: Client; log: Logger; pollMs?: number };

/**
 * Delivers accepted commands that the API could not get answered (engine down or slow, API killed) until they are. The id
 * of the command is the id of the update, so nothing counts twice however often it is sent.
 */
export function startRelay({ orm, client, log, pollMs = 1000 }: RelayOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const delivered = await deliverPending().catch((error: unknown) => {
        log.warn({ reason: String(error) }, 'the relay could not read the ledger; it tries again');
        return 0;
      });
      if (delivered < PARALLEL) await delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function deliverPending(): Promise<number> {
    const pending = await takePendingCommands(em(), PARALLEL);
    await Promise.all(pending.map(deliver));
    return pending.length;
  }

  async function deliver(command: PendingCommand): Promise<void> {
    try {
      const reply = await handOver(command);
      if (reply) await settleCommand(em(), command.id, reply);
    } catch (error) {
      log.warn(
        { command: command.id, attempts: command.attempts, reason: String(error) },
        'a command is not delivered yet',
      );
    }
  }

  function handOver(command: PendingCommand): Promise<CommandReply | null> {
    if (command.updateName === START_PROCEDURE) return start(command);
    return command.updateName.startsWith('signal:') ? signal(command) : update(command);
  }

  async function start(command: PendingCommand): Promise<CommandReply> {
    await client.withDeadline(Date.now() + WAIT_MS, () =>
      startProcedure(client, command.workflowId, command.arguments as ProcedureInput),
    );
    return arrived();
  }

  async function update(command: PendingCommand): Promise<CommandReply | null> {
    const delivery = await deliverCommand(client, command, WAIT_MS);
    if (delivery.kind === 'answered') return delivery.reply;
    if (delivery.kind === 'unanswered')
      log.warn(
        { command: command.id, attempts: command.attempts, reason: delivery.cause },
        'a command is not answered yet',
      );
    return delivery.kind === 'gone' ? refusalOfFinished(command) : null;
  }

  async function signal(command: PendingCommand): Promise<CommandReply | null> {
    const handle = client.workflow.getHandle(command.workflowId);
    try {
      await client.withDeadline(Date.now() + WAIT_MS, () =>
        handle.signal(command.updateName.slice('signal:'.length), command.arguments),
      );
      return arrived();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return refusalOfFinished(command);
      throw error;
    }
  }

  /** Nobody answers any more. Null while the workflow has not been started yet: the command waits for it. */
  async function refusalOfFinished(command: PendingCommand): Promise<CommandReply | null> {
    if (isTrainingUpdate(command.updateName))
      return (await isTrainingOver(em(), command.workflowId)) ? { kind: 'refused', code: 'training.event.over' } : null;
    const { cycleId, procedureId } = await em().findOneOrFail(Command, { id: command.id });
    const owner = cycleId
      ? await em().findOne(Cycle, { id: cycleId })
      : procedureId
        ? await em().findOne(Procedure, { id: procedureId })
        : null;
    return owner?.state === 'finished' ? { kind: 'refused', code: 'process.finished' } : null;
  }

  function em(): EntityManager {
    return orm.em.fork() as EntityManager;
  }
}
