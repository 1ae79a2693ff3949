import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { afterAll, expect, it } from 'vitest';
import { matterActivities } from '#activities/matters/matter.activities.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { readStarts } from '#persistence/matters/matters.repository.ts';
import { timeSkippingServer } from '#scripts/services/time-skipping-server.ts';
import { installQuietRuntime } from '#test/environment/engine.ts';
import { startServer } from '#test/environment/time-skipping.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { wholeHistory } from '#test/factories/histories.ts';
import { kernelWithMadeUp, openMadeUp } from '#test/factories/made-up/handlers.ts';
import { matterState } from './matter.messages.ts';

const QUEUE = 'made-up';
const MONTH_MS = 30 * 86_400_000;
const MONTHS = 18;

const { em, orm, agency } = await useAgency();
installQuietRuntime();
const env = await startServer(await timeSkippingServer());
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: join(import.meta.dirname, '../../test/factories/made-up/workflows.ts'),
  logger: new DefaultLogger('ERROR'),
});
const worker = await Worker.create({
  connection: env.nativeConnection,
  taskQueue: QUEUE,
  workflowBundle,
  activities: matterActivities(kernelWithMadeUp(orm)),
});
const running = worker.run();
afterAll(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
});

it('a matter outlives its year: timers are data, it continues as new at its rest points and ends by itself', async () => {
  const now = await env.currentTimeMs();
  const months = Array.from({ length: MONTHS }, (_, index) => ({
    at: now + (index + 1) * MONTH_MS,
    boundary: { kind: 'monthOver' },
    isRestPoint: true,
  }));
  const agenda = [...months, { at: now + MONTHS * MONTH_MS + 1, boundary: { kind: 'ended' } }];
  const id = await openMadeUp(em(), agency, { kind: 'sanction', employeeId: agency.people.employee.id, agenda });
  const [start] = await readStarts(em(), [id]);
  const { workflowId, input } = start!;
  const handle = await env.client.workflow.start('madeUp', { workflowId, taskQueue: QUEUE, args: [input] });
  expect(await handle.query(matterState)).toMatchObject({ seq: 0, process: { months: 0 } });
  await handle.result();

  const row = await em().findOneOrFail(Matter, { id });
  expect(row).toMatchObject({
    state: 'finished',
    seq: MONTHS + 1,
    gen: 1,
    process: { months: MONTHS, finished: true },
  });
  expect(row.agenda).toEqual([]);
  expect(await wholeHistory(env.client, workflowId)).toHaveLength(MONTHS + 1);
});
