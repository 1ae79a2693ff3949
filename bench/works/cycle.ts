import type { Engine, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { createAgency } from '../agency.ts';
import { decide, openCycles, startWorkflow, waitUntil, type RunningCycle } from '../decisions.ts';
import { measure, print, round } from '../measure.ts';
import { withClient } from '#scripts/services/postgres.ts';

const CLIENTS = 8;

/**
 * A whole cycle: SKP, four reports, self-assessment, rating, acknowledgement, evaluation; fourteen decisions, six boundaries, a new run
 * at each quarter. Its year lies in the past, so that the calendar never waits and the machine is the limit.
 */
export async function cycle({ engine, postgres, parts }: Environment, { n }: Size): Promise<void> {
  const on = await engine();
  const { ruleSetId, unitId, employees } = await createAgency(on.em(), 10);
  const warm = await openCycles(on.em(), ruleSetId, unitId, employees.slice(0, 16), 2024);
  await measure({ work: 'warm up', clients: CLIENTS, n: warm.length }, (index) => wholeYear(on, warm[index]!));
  const cycles = await openCycles(on.em(), ruleSetId, unitId, employees.slice(0, n(200)), 2025);
  const before = await sizes(postgres.url);
  const figures = await measure({ work: 'cycle', clients: CLIENTS, n: cycles.length, parts }, (index) =>
    wholeYear(on, cycles[index]!),
  );
  const after = await sizes(postgres.url);
  const history = await historyOf(on, cycles);
  const perCycle = (key: keyof typeof after): number => Math.round((after[key] - before[key]) / cycles.length);
  print({
    work: 'size of a cycle',
    cycles: cycles.length,
    decisions: 14,
    decisionsPerSecond: round(figures.perSecond * 14),
    ...history,
    tableBytes: perCycle('app'),
    engineBytes: perCycle('engine'),
    visibilityBytes: perCycle('visibility'),
    walBytes: perCycle('wal'),
  });
}

async function wholeYear(engine: Engine, cycle: RunningCycle): Promise<void> {
  await startWorkflow(engine, cycle);
  await isOpen(engine, cycle, 'selfAssess');
  await decide(engine, cycle, 'submitSkp');
  await decide(engine, cycle, 'approveSkp');
  for (const quarter of [1, 2, 3, 4]) {
    await decide(engine, cycle, 'submitReport', quarter);
    await decide(engine, cycle, 'acceptReport', quarter);
  }
  for (const last of ['submitSelfAssessment', 'rateEmployee', 'acknowledgeResult', 'recordEvaluation'] as const)
    await decide(engine, cycle, last);
}

const isOpen = (engine: Engine, cycle: RunningCycle, kind: string): Promise<void> =>
  waitUntil(
    async () =>
      (await engine.em().execute(`select 1 from task where cycle_id = ? and kind = ?`, [cycle.id, kind])).length > 0,
  );

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
async function historyOf(
  { client }: Engine,
  cycles: readonly RunningCycle[],
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
