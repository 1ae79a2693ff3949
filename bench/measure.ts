import { availableParallelism } from 'node:os';
import { cpuSecondsBy, MACHINE, type Parts } from './processes.ts';

/** What a line of the report says about one work. Latencies in milliseconds. */
export type Figures = {
  work: string;
  clients: number;
  n: number;
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
  over2s: number;
  errors: number;
};

/** `isOver` ends the work before all `n` operations are done. */
export type Work = { work: string; clients: number; n: number; parts?: Parts; isOver?: () => boolean };

/**
 * Does `n` operations with so many at a time, prints the figures as one line of JSON and returns them. With `parts` it also says
 * what each operation cost (see `startMeter`), with `more` what is known only afterwards.
 * An operation that throws counts as an error; the first one is told.
 */
export async function measure(
  { work, clients, n, parts, isOver }: Work,
  operation: (index: number) => Promise<unknown>,
  more: (done: number) => object | Promise<object> = () => ({}),
): Promise<Figures> {
  const taken: number[] = [];
  let next = 0;
  let errors = 0;
  const meter = startMeter(parts);
  const client = async (): Promise<void> => {
    while (next < n && !isOver?.()) {
      const from = performance.now();
      try {
        await operation(next++);
      } catch (error) {
        if (errors++ === 0) console.error(`first error of ${work}:`, error);
      }
      taken.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const { seconds, cost } = meter(taken.length);
  taken.sort((a, b) => a - b);
  const percentile = (share: number): number =>
    round(taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0);
  const figures: Figures = {
    work,
    clients,
    n: taken.length,
    perSecond: round(taken.length / seconds),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
    over2s: taken.filter((ms) => ms > 2000).length,
    errors,
  };
  print({ ...figures, ...cost, ...(await more(taken.length)) });
  return figures;
}

/**
 * Counts from now on. When it is read after so many operations: the seconds gone, milliseconds of CPU per operation in each process and in
 * all of them but the bench itself (`services`), and how busy strangers kept the machine meanwhile. Nothing but seconds without `parts`.
 */
export function startMeter(parts?: Parts): (operations: number) => { seconds: number; cost: object } {
  const before = parts && cpuSecondsBy(parts);
  const startedAt = performance.now();
  return (operations) => {
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, cost: before ? costOf(before, cpuSecondsBy(parts), operations, seconds) : {} };
  };
}

/** One line of JSON on the standard output. */
export const print = (line: object): void => console.log(JSON.stringify(line));

/** Three significant digits, or whole numbers from 100 on. */
export const round = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function costOf(before: Record<string, number>, after: Record<string, number>, n: number, seconds: number): object {
  const spent = Object.fromEntries(Object.entries(after).map(([part, value]) => [part, value - (before[part] ?? 0)]));
  const { [MACHINE]: machine = 0, ...ours } = spent;
  const sum = Object.values(ours).reduce((total, value) => total + value, 0);
  const perOperation = Object.entries({ ...ours, services: sum - (ours['bench'] ?? 0) });
  return {
    cpuMs: Object.fromEntries(perOperation.map(([part, value]) => [part, round((value * 1000) / n)])),
    strangersPercent: Math.round((Math.max(0, machine - sum) / seconds / availableParallelism()) * 100),
  };
}
