/** `npm run bench [-- work …] [--quick] [--workers=2]`: measures the works named, or all, on services of its own; a line of JSON per figure. See README.md. */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startEnvironment, type Environment } from './environment.ts';
import { print } from './measure.ts';
import type { Size } from './size.ts';
import { cycle } from './works/cycle.ts';
import { decision } from './works/decision.ts';
import { inbox } from './works/inbox.ts';
import { memory } from './works/memory.ts';
import { readings } from './works/readings.ts';
import { receipt } from './works/receipt.ts';
import { rosterImport } from './works/roster-import.ts';
import { start } from './works/start.ts';
import { sweep } from './works/sweep.ts';

const WORKS: Record<string, (environment: Environment, size: Size) => Promise<void>> = {
  memory,
  receipt,
  decision,
  start,
  cycle,
  inbox,
  sweep,
  readings,
  rosterImport,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, workers: { type: 'string', default: '1' } },
});
const unknown = positionals.filter((name) => !WORKS[name]);
if (unknown.length) {
  console.error(`There is no work ${unknown.join(', ')}; there are ${Object.keys(WORKS).join(', ')}.`);
  process.exit(2);
}

const size: Size = { isQuick: values.quick, n: (full) => (values.quick ? Math.max(20, Math.round(full / 10)) : full) };
const environment = await startEnvironment({ workers: Number(values.workers) });
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void environment.stop().finally(() => process.exit(130)));
try {
  print({
    bench: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model,
    workers: Number(values.workers),
    quick: values.quick,
  });
  for (const [name, work] of Object.entries(WORKS)) {
    if (!positionals.length || positionals.includes(name)) await work(environment, size);
  }
} finally {
  await environment.stop();
}
