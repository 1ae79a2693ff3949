import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { LIFE } from '../build.ts';
import { lifeOf } from '../cycles.ts';
import { measure, print } from '../measure.ts';
import { memoryMbBy } from '../processes.ts';
import { openAndStart } from './decisions.ts';

/** Resident memory of each process when nothing was asked of it yet, and after a load of decisions. */
export async function memory({ engine, api, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const server = await api(on, { TEMPORAL_ADDRESS: on.temporal.address });
  const agency = await createAgency(on.em());
  await on.restartWorkers();
  await delay(3000);
  print({ work: 'memory idle', residentMb: memoryMbBy(parts) });
  const cycles = await openAndStart(on, agency, n(500), 2070);
  const work = { work: 'load for memory', clients: 8, n: cycles.length * LIFE.length, parts };
  await measure(work, lifeOf(on, cycles));
  print({ work: 'memory after load', residentMb: memoryMbBy(parts) });
  await server?.stop();
}
