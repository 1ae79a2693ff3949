import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { temporal } from '@temporalio/proto';
import { matterWorkflowId } from '#domain/process/names.ts';
import { queueFact } from '#persistence/commands/facts.repository.ts';
import { rebuildRun } from '#persistence/matters/matters.repository.ts';
import { PATIENCE_MS, startDrill, type Drill } from './drill.ts';
import { randomOf } from './random.ts';

/**
 * Runs lose their history in every way that an operator or a disaster has, while people go on deciding: reset to an earlier point, terminated,
 * or replaced by a new generation. The rows are what counts, so nothing may be lost, done twice, mailed twice or stuck.
 */
const CYCLES = 8;
const DRIVERS = 2;
const BLOWS = 24;

let drill: Drill;
const em = (): EntityManager => drill.em();

beforeAll(async () => {
  drill = await startDrill({ hasApi: false, env: { WORKER_SERVICES: 'temporal,relay' } }, CYCLES);
}, 180_000);
afterAll(async () => {
  await drill?.stop();
}, 60_000);

/** Temporal's own reset, to a completed workflow task that a random number picks. False when there is none yet. */
async function reset(workflowId: string, pick: (count: number) => number): Promise<boolean> {
  const { client, temporal: server } = drill.stack;
  const handle = client.workflow.getHandle(workflowId);
  const { runId } = await handle.describe();
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const completed = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  if (!completed.length) return false;
  await client.workflowService.resetWorkflowExecution({
    namespace: server.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'a drill',
    requestId: randomUUID(),
    workflowTaskFinishEventId: completed[pick(completed.length)]!.eventId,
    resetReapplyType: temporal.api.enums.v1.ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
  });
  return true;
}

it(
  'runs that are reset, terminated or replaced while people decide agree with their rows again',
  { timeout: 3 * PATIENCE_MS },
  async () => {
    const random = randomOf();
    drill.nextYear();
    // A quarter lasts some 25 s: periods open and runs go on as new ones meanwhile.
    const rules = await drill.rulesOfYear(270);
    const cycleIds: string[] = [];
    for (const person of drill.population.employees) cycleIds.push(await drill.startCycle(person, rules));
    const blows: Record<string, number> = { reset: 0, terminated: 0, replaced: 0, facts: 0, missed: 0 };
    let isOver = false;
    const driving = Array.from({ length: DRIVERS }, (_, index) =>
      drill.decideByLedger(cycleIds, random.seed + index, () => isOver),
    );
    try {
      await drill.untilDecided(cycleIds, CYCLES);
      for (let blow = 0; blow < BLOWS; blow += 1) {
        await delay(random.between(200, 1500));
        const matterId = random.pick(cycleIds);
        blows[await strike(matterId)]! += 1;
      }
      // Whoever asks a run that is lost finds it out; the relay builds it anew for that.
      for (const matterId of cycleIds) await tellFact(matterId);
      await drill.untilDecided(cycleIds, 10);
    } catch (error) {
      throw await drill.explained(error, cycleIds, `seed ${random.seed}, ${JSON.stringify(blows)}`);
    } finally {
      isOver = true;
      await Promise.all(driving);
    }
    const audit = await drill.audited(cycleIds);
    console.log('runs that lose their history', { seed: random.seed, ...blows, ...audit.counts });
    expect(audit.problems, `seed ${random.seed}`).toEqual([]);
    expect(blows['reset']! + blows['terminated']! + blows['replaced']!).toBeGreaterThan(BLOWS / 2);

    /** One blow at the run of a matter; a run that is over or not there is missed. */
    async function strike(matterId: string): Promise<string> {
      const workflowId = matterWorkflowId(matterId);
      try {
        switch (random.pick(['reset', 'reset', 'terminated', 'replaced', 'facts'] as const)) {
          case 'reset':
            return (await reset(workflowId, (count) => random.between(0, count - 1))) ? 'reset' : 'missed';
          case 'terminated':
            await drill.stack.client.workflow.getHandle(workflowId).terminate('a drill');
            await tellFact(matterId);
            return 'terminated';
          case 'replaced':
            return (await em().transactional((inner) => rebuildRun(inner as EntityManager, matterId)))
              ? 'replaced'
              : 'missed';
          case 'facts':
            await tellFact(matterId);
            return 'facts';
        }
      } catch {
        return 'missed';
      }
    }
  },
);

/** A fact for the relay to deliver. */
const tellFact = (matterId: string): Promise<unknown> =>
  queueFact(em(), {
    matterId,
    workflowId: matterWorkflowId(matterId),
    actorId: null,
    content: { kind: 'superiorChanged' },
  });
