import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { CommandReply } from '#domain/process/reply.ts';
import { settleCommand, takePendingCommands, type PendingCommand } from '#persistence/commands/commands.repository.ts';
import { isStartPending } from '#persistence/commands/facts.repository.ts';
import { matterStateOf, rebuildRun, retellFacts, startOf } from '#persistence/matters/matters.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { isTrainingOver } from '#persistence/training/training-commands.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { isTrainingUpdate } from '#domain/process/names.ts';
import { deliverCommand } from '#workflows/commands.client.ts';

/** Commands that are delivered at the same time. */
const PARALLEL = 16;
const WAIT_MS = 10_000;

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

  async function handOver(command: PendingCommand): Promise<CommandReply | null> {
    const { matterId, form } = command;
    const start = form === 'start' ? await startOf(em(), command) : null;
    const isForRunThatEnds = form === 'fact' && matterId !== null && (await isStartPending(em(), command));
    const delivery = await deliverCommand(client, { ...command, start }, WAIT_MS);
    if (delivery.kind === 'answered') {
      if (matterId !== null && start && start.gen > 1) await retellFacts(em(), matterId);
      // What only a run that is about to be replaced has heard of is told again.
      return isForRunThatEnds ? null : delivery.reply;
    }
    if (delivery.kind === 'gone') return whenGone(command);
    log.warn(
      { command: command.id, attempts: command.attempts, reason: delivery.cause },
      'a command is not answered yet',
    );
    return null;
  }

  /**
   * No run answers. That of a matter which is finished never will; one whose run was lost is built anew from its row, and the command is
   * delivered to that. Null while a run has not been started yet: the command waits for it.
   */
  async function whenGone(command: PendingCommand): Promise<CommandReply | null> {
    const { matterId, workflowId, name } = command;
    if (!matterId) return (await isStartPending(em(), command)) ? null : overReply(workflowId, name);
    const state = await matterStateOf(em(), matterId);
    if (state === null || state === 'finished') return { kind: 'refused', code: 'process.finished' };
    if (!(await isStartPending(em(), command))) {
      const isOrdered = await inTransaction(em(), (inner) => rebuildRun(inner, matterId));
      if (isOrdered) log.warn({ matterId }, 'the run of a matter was lost; it is built anew from its row');
    }
    return null;
  }

  async function overReply(workflowId: string, name: string): Promise<CommandReply | null> {
    if (!isTrainingUpdate(name)) return { kind: 'refused', code: 'process.finished' };
    return (await isTrainingOver(em(), workflowId)) ? { kind: 'refused', code: 'training.event.over' } : null;
  }

  function em(): EntityManager {
    return orm.em.fork();
  }
}
