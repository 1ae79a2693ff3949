import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { bundlesInUse } from '#persistence/matters/workflow-bundles.repository.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { createTestNamespace, installQuietRuntime, testBundle } from '#test/environment/engine.ts';
import { createAgency, createCycle, type Agency, type Person } from '#test/factories/agency.ts';
import { act } from '#test/factories/decisions.ts';
import { createTemporalWorkers } from '#worker/temporal/temporal-workers.ts';
import type { WorkflowBundle } from '#worker/temporal/workflow-bundle.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { matterState } from '#workflows/matter/matter.messages.ts';
import { untilTrue } from './stack.ts';

/** A worker that comes back with other workflow code: running cycles go on with theirs, new ones start on the new. */
const PATIENCE_MS = 120_000;

let database: TestDatabase;
let orm: Orm;
let agency: Agency;
let namespace: string;
let connection: NativeConnection;
let client: Client;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  installQuietRuntime();
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  const created = await createTestNamespace();
  namespace = created.namespace;
  connection = await NativeConnection.connect({ address: created.address });
  client = new Client({ connection: await Connection.connect({ address: created.address }), namespace });
});
afterAll(async () => {
  await connection?.close();
  await client?.connection.close();
  await orm?.close();
  await database?.drop();
});

/** Runs the workers of one build while something is done; they are stopped whatever happens. */
async function withBuild(bundle: WorkflowBundle, work: () => Promise<void>): Promise<void> {
  const workers = await createTemporalWorkers({
    connection,
    client,
    namespace,
    orm,
    bundle,
    sweepIntervalSeconds: 3600,
    log: pino({ level: 'silent' }),
  });
  const running = workers.run();
  try {
    await untilTrue('the build is the current one', async () => (await currentBuild()) === bundle.buildId, PATIENCE_MS);
    await work();
  } finally {
    workers.stop();
    await running;
  }
}

async function currentBuild(): Promise<string | null | undefined> {
  const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
    namespace,
    deploymentName: 'e-kinerja',
  });
  return workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId;
}

async function startCycle(person: Person): Promise<string> {
  const cycleId = await createCycle(em(), agency, person, 2030);
  await startMatterRun(em(), client, cycleId);
  await untilTrue('its run notes its build', async () => (await buildOf(cycleId)) !== null, PATIENCE_MS);
  return cycleId;
}

const buildOf = async (cycleId: string): Promise<string | null | undefined> =>
  (await em().findOneOrFail(Matter, { id: cycleId })).workflowBuild;

/** Builds that worked on a cycle, in order, from the engine's own record. */
async function buildsOf(cycleId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(matterWorkflowId(cycleId)).fetchHistory();
  const builds = (events ?? []).flatMap(
    (event) => event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(builds)];
}

it(
  'pinned cycles go on with their stored code, new ones start on the new build',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    const first = await testBundle();
    // In front: the code ends with its source map.
    const second: WorkflowBundle = { buildId: `${first.buildId}-next`, code: `/* another build */;${first.code}` };
    const { employee, colleague, superior } = agency.people;
    let old = '';
    let fresh = '';

    await withBuild(first, async () => {
      old = await startCycle(employee);
      expect(
        await act(em(), client, { cycleId: old, decision: 'submitSkp', actorId: employee.id, waitMs: PATIENCE_MS }),
      ).toMatchObject({ kind: 'applied' });
    });
    expect(await em().findOneOrFail(Matter, { id: old })).toMatchObject({ workflowBuild: first.buildId });

    await withBuild(second, async () => {
      // Only the row of `workflow_bundle` can have given the new worker the old code.
      expect((await bundlesInUse(em(), second.buildId)).map(({ buildId }) => buildId)).toEqual([first.buildId]);
      fresh = await startCycle(colleague);
      for (const [decision, actorId] of [
        ['returnSkp', superior.id],
        ['submitSkp', employee.id],
        ['approveSkp', superior.id],
      ] as const) {
        expect(await act(em(), client, { cycleId: old, decision, actorId, waitMs: PATIENCE_MS })).toMatchObject({
          kind: 'applied',
        });
      }
      expect(
        await act(em(), client, { cycleId: fresh, decision: 'submitSkp', actorId: colleague.id, waitMs: PATIENCE_MS }),
      ).toMatchObject({ kind: 'applied' });

      expect(await buildsOf(old)).toEqual([first.buildId]);
      expect(await buildsOf(fresh)).toEqual([second.buildId]);
      expect(await em().findOneOrFail(Matter, { id: fresh })).toMatchObject({ workflowBuild: second.buildId });
      for (const cycleId of [old, fresh]) {
        const { seq } = await client.workflow.getHandle(matterWorkflowId(cycleId)).query(matterState);
        expect((await em().findOneOrFail(Matter, { id: cycleId })).seq).toBe(seq);
      }
    });
    console.log('changed build', { old: await buildsOf(old), fresh: await buildsOf(fresh) });

    // Finished cycles need no code any more.
    await em().nativeUpdate(Matter, { id: old }, { state: 'finished' });
    expect(await bundlesInUse(em(), second.buildId)).toEqual([]);
  },
);
