import { randomUUID } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import type { EntityManager } from '@mikro-orm/postgresql';
import { taskKindOf, type CycleDecision } from '#domain/process/tasks.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { findReceipt } from '#persistence/commands/receipts.queries.ts';
import { openCycleRow } from '#persistence/process/cycles.repository.ts';
import { findTask } from '#persistence/process/tasks.queries.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { deliverCommand, type CommandToDeliver } from '#workflows/commands.client.ts';
import {
  CAMPAIGN_QUEUE,
  CYCLE_CAMPAIGN,
  campaignWorkflowId,
} from '#workflows/cycle-campaign/cycle-campaign.messages.ts';
import {
  CYCLE_QUEUE,
  PERFORMANCE_CYCLE,
  cycleWorkflowId,
} from '#workflows/performance-cycle/performance-cycle.messages.ts';
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

/** Writes the rows of cycles that are about to start, one per employee. */
export async function openCycles(
  em: EntityManager,
  { unitId, ruleSetId }: Agency,
  employees: readonly Employee[],
  year: number,
): Promise<Cycle[]> {
  const cycles: Cycle[] = [];
  for (const employee of employees) {
    const id = await openCycleRow(em, {
      campaignId: null,
      employeeId: employee.id,
      year,
      segment: 1,
      startsOn: `${year}-01-01`,
      endsOn: `${year}-12-31`,
      ruleSetId,
      openedAt: new Date(),
      post: {
        positionId: employee.positionId,
        unitId,
        timeZone: 'Asia/Jakarta',
        superiorPositionId: employee.superiorPositionId,
        superiorOfSuperiorPositionId: null,
      },
      workflowIdOf: cycleWorkflowId,
    });
    cycles.push({ id, workflowId: cycleWorkflowId(id), year, employee });
  }
  return cycles;
}

export async function startWorkflow({ client }: Engine, cycle: Cycle): Promise<void> {
  await client.workflow.start(PERFORMANCE_CYCLE, {
    workflowId: cycle.workflowId,
    taskQueue: CYCLE_QUEUE,
    args: [{ cycleId: cycle.id, gen: 1 }],
  });
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
  await client.workflow.start(CYCLE_CAMPAIGN, { workflowId, taskQueue: CAMPAIGN_QUEUE, args: [{ campaignId: id }] });
  return workflowId;
}

/** Workflow ids of the cycles of a year whose first task is open. */
export async function startedWorkflows(em: EntityManager, year: number): Promise<string[]> {
  const rows = await em.execute<{ workflow_id: string }[]>(
    `select workflow_id from cycle where year = ? and state = 'running'`,
    [year],
  );
  return rows.map((row) => row.workflow_id);
}

/** How many cycles of a year have opened their first task. */
export async function countStarted(em: EntityManager, year: number): Promise<number> {
  const [row] = await em.execute<{ started: number }[]>(
    `select count(*)::int as started from cycle where year = ? and state = 'running'`,
    [year],
  );
  return row!.started;
}

/** The open task that a step answers, or null. */
async function openTaskOf(em: EntityManager, cycle: Cycle, { decision, periodNo }: Step): Promise<string | null> {
  const [task] = await em.execute<{ id: string }[]>(
    `select id from task where cycle_id = ? and kind = ? and state = 'open' and (?::int is null or period_no = ?)`,
    [cycle.id, taskKindOf(decision), periodNo ?? null, periodNo ?? null],
  );
  return task?.id ?? null;
}

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
  const task = (await findTask(em, taskId, actorId))!;
  const id = randomUUID();
  await acceptCommand(em, {
    id,
    actorId,
    onBehalfOfPositionId: task.assigneeKind === 'position' ? task.assigneeId : null,
    cycleId: task.cycleId,
    taskId,
    workflowId: task.workflowId,
    updateName: decision,
    arguments: { decision, ...ARGUMENTS[decision] },
  });
  return { id, workflowId: task.workflowId, updateName: decision, taskId, periodNo: task.row.periodNo };
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
  const receipt = await findReceipt(engine.em(), accepted.id, actorId);
  if (receipt?.outcome?.kind !== 'applied') throw new Error(`${decision}: ${JSON.stringify(receipt ?? (await noted))}`);
}

const BY_EMPLOYEE: ReadonlySet<CycleDecision> = new Set([
  'submitSkp',
  'submitReport',
  'submitSelfAssessment',
  'acknowledgeResult',
]);
