import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '#domain/calendar/clock.ts';
import { newTold, PATIENCE_MS, startDrill, type Drill } from './drill.ts';
import { randomOf } from './random.ts';

/**
 * Steps are local activities first: they live in the worker's memory until their workflow task is completed. A worker that is killed, whose
 * cache is too small for the runs it has, or whose database is away loses them in every state; the regular activity or a replay goes on.
 */
const CYCLES = 12;
const DRIVERS = 3;
const KILLS = 3;
const OUTAGES = 2;

let drill: Drill;

beforeAll(async () => {
  // Fewer runs fit into the worker's memory than are decided at the same time.
  drill = await startDrill({ env: { MAX_CACHED_WORKFLOWS: '3' } }, CYCLES);
}, 180_000);
afterAll(async () => {
  await drill?.stop();
}, 60_000);

async function startCycles(dayLengthMs: number): Promise<string[]> {
  drill.nextYear();
  const rules = await drill.rulesOfYear(dayLengthMs);
  return Promise.all(drill.population.employees.map((person) => drill.startCycle(person, rules)));
}

it(
  'workers that are killed while steps are under way, with a cache that is too small, lose nothing and do nothing twice',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    const random = randomOf();
    const cycleIds = await startCycles(270);
    const told = newTold();
    let isOver = false;
    const driving = Array.from({ length: DRIVERS }, (_, index) =>
      drill.decideByHttp(cycleIds, random.seed + index, () => isOver, told),
    );
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await drill.untilDecided(cycleIds, 3);
        await delay(random.between(0, 300));
        drill.stack.kill('worker');
        await drill.stack.untilUp();
      }
      await drill.untilDecided(cycleIds, 10);
    } catch (error) {
      throw await drill.explained(error, cycleIds, `seed ${random.seed}`);
    } finally {
      isOver = true;
      await Promise.all(driving);
    }
    const audit = await drill.audited(cycleIds, told);
    console.log('killed workers', { seed: random.seed, statuses: Object.fromEntries(told.statuses), ...audit.counts });
    expect(audit.problems, `seed ${random.seed}`).toEqual([]);
  },
);

it('a step that waits for its row holds up nobody else', { timeout: 2 * PATIENCE_MS }, async () => {
  const cycleIds = await startCycles(DAY_MS);
  const [held, ...others] = cycleIds as [string, ...string[]];
  const [first, ...rest] = drill.population.employees;
  const { waiting } = await drill.em().transactional(async (tx) => {
    // Steps wait for this lock; that a command is written for the matter does not.
    await tx.execute(`select 1 from matter where id = ? for no key update`, [held]);
    const submission = drill.decideSurely(held, first!.id, 'submitSkp');
    await delay(1500);
    for (const [index, cycleId] of others.entries()) await drill.decideSurely(cycleId, rest[index]!.id, 'submitSkp');
    expect(await drill.countApplied(others)).toBe(others.length);
    expect(await drill.countApplied([held])).toBe(0);
    return { waiting: submission };
  });
  await waiting;
  expect((await drill.audited(cycleIds)).problems).toEqual([]);
});

it('PostgreSQL away for seconds, with steps under way, loses nothing', { timeout: 3 * PATIENCE_MS }, async () => {
  const random = randomOf();
  const cycleIds = await startCycles(270);
  const told = newTold();
  let isOver = false;
  const driving = Array.from({ length: DRIVERS }, (_, index) =>
    drill.decideByHttp(cycleIds, random.seed + index, () => isOver, told),
  );
  try {
    for (let outage = 0; outage < OUTAGES; outage += 1) {
      await drill.untilDecided(cycleIds, 3);
      await drill.stack.holdDown('postgres');
      await delay(random.between(2000, 5000));
      await drill.stack.letUp('postgres');
      await drill.stack.untilUp();
    }
    await drill.untilDecided(cycleIds, 5);
  } catch (error) {
    throw await drill.explained(error, cycleIds, `seed ${random.seed}, ${JSON.stringify([...told.statuses])}`);
  } finally {
    isOver = true;
    await Promise.all(driving);
  }
  const audit = await drill.audited(cycleIds, told);
  console.log('PostgreSQL away', { seed: random.seed, statuses: Object.fromEntries(told.statuses), ...audit.counts });
  expect(audit.problems, `seed ${random.seed}`).toEqual([]);
});
