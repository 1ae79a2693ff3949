import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { decide, isWholeYearOpen, openCycles, startWorkflow, WHOLE_CYCLE, type Cycle } from '../build.ts';
import { waitUntil } from '../cycles.ts';
import { measure, print, round } from '../measure.ts';
import { withClient } from '#scripts/services/postgres.ts';

const CLIENTS = 8;

/**
 * A whole cycle: SKP, four reports, self-assessment, rating, acknowledgement, evaluation; fourteen decisions, six boundaries, a new run
 * at each quarter. Its year lies in the past, so that the calendar never waits and the machine is the limit.
 */
export async function wholeCycle8({ engine, postgres, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const agency = await createAgency(on.em());
  const warm = await openCycles(on.em(), agency, agency.employees.slice(0, 16), 2024);
  await measure({ work: 'warm up', clients: CLIENTS, n: warm.length }, (index) => wholeYear(on, warm[index]!));
  const cycles = await openCycles(on.em(), agency, agency.employees.slice(0, n(200)), 2025);
  const before = await sizes(postgres.url);
  const work = { work: 'wholeCycle8', clients: CLIENTS, n: cycles.length, parts };
  await measure(
    work,
    (index) => wholeYear(on, cycles[index]!),
    () => historyOfAllRuns(on, cycles),
  );
  const after = await sizes(postgres.url);
  const perCycle = (key: keyof typeof after): number => Math.round((after[key] - before[key]) / cycles.length);
  print({
    work: 'wholeCycle8: bytes',
    tableBytes: perCycle('app'),
    engineBytes: perCycle('engine'),
    visibilityBytes: perCycle('visibility'),
    walBytes: perCycle('wal'),
  });
}

async function wholeYear(engine: Engine, cycle: Cycle): Promise<void> {
  await startWorkflow(engine, cycle);
  await waitUntil(() => isWholeYearOpen(engine.em(), cycle));
  for (const step of WHOLE_CYCLE) await decide(engine, cycle, step, 'noted');
}

/** Bytes of the three databases once compacted, and of the write-ahead log so far. */
async function sizes(
  url: (database: string) => string,
): Promise<Record<'app' | 'engine' | 'visibility' | 'wal', number>> {
  const wal = await numberOf(url('postgres'), `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as value`);
  const compacted = async (database: string): Promise<number> => {
    await withClient(url(database), (client) => client.query('vacuum full'));
    return numberOf(url(database), 'select pg_database_size(current_database()) as value');
  };
  return {
    wal,
    app: await compacted('ekinerja'),
    engine: await compacted('temporal'),
    visibility: await compacted('temporal_visibility'),
  };
}

const numberOf = (url: string, sql: string): Promise<number> =>
  withClient(url, async (client) => Number((await client.query(sql)).rows[0].value));

/** Events and bytes of all runs of a cycle, on average. */
async function historyOfAllRuns(
  { client }: Engine,
  cycles: readonly Cycle[],
): Promise<{ runs: number; events: number; historyBytes: number }> {
  const sum = { runs: 0, events: 0, historyBytes: 0 };
  for (const { workflowId } of cycles) {
    for await (const run of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
      sum.runs += 1;
      sum.events += run.historyLength;
      sum.historyBytes += run.historySize ?? 0;
    }
  }
  const mean = (value: number): number => round(value / cycles.length);
  return { runs: mean(sum.runs), events: mean(sum.events), historyBytes: mean(sum.historyBytes) };
}
