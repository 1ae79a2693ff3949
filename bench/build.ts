import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import type { EntityManager } from '@mikro-orm/postgresql';
import { openCycles as openCyclesInSets } from '#activities/cycles/open-cycles.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { campaignWorkflowId, matterWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { answers, CYCLE_TASK_KINDS, type CycleDecision } from '#domain/process/tasks.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { settleStarts } from '#persistence/commands/facts.repository.ts';
import { readStarts } from '#persistence/matters/matters.repository.ts';
import { findReceipt } from '#persistence/matters/receipts.queries.ts';
import { findTask } from '#persistence/matters/tasks.queries.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { deliverCommand, type CommandToDeliver } from '#workflows/commands.client.ts';
import type { Agency, Employee } from './agency.ts';
import type { Engine } from './environment.ts';

/**
 * All that the works know of the kernel they measure. A commit that is measured beside this tree has a file with the same exports in
 * `compare/<commit>/build.ts`, so that the same works run on both.
 */

/** The year of one employee. */
export type Cycle = { id: string; workflowId: string; year: number; employee: Employee };

/** A decision that a work takes; reports name their period. */
export type Step = { decision: CycleDecision; periodNo?: number };

/** `answered`: the decision is committed, which is what a person waits for; `noted`: the workflow has taken note of it as well. */
export type Until = 'answered' | 'noted';

/** A life of four decisions, each of them another activity. */
export const LIFE: readonly Step[] = (['submitSkp', 'returnSkp', 'submitSkp', 'approveSkp'] as const).map(
  (decision) => ({ decision }),
);

/** Decisions that may be repeated for ever. */
export const BACK_AND_FORTH: readonly Step[] = LIFE.slice(0, 2);

/** All decisions of a year. */
export const WHOLE_CYCLE: readonly Step[] = [
  { decision: 'submitSkp' },
  { decision: 'approveSkp' },
  ...[1, 2, 3, 4].flatMap((periodNo): Step[] => [
    { decision: 'submitReport', periodNo },
    { decision: 'acceptReport', periodNo },
  ]),
  { decision: 'submitSelfAssessment' },
  { decision: 'rateEmployee' },
  { decision: 'acknowledgeResult' },
  { decision: 'recordEvaluation' },
];

/** Runs that a worker keeps in memory as it is shipped: the SDK's default, six for each 10 MB of heap above 200 MB. */
export const cacheAsShipped = (): number =>
  Math.floor(((getHeapStatistics().heap_size_limit / 2 ** 20 - 200) * 600) / 1024);

/** Most cycles in one transaction, as a campaign has them. */
const SET = 200;

/** Opens cycles with all that they begin with, one per employee; their runs are not started. */
export async function openCycles(
  em: EntityManager,
  { unitId, ruleSetId }: Agency,
  employees: readonly Employee[],
  year: number,
): Promise<Cycle[]> {
  const ruleBook = createRuleBook();
  const cycles: Cycle[] = [];
  for (let index = 0; index < employees.length; index += SET) {
    const some = employees.slice(index, index + SET);
    const starts = await em.fork().transactional((inner) =>
      openCyclesInSets(
        { em: inner as EntityManager, ruleBook, ruleSetId, at: new Date(), build: null, isStartedByCaller: true },
        some.map((employee) => ({
          campaignId: null,
          employeeId: employee.id,
          year,
          segment: 1,
          startsOn: `${year}-01-01`,
          endsOn: `${year}-12-31`,
          post: {
            positionId: employee.positionId,
            unitId,
            timeZone: 'Asia/Jakarta',
            superiorPositionId: employee.superiorPositionId,
            superiorOfSuperiorPositionId: null,
          },
        })),
      ),
    );
    const ids = starts.map(({ matterId }) => matterId!);
    await settleStarts(em, ids);
    cycles.push(...ids.map((id, at) => ({ id, workflowId: matterWorkflowId(id), year, employee: some[at]! })));
  }
  return cycles;
}

export async function startWorkflow({ client, em }: Engine, cycle: Cycle): Promise<void> {
  const [start] = await readStarts(em(), [cycle.id]);
  const { type, workflowId, input } = start!;
  const command = { id: cycle.id, name: type, workflowId, taskId: null, slot: null, arguments: {} };
  const delivery = await deliverCommand(
    client,
    { ...command, form: 'start', start: { queue: 'matters', input, gen: input.gen } },
    30_000,
  );
  if (delivery.kind !== 'answered') throw new Error(JSON.stringify(delivery));
}

