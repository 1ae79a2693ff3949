import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../main.ts';
import { createAgency } from '../agency.ts';
import { decide, openCycles, startCycles, type RunningCycle } from '../decisions.ts';
import { measure, print, round } from '../measure.ts';

/** A life of four decisions, each of them another activity. */
const LIFE = ['submitSkp', 'returnSkp', 'submitSkp', 'approveSkp'] as const;

/** A decision from the click to the workflow's answer, with the runs of the cycles in the workers' memory (warm) or replayed from history (cold). */
export async function decision({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em(), 10);
  let year = 2100;
  for (const temperature of ['warm', 'cold'] as const) {
    await on.restartWorkers(temperature === 'cold' ? { MAX_CACHED_WORKFLOWS: '0' } : {});
    for (const clients of [1, 8, 32]) {
      const cycles = await openCycles(on.em(), agency.ruleSetId, agency.unitId, agency.employees.slice(0, Math.max(n(250), clients + 8)), (year += 1));
      await startCycles(on, cycles);
      const before = await historyOf(on, cycles);
      const count = cycles.length * LIFE.length;
      await measure({ work: `decision ${temperature}`, clients, n: count, parts }, lifeOf(on, cycles));
      const after = await historyOf(on, cycles);
      print({ work: 'history per decision', temperature, clients, events: round((after.events - before.events) / count), bytes: Math.round((after.bytes - before.bytes) / count) });
    }
  }
  await on.restartWorkers();
}

/** The decisions of these cycles in their order: all the first ones, then all the second ones; a cycle's next one waits for the one before. */
export function lifeOf(engine: Engine, cycles: readonly RunningCycle[]): (index: number) => Promise<void> {
  const last = cycles.map(() => Promise.resolve());
  return (index) => {
    const place = index % cycles.length;
    const next = LIFE[Math.floor(index / cycles.length)]!;
    return (last[place] = last[place]!.then(() => decide(engine, cycles[place]!, next)));
  };
}

async function historyOf({ client }: Engine, cycles: readonly RunningCycle[]): Promise<{ events: number; bytes: number }> {
  const sum = { events: 0, bytes: 0 };
  for (const { workflowId } of cycles) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId).describe();
    sum.events += historyLength;
    sum.bytes += historySize ?? 0;
  }
  return sum;
}
