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
  errors: number;
};

export type Work = { work: string; clients: number; n: number; parts?: Parts };

/**
 * Does `n` operations with so many at a time, prints the figures as one line of JSON and returns them. With `parts` it also says
 * how many milliseconds of CPU each operation cost in which process, and how busy strangers kept the machine meanwhile.
 * An operation that throws counts as an error; the first one is told.
 */
export async function measure(
  { work, clients, n, parts }: Work,
  operation: (index: number) => Promise<unknown>,
  more: object = {},
): Promise<Figures> {
  const taken = new Float64Array(n);
  let next = 0;
  let errors = 0;
  const cpuBefore = parts && cpuSecondsBy(parts);
  const startedAt = performance.now();
  const client = async (): Promise<void> => {
    for (let index = next++; index < n; index = next++) {
      const from = performance.now();
      try {
        await operation(index);
      } catch (error) {
        if (errors++ === 0) console.error(`first error of ${work}:`, error);
      }
      taken[index] = performance.now() - from;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  taken.sort();
  const percentile = (share: number): number => round(taken[Math.min(n - 1, Math.floor(n * share))]!);
  const figures: Figures = {
    work,
    clients,
    n,
    perSecond: round(n / seconds),
    p50Ms: percentile(0.5),
    p95Ms: percentile(0.95),
    p99Ms: percentile(0.99),
    maxMs: percentile(1),
    errors,
  };
  print({ ...figures, ...(cpuBefore && cpuPerOperation(cpuBefore, cpuSecondsBy(parts), n, seconds)), ...more });
  return figures;
}

/** One line of JSON on the standard output. */
export const print = (line: object): void => console.log(JSON.stringify(line));

/** Three significant digits, or whole numbers from 100 on. */
export const round = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

function cpuPerOperation(
  before: Record<string, number>,
  after: Record<string, number>,
  n: number,
  seconds: number,
): object {
  const spent = Object.entries(after).map(([part, value]): [string, number] => [part, value - (before[part] ?? 0)]);
  const ours = spent.filter(([part]) => part !== MACHINE);
  const others = Math.max(
    0,
    spent.find(([part]) => part === MACHINE)![1] - ours.reduce((sum, [, value]) => sum + value, 0),
  );
  return {
    cpuMs: Object.fromEntries(ours.map(([part, value]) => [part, round((value * 1000) / n)])),
    strangersPercent: Math.round((others / seconds / availableParallelism()) * 100),
  };
}