/** Orders the opening of a year for the whole unit, as an officer does; returns the id of its workflow. */
export async function orderOpening(
  { em, client }: Engine,
  { unitId, ruleSetId }: Agency,
  year: number,
  ratePerSecond: number,
): Promise<string> {
  const id = randomUUID();
  const workflowId = campaignWorkflowId(id);
  await em().execute(
    `insert into campaign (id, year, unit_id, rule_set_id, rate_per_second, workflow_id) values (?, ?, ?, ?, ?, ?)`,
    [id, year, unitId, ruleSetId, ratePerSecond, workflowId],
  );
  await client.workflow.start('cycleCampaign', { workflowId, taskQueue: OPERATIONS_QUEUE, args: [{ campaignId: id }] });
  return workflowId;
}

/** The start of a run is delivered: its rows were there before. */
const STARTED = `exists (select from command k where k.matter_id = c.id and k.form = 'start' and k.state = 'answered')`;

/** Workflow ids of the cycles of a year that run. */
export async function startedWorkflows(em: EntityManager, year: number): Promise<string[]> {
  const rows = await em.execute<{ workflow_id: string }[]>(
    `select m.workflow_id from cycle c join matter m on m.id = c.id where c.year = ? and ${STARTED}`,
    [year],
  );
  return rows.map((row) => row.workflow_id);
}

/** How many cycles of a year have their first task open and their run started. */
export async function countStarted(em: EntityManager, year: number): Promise<number> {
  const [row] = await em.execute<{ started: number }[]>(
    `select count(*)::int as started from cycle c where c.year = ? and ${STARTED}`,
    [year],
  );
  return row!.started;
}

/** The open task that a step answers, or null. */
async function openTaskOf(em: EntityManager, cycle: Cycle, { decision, periodNo }: Step): Promise<string | null> {
  const [task] = await em.execute<{ id: string }[]>(
    `select id from task where matter_id = ? and kind = ? and state = 'open' and (?::int is null or period_no = ?)`,
    [cycle.id, kindAnsweredBy(decision), periodNo ?? null, periodNo ?? null],
  );
  return task?.id ?? null;
}

const kindAnsweredBy = (decision: CycleDecision) => CYCLE_TASK_KINDS.find((kind) => answers(decision, kind))!;

/** Whether a cycle waits for all decisions of its year; so it does at once when the year lies in the past. */
export const isWholeYearOpen = async (em: EntityManager, cycle: Cycle): Promise<boolean> =>
  (await openTaskOf(em, cycle, { decision: 'submitSelfAssessment' })) !== null;

/** What the API does to accept a decision for good: reads the task, writes the command and commits. */
export async function accept(
  em: EntityManager,
  taskId: string,
  actorId: string,
  decision: CycleDecision,
): Promise<CommandToDeliver> {
  const task = (await findTask(em, taskId, { employeeId: actorId, today: today() }))!;
  const id = randomUUID();
  await acceptCommand(em, {
    id,
    actorId,
    onBehalfOfPositionId: task.assigneeKind === 'position' ? task.assigneeId : null,
    matterId: task.matterId,
    taskId,
    workflowId: task.workflowId,
    name: decision,
    arguments: { decision, ...ARGUMENTS[decision] },
  });
  const { workflowId, slot } = task;
  return { id, form: 'update', name: decision, workflowId, taskId, slot, arguments: {} };
}

/** A decision from the click to the answer: ledger, update, activity; then the outcome is read as the API reads it. */
export async function decide(engine: Engine, cycle: Cycle, step: Step, until: Until = 'answered'): Promise<void> {
  const { decision } = step;
  const actorId = BY_EMPLOYEE.has(decision) ? cycle.employee.id : cycle.employee.superiorId;
  const taskId = await openTaskOf(engine.em(), cycle, step);
  if (!taskId) throw new Error(`no open task for ${decision}`);
  const accepted = await accept(engine.em(), taskId, actorId, decision);
  const isOver = new AbortController();
  const announced = engine.live.answered(accepted.id, isOver.signal);
  const noted = deliverCommand(engine.client, accepted, 30_000);
  await (until === 'noted' ? noted : Promise.race([announced, noted]));
  isOver.abort();
  const receipt = await findReceipt(engine.em(), accepted.id, actorId, today());
  if (receipt?.outcome?.kind !== 'applied') throw new Error(`${decision}: ${JSON.stringify(receipt ?? (await noted))}`);
}

const today = () => civilDate(Date.now(), 'Asia/Jakarta');

const BY_EMPLOYEE: ReadonlySet<CycleDecision> = new Set([
  'submitSkp',
  'submitReport',
  'submitSelfAssessment',
  'acknowledgeResult',
]);
