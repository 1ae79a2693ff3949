import { setTimeout as delay } from 'node:timers/promises';
import { countStarted, decide, LIFE, startWorkflow, type Cycle, type Step } from './build.ts';
import type { Engine } from './environment.ts';

/** The longest that anything may take; slower than that, something is broken. */
const PATIENCE_MS = 10 * 60_000;

/** Starts the workflows of cycles of one year and waits until each has opened its first task, and a moment more for the engine to hear of it. */
export async function startCycles(engine: Engine, cycles: readonly Cycle[]): Promise<void> {
  for (let from = 0; from < cycles.length; from += 16)
    await Promise.all(cycles.slice(from, from + 16).map((cycle) => startWorkflow(engine, cycle)));
  await waitUntil(async () => (await countStarted(engine.em(), cycles[0]!.year)) >= cycles.length);
  await delay(1000);
}

/**
 * The decisions of cycles, each cycle's own in their order; its next one waits for the one before. `order` says whose turn each
 * operation is; else all the first ones come first, then all the second ones.
 */
export function lifeOf(
  engine: Engine,
  cycles: readonly Cycle[],
  { life = LIFE, order }: { life?: readonly Step[]; order?: readonly number[] } = {},
): (index: number) => Promise<void> {
  const last = cycles.map(() => Promise.resolve());
  const taken = cycles.map(() => 0);
  return (index) => {
    const place = order?.[index] ?? index % cycles.length;
    const step = life[taken[place]! % life.length]!;
    taken[place]! += 1;
    return (last[place] = last[place]!.then(() => decide(engine, cycles[place]!, step)));
  };
}

export type History = { events: number; bytes: number };

/** The histories of the current runs of workflows, summed. */
export async function historyOf({ client }: Engine, workflowIds: readonly string[]): Promise<History> {
  const sum = { events: 0, bytes: 0 };
  for (let from = 0; from < workflowIds.length; from += 8) {
    const some = workflowIds.slice(from, from + 8).map((id) => client.workflow.getHandle(id).describe());
    for (const { historyLength, historySize } of await Promise.all(some)) {
      sum.events += historyLength;
      sum.bytes += historySize ?? 0;
    }
  }
  return sum;
}

export async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; !(await isSo());) {
    if (Date.now() > until) throw new Error('waited in vain');
    await delay(50);
  }
}
