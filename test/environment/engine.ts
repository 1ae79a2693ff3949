import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { inject } from 'vitest';
import { join } from 'node:path';
import type { Orm } from '#persistence/orm.ts';
import { createTemporalWorkers } from '#worker/temporal/temporal-workers.ts';
import { workflowBundle } from '#worker/temporal/workflow-bundle.ts';
import { createNamespace } from './namespace.ts';

export type TestEngine = { client: Client; namespace: string; address: string; stop(): Promise<void> };

let isInstalled = false;

/** A namespace of its own on the run's Temporal server, so that test files do not see one another's work. */
export async function createTestNamespace(): Promise<{ namespace: string; address: string }> {
  const address = inject('temporalAddress');
  return { namespace: await createNamespace(address), address };
}

/** The real workers (workflows, activities) on the run's Temporal server, in this process. */
export async function startTestEngine(orm: Orm, { sweepIntervalSeconds = 3600 } = {}): Promise<TestEngine> {
  installQuietRuntime();
  const { namespace, address } = await createTestNamespace();
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection, namespace });
  const bundle = await testBundle();
  const workers = await createTemporalWorkers({
    connection,
    client,
    namespace,
    orm,
    bundle,
    sweepIntervalSeconds,
    log: pino({ level: 'silent' }),
  });
  const running = workers.run();
  return {
    client,
    namespace,
    address,
    async stop() {
      workers.stop();
      await running;
      await connection.close();
      await clientConnection.close();
    },
  };
}

/** The workflow bundle of this tree, cached between test files. */
export const testBundle = () => workflowBundle(join(import.meta.dirname, '../../.data/workflow-bundles'));

/** Engine logs of expected failures would drown the results. */
export function installQuietRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
  });
}
