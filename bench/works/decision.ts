import { setTimeout as delay } from 'node:timers/promises';
import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { decide, openCycles, startCycles, type RunningCycle, type Until } from '../decisions.ts';
import { measure, print, round } from '../measure.ts';

/** A life of four decisions, each of them another activity. */
const LIFE = ['submitSkp', 'returnSkp', 'submitSkp', 'approveSkp'] as const;

type Kind = { name: string; until: Until; variables: Record<string, string> };

/** Runs of the cycles in the workers' memory (warm), or replayed from history as for somebody who comes back after days (cold). */
const KINDS: readonly Kind[] = [
  { name: 'decision warm', until: 'answered', variables: {} },
  { name: 'decision warm, noted by the workflow', until: 'noted', variables: {} },
  { name: 'decision cold', until: 'answered', variables: { MAX_CACHED_WORKFLOWS: '0' } },
];

/** A decision from the click to the answer. */
export async function decision({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em(), 10);
  let year = 2100;
  for (const { name, until, variables } of KINDS) {
    await on.restartWorkers(variables);
    const openSome = async (count: number): Promise<RunningCycle[]> => {
      const cycles = await openCycles(
        on.em(),
        agency.ruleSetId,
        agency.unitId,
        agency.employees.slice(0, count),
        (year += 1),
      );
      await startCycles(on, cycles);
      return cycles;
    };
    const first = await openSome(n(100));
    await measure({ work: 'warm up', clients: 8, n: first.length * LIFE.length }, lifeOf(on, first));
    for (const clients of [1, 8, 32]) {
      const cycles = await openSome(Math.max(n(250), clients + 8));
      const before = await historyOf(on, cycles);
      const count = cycles.length * LIFE.length;
      await measure({ work: name, clients, n: count, parts }, lifeOf(on, cycles, until));
      await delay(500);
      const after = await historyOf(on, cycles);
      print({
        work: `history per ${name}`,
        clients,
        events: round((after.events - before.events) / count),
        bytes: Math.round((after.bytes - before.bytes) / count),
      });
    }
  }
  await on.restartWorkers();
}

/** The decisions of these cycles in their order: all the first ones, then all the second ones; a cycle's next one waits for the one before. */
export function lifeOf(
  engine: Engine,
  cycles: readonly RunningCycle[],
  until: Until = 'noted',
): (index: number) => Promise<void> {
  const last = cycles.map(() => Promise.resolve());
  return (index) => {
    const place = index % cycles.length;
    const next = LIFE[Math.floor(index / cycles.length)]!;
    return (last[place] = last[place]!.then(() => decide(engine, cycles[place]!, next, null, until)));
  };
}

async function historyOf(
  { client }: Engine,
  cycles: readonly RunningCycle[],
): Promise<{ events: number; bytes: number }> {
  const sum = { events: 0, bytes: 0 };
  for (const { workflowId } of cycles) {
    const { historyLength, historySize } = await client.workflow.getHandle(workflowId).describe();
    sum.events += historyLength;
    sum.bytes += historySize ?? 0;
  }
  return sum;
}
