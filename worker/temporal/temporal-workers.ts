import { setTimeout as delay } from 'node:timers/promises';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { createActivities } from '#activities/index.ts';
import type { ActivityDependencies } from '#activities/dependencies.ts';
import type { Orm } from '#persistence/orm.ts';
import { bundlesInUse, storeBundle } from '#persistence/matters/workflow-bundles.repository.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { ACTIVITY_QUEUE, MATTER_QUEUE, OPERATIONS_QUEUE, SWEEP_SCHEDULE_ID } from '#domain/process/names.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import type { WorkflowBundle } from './workflow-bundle.ts';

const DEPLOYMENT = 'e-kinerja';

export type TemporalWorkersOptions = {
  connection: NativeConnection;
  client: Client;
  namespace: string;
  orm: Orm;
  bundle: WorkflowBundle;
  sweepIntervalSeconds: number;
  maxCachedWorkflows?: number;
  log: Logger;
};

/**
 * A local activity keeps the slot of its workflow task, and with two or fewer slots free the next run waits until one ends: so there are more
 * slots for workflow tasks than local activities can be in flight.
 */
const localActivitySlots = { maxConcurrentLocalActivityExecutions: 40, maxConcurrentWorkflowTaskExecutions: 60 };

/**
 * The workers of one process: cycles pinned to the build they started with, one worker per build that running cycles still
 * need; bulk workflows; and the activities of those on their own queue. Activities are always the newest, also those that a
 * pinned matter calls, as local activities or on its own queue.
 * `run` resolves after `stop`.
 */
export async function createTemporalWorkers(
  options: TemporalWorkersOptions,
): Promise<{ run(): Promise<void>; stop(): void }> {
  const { connection, client, namespace, orm, bundle, log } = options;
  await storeBundle(orm.em.fork(), bundle.buildId, bundle.code);
  const older = await bundlesInUse(orm.em.fork(), bundle.buildId);
  const base = { connection, namespace, shutdownGraceTime: '10 seconds' } satisfies Partial<WorkerOptions>;
  const activities = {
    activities: createActivities(activityDependencies(orm, client, bundle.buildId)),
    maxConcurrentActivityTaskExecutions: 40,
    maxConcurrentActivityTaskPolls: 4,
  };
  const workers = await Promise.all([
    Worker.create({ ...base, ...activities, taskQueue: ACTIVITY_QUEUE }),
    Worker.create({ ...base, taskQueue: OPERATIONS_QUEUE, workflowBundle: { code: bundle.code } }),
    ...[bundle, ...older].map(({ buildId, code }) =>
      Worker.create({
        ...base,
        ...activities,
        taskQueue: MATTER_QUEUE,
        workflowBundle: { code },
        ...localActivitySlots,
        maxCachedWorkflows: options.maxCachedWorkflows,
        workerDeploymentOptions: {
          version: { deploymentName: DEPLOYMENT, buildId },
          useWorkerVersioning: true,
          defaultVersioningBehavior: 'PINNED',
        },
      }),
    ),
  ]);
  log.info({ build: bundle.buildId, olderBuilds: older.map((build) => build.buildId) }, 'workers are ready');
  const stopping = new AbortController();
  return {
    async run() {
      const running = Promise.all(workers.map((worker) => worker.run()));
      await Promise.race([running, prepareEngine(options, stopping.signal)]);
      await running;
    },
    stop() {
      stopping.abort();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

/** What activities need, made once per process. */
export function activityDependencies(orm: Orm, client: Client, build: string): ActivityDependencies {
  return {
    orm,
    build,
    ruleBook: createRuleBook(),
    async startMatter({ workflowId, type, input }) {
      const start = { queue: 'matters' as const, input, gen: input.gen };
      const message = { id: workflowId, form: 'start' as const, name: type, workflowId, taskId: null, slot: null };
      const delivery = await deliverCommand(client, { ...message, arguments: {}, start }, START_WAIT_MS);
      if (delivery.kind === 'unanswered') throw new Error(delivery.cause);
    },
  };
}

/** The longest that one start may take. */
const START_WAIT_MS = 10_000;

/** New cycles start on this build from now on, and the sweep is scheduled; tried until the engine takes it. */
async function prepareEngine(options: TemporalWorkersOptions, signal: AbortSignal): Promise<void> {
  for (const step of [makeCurrent, scheduleSweep]) {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await step(options);
        break;
      } catch (error) {
        if (attempt === 20) options.log.warn({ reason: String(error) }, `${step.name} is still not possible`);
        await delay(Math.min(5_000, 100 * 2 ** Math.min(attempt, 6)), undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

async function makeCurrent({ client, namespace, bundle }: TemporalWorkersOptions): Promise<void> {
  await client.workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    deploymentName: DEPLOYMENT,
    buildId: bundle.buildId,
    identity: DEPLOYMENT,
    ignoreMissingTaskQueues: true,
  });
}

async function scheduleSweep({ client, sweepIntervalSeconds }: TemporalWorkersOptions): Promise<void> {
  const schedule = {
    spec: { intervals: [{ every: sweepIntervalSeconds * 1000 }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'escalationSweep',
      taskQueue: OPERATIONS_QUEUE,
      workflowId: SWEEP_SCHEDULE_ID,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
  };
  try {
    await client.schedule.create({ scheduleId: SWEEP_SCHEDULE_ID, ...schedule });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(SWEEP_SCHEDULE_ID).update((previous) => ({ ...previous, ...schedule }));
  }
}
