import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { lifeOf } from '../cycles.ts';
import { measure, print, round } from '../measure.ts';
import { memoryMbBy } from '../processes.ts';
import { openAndStart } from './decisions.ts';

const CACHE = '10000';

/** Resident memory of the worker while it keeps 1,000, 2,000, 3,000 cycles in memory, each started and decided upon once. */
export async function workerMemory({ engine, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em());
  await on.restartWorkers({ MAX_CACHED_WORKFLOWS: CACHE });
  await delay(3000);
  const residentMb = (): number => memoryMbBy(parts)['worker1']!;
  const idle = residentMb();
  print({ work: 'workerMemory: idle', residentMb: idle });
  for (const thousand of [1, 2, 3]) {
    const cycles = await openAndStart(on, agency, n(1000), 2160 + thousand);
    await measure({ work: 'warm up', clients: 8, n: cycles.length }, lifeOf(on, cycles));
    await delay(5000);
    const mb = residentMb();
    const cached = thousand * cycles.length;
    print({
      work: `workerMemory: ${thousand} × ${cycles.length}`,
      residentMb: mb,
      mbPerThousand: round(((mb - idle) * 1000) / cached),
    });
  }
}
