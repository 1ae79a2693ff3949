import type { EntityManager } from '@mikro-orm/postgresql';
import type { Client } from '@temporalio/client';
import { settleStarts } from '#persistence/commands/facts.repository.ts';
import { startOf } from '#persistence/matters/matters.repository.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { workflowTypeOf } from '#domain/process/names.ts';
import { deliverCommand } from '#workflows/commands.client.ts';

/** Starts the run of a matter from its row, as the API or the relay does. */
export async function startMatterRun(em: EntityManager, client: Client, matterId: string): Promise<void> {
  const { workflowId, kind } = await em.fork().findOneOrFail(Matter, { id: matterId });
  const start = await startOf(em.fork(), { matterId, arguments: {} });
  const command = { id: matterId, workflowId, name: workflowTypeOf(kind), taskId: null, slot: null, arguments: {} };
  const delivery = await deliverCommand(client, { ...command, form: 'start', start }, 20_000);
  if (delivery.kind !== 'answered')
    throw new Error(`the run of ${matterId} did not start: ${JSON.stringify(delivery)}`);
  await settleStarts(em.fork(), [matterId]);
}
