import type { EntityManager } from '@mikro-orm/postgresql';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createActivities } from '#activities/index.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { timeSkippingServer } from '#scripts/services/time-skipping-server.ts';
import { createAgency, type Agency } from '#test/factories/agency.ts';
import { activityDependencies } from '#worker/temporal/temporal-workers.ts';
import { ACTIVITY_QUEUE, MATTER_QUEUE, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { createTestDatabase } from './database.ts';
import { installQuietRuntime, testBundle } from './engine.ts';

type SkippingEngine = { env: TestWorkflowEnvironment; stop(): Promise<void> };

export type SkippingAgency = {
  agency: Agency;
  orm: Orm;
  em(): EntityManager;
  env: TestWorkflowEnvironment;
  stop(): Promise<void>;
};

/** The small agency in a database of its own, with the workers on a server whose clock can be moved: a year of timers passes in seconds. */
export async function startSkippingAgency(): Promise<SkippingAgency> {
  const database = await createTestDatabase();
  const orm = await openOrm(database.url);
  const em = (): EntityManager => orm.em.fork() as EntityManager;
  const agency = await createAgency(em());
  const engine = await startEngine(orm);
  return {
    agency,
    orm,
    em,
    env: engine.env,
    async stop() {
      await engine.stop();
      await orm.close();
      await database.drop();
    },
  };
}

async function startEngine(orm: Orm): Promise<SkippingEngine> {
  installQuietRuntime();
  const env = await startServer(await timeSkippingServer());
  const { code } = await testBundle();
  const activities = createActivities(activityDependencies(orm, env.client, 'unversioned'));
  const workers = await Promise.all([
    Worker.create({ connection: env.nativeConnection, taskQueue: MATTER_QUEUE, workflowBundle: { code }, activities }),
    Worker.create({ connection: env.nativeConnection, taskQueue: OPERATIONS_QUEUE, workflowBundle: { code } }),
    Worker.create({ connection: env.nativeConnection, taskQueue: ACTIVITY_QUEUE, activities }),
  ]);
  const running = Promise.all(workers.map((worker) => worker.run()));
  return {
    env,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      await env.teardown();
    },
  };
}

/** The SDK gives a new server some seconds; on a busy machine a Java program can need more than one such chance. */
export async function startServer(path: string, attemptsLeft = 4): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (attemptsLeft === 0) throw error;
    return startServer(path, attemptsLeft - 1);
  }
}
