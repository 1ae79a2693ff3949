import { afterAll, beforeAll, expect, it } from 'vitest';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { PATIENCE_MS, startDrill, type Drill } from './drill.ts';
import { randomOf } from './random.ts';
import { untilTrue } from './stack.ts';

/** Each writing of the engine's store times out in one of twenty cases: sometimes before it wrote, sometimes after. */
const errors = { errors: { Timeout: 0.025, ExecuteAndTimeout: 0.025 } };
const methods = { UpdateWorkflowExecution: errors, CreateWorkflowExecution: errors, AppendHistoryNodes: errors };

let drill: Drill;

beforeAll(async () => {
  drill = await startDrill(
    {
      hasApi: false,
      faultInjection: { targets: { dataStores: { ExecutionStore: { methods } } } },
      env: { WORKER_SERVICES: 'temporal,relay' },
    },
    10,
  );
}, 180_000);
afterAll(async () => {
  await drill?.stop();
}, 60_000);

it(
  'ten cycles run to their end on a store that lies, nothing lost, nothing twice',
  { timeout: 2 * PATIENCE_MS },
  async () => {
    const random = randomOf();
    const rules = await drill.rulesOfYear(60);
    const cycleIds: string[] = [];
    for (const person of drill.population.employees) cycleIds.push(await drill.startCycle(person, rules));
    let isOver = false;
    const startedAt = Date.now();
    const driving = Array.from({ length: 3 }, (_, index) =>
      drill.decideByLedger(cycleIds, random.seed + index, () => isOver),
    );
    try {
      await untilTrue(
        'all cycles are finished',
        async () => (await drill.em().count(Matter, { id: { $in: cycleIds }, state: 'finished' })) === cycleIds.length,
        PATIENCE_MS,
      );
    } catch (error) {
      throw await drill.explained(error, cycleIds, `seed ${random.seed}`);
    } finally {
      isOver = true;
      await Promise.all(driving);
    }
    const finishedAfterMs = Date.now() - startedAt;
    const audit = await drill.audited(cycleIds);
    console.log('lying store', { seed: random.seed, finishedAfterMs, ...audit.counts });
    expect(audit.problems, `seed ${random.seed}`).toEqual([]);
  },
);
