import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency, type Agency } from '../agency.ts';
import { cacheAsShipped, LIFE, openCycles, type Cycle } from '../build.ts';
import { historyOf, lifeOf, startCycles } from '../cycles.ts';
import { measure, round, type Figures, type Work } from '../measure.ts';

/** More than any build keeps in its workers' memory. */
const CROWD = 3000;

export const decisionWarm8 = (environment: Environment, size: Size) => warm(environment, size, 'decisionWarm8', 8);
export const decisionWarm1 = (environment: Environment, size: Size) => warm(environment, size, 'decisionWarm1', 1);

/** Decisions on cycles that lie in the worker's memory, from the click to the answer. */
async function warm({ engine, parts }: Environment, { n }: Size, work: string, clients: number): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em());
  await warmUp(on, agency, n(100), 2101);
  const cycles = await openAndStart(on, agency, n(250), 2110 + clients);
  const count = cycles.length * LIFE.length;
  await measureDecisions(on, cycles, { work, clients, n: count, parts }, lifeOf(on, cycles));
}

/** The first decision of each of many cycles after the worker was restarted: each is replayed from its history, as for somebody who comes back after days. */
export async function decisionCold({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const cycles = await openAndStart(on, await createAgency(on.em()), n(2000), 2120);
  await on.restartWorkers();
  const work = { work: 'decisionCold', clients: 8, n: cycles.length, parts };
  await measureDecisions(on, cycles, work, lifeOf(on, cycles));
}

/** Decisions in random order over more cycles than the worker's memory holds. A quick look makes do with a smaller memory and a smaller crowd. */
export async function decisionCrowd({ engine, parts }: Environment, { n, isQuick }: Size): Promise<void> {
  const cached = isQuick ? n(cacheAsShipped()) : cacheAsShipped();
  if (n(CROWD) <= cached) throw new Error(`${n(CROWD)} cycles are no crowd for a worker that holds ${cached}`);
  const on = await engine();
  if (isQuick) await on.restartWorkers({ MAX_CACHED_WORKFLOWS: String(cached) });
  const agency = await createAgency(on.em());
  await warmUp(on, agency, n(100), 2102);
  const cycles = await openAndStart(on, agency, n(CROWD), 2130);
  const order = shuffled(Array.from({ length: n(10_000) }, (_, index) => index % cycles.length));
  const work = { work: 'decisionCrowd', clients: 8, n: order.length, parts };
  await measureDecisions(on, cycles, work, lifeOf(on, cycles, { order }), { cycles: cycles.length, cached });
}

/** Measures, and says the events and bytes of history that a decision adds once all of them are noted. */
async function measureDecisions(
  engine: Engine,
  cycles: readonly Cycle[],
  work: Work,
  decideNext: (index: number) => Promise<void>,
  more: object = {},
): Promise<Figures> {
  const ids = cycles.map(({ workflowId }) => workflowId);
  const before = await historyOf(engine, ids);
  return measure(work, decideNext, async (done) => {
    await delay(1000);
    const after = await historyOf(engine, ids);
    return {
      events: round((after.events - before.events) / done),
      historyBytes: Math.round((after.bytes - before.bytes) / done),
      ...more,
    };
  });
}

export async function openAndStart(engine: Engine, agency: Agency, count: number, year: number): Promise<Cycle[]> {
  const cycles = await openCycles(engine.em(), agency, agency.employees.slice(0, count), year);
  await startCycles(engine, cycles);
  return cycles;
}

export async function warmUp(engine: Engine, agency: Agency, count: number, year: number): Promise<void> {
  const cycles = await openAndStart(engine, agency, count, year);
  await measure({ work: 'warm up', clients: 8, n: cycles.length * LIFE.length }, lifeOf(engine, cycles));
}

/** The same order at each call: linear congruential numbers, seed 1. */
function shuffled(places: number[]): number[] {
  let seed = 1;
  for (let index = places.length - 1; index > 0; index -= 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    const other = seed % (index + 1);
    [places[index], places[other]] = [places[other]!, places[index]!];
  }
  return places;
}
