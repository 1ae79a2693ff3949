import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';

/** Registers a namespace of its own on a Temporal server, and waits until it answers. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await new Client({ connection, namespace }).workflow.count();
      break;
    } catch (error) {
      if (attempt > 100) throw error;
      await delay(100);
    }
  }
  await connection.close();
  return namespace;
}
