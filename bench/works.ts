import type { Environment } from './environment.ts';
import type { Size } from './size.ts';

export type Work = (environment: Environment, size: Size) => Promise<void>;

/** The works that run on any build with an adapter (`build.ts`); each is loaded when it is asked for. */
export const COMPARED: Record<string, () => Promise<Work>> = {
  decisionWarm8: async () => (await import('./works/decisions.ts')).decisionWarm8,
  decisionWarm1: async () => (await import('./works/decisions.ts')).decisionWarm1,
  decisionCold: async () => (await import('./works/decisions.ts')).decisionCold,
  decisionCrowd: async () => (await import('./works/decisions.ts')).decisionCrowd,
  starts: async () => (await import('./works/starts.ts')).starts,
  wholeCycle8: async () => (await import('./works/whole-cycle.ts')).wholeCycle8,
  openingBeside: async () => (await import('./works/opening-beside.ts')).openingBeside,
  workerMemory: async () => (await import('./works/worker-memory.ts')).workerMemory,
};

/** All works, in the order in which they run. */
export const WORKS: Record<string, () => Promise<Work>> = {
  memory: async () => (await import('./works/memory.ts')).memory,
  receipt: async () => (await import('./works/receipt.ts')).receipt,
  ...COMPARED,
  inbox: async () => (await import('./works/inbox.ts')).inbox,
  sweep: async () => (await import('./works/sweep.ts')).sweep,
  readings: async () => (await import('./works/readings.ts')).readings,
  rosterImport: async () => (await import('./works/roster-import.ts')).rosterImport,
};

/** The names of works asked for, or of all; ends the process when there is none of a name. */
export function namesOf(known: Record<string, unknown>, asked: readonly string[]): string[] {
  const unknown = asked.filter((name) => !known[name]);
  if (unknown.length) endBy(`There is no work ${unknown.join(', ')}; there are ${Object.keys(known).join(', ')}.`);
  return Object.keys(known).filter((name) => !asked.length || asked.includes(name));
}

/** Ends the process because of what it was asked for. */
export function endBy(message: string): never {
  console.error(message);
  process.exit(2);
}
