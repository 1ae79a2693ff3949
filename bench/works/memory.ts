import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { openCycles, startCycles } from '../decisions.ts';
import { measure, print } from '../measure.ts';
import { memoryMbBy } from '../processes.ts';
import { lifeOf } from './decision.ts';

/** Resident memory of each process when nothing was asked of it yet, and after a load of decisions. */
export async function memory({ engine, api, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const server = await api(on, { TEMPORAL_ADDRESS: on.temporal.address });
  const agency = await createAgency(on.em(), 10);
  await on.restartWorkers();
  await delay(3000);
  print({ work: 'memory idle', residentMb: memoryMbBy(parts) });
  const cycles = await openCycles(on.em(), agency.ruleSetId, agency.unitId, agency.employees.slice(0, n(500)), 2070);
  await startCycles(on, cycles);
  await measure({ work: 'load for memory', clients: 8, n: cycles.length * 4, parts }, lifeOf(on, cycles));
  print({ work: 'memory after load', residentMb: memoryMbBy(parts) });
  await server?.stop();
}
