import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { taskKindOf } from '#domain/process/tasks.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { findReceipt } from '#persistence/matters/receipts.queries.ts';
import { openCycleRow } from '#persistence/process/cycles.repository.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import {
  CYCLE_QUEUE,
  PERFORMANCE_CYCLE,
  cycleWorkflowId,
} from '#workflows/performance-cycle/performance-cycle.messages.ts';
import { deliverCommand } from '#workflows/commands.client.ts';
import type { Employee } from './agency.ts';
import type { Engine } from './environment.ts';

export type RunningCycle = { id: string; workflowId: string; employee: Employee };

/** Writes the rows of cycles that are about to start, one per employee. */
export async function openCycles(
  em: EntityManager,
  ruleSetId: string,
  unitId: string,
  employees: readonly Employee[],
  year: number,
): Promise<RunningCycle[]> {
  const cycles: RunningCycle[] = [];
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
    cycles.push({ id, workflowId: cycleWorkflowId(id), employee });
  }
  return cycles;
}

export const startWorkflow = ({ client }: Engine, cycle: RunningCycle) =>
  client.workflow.start(PERFORMANCE_CYCLE, {
    workflowId: cycle.workflowId,
    taskQueue: CYCLE_QUEUE,
    args: [{ cycleId: cycle.id, gen: 1 }],
  });

/** Starts the workflows of cycles and waits until each has opened its first task, and a moment more for the engine to hear of it. */
export async function startCycles(engine: Engine, cycles: readonly RunningCycle[]): Promise<void> {
  for (let from = 0; from < cycles.length; from += 16)
    await Promise.all(cycles.slice(from, from + 16).map((cycle) => startWorkflow(engine, cycle)));
  await waitUntil(async () => {
    const [row] = await engine
      .em()
      .execute<{ waiting: number }[]>(`select count(*)::int as waiting from cycle where state = 'starting'`);
    return row!.waiting === 0;
  });
  await delay(1000);
}

/** What the API does to accept a decision: reads the open task with its cycle, writes the command and commits. */
export async function accept(
  em: EntityManager,
  cycleId: string,
  actorId: string,
  decision: CycleDecision,
  periodNo: number | null = null,
) {
  const [task] = await em.execute<{ id: string; workflow_id: string; period_no: number | null }[]>(
    `select t.id, c.workflow_id, t.period_no from task t join cycle c on c.id = t.cycle_id
     where t.cycle_id = ? and t.kind = ? and t.state = 'open' and (?::int is null or t.period_no = ?)`,
    [cycleId, taskKindOf(decision), periodNo, periodNo],
  );
  if (!task) throw new Error(`no open task for ${decision}`);
  const { command } = await acceptCommand(em, {
    id: randomUUID(),
    actorId,
    onBehalfOfPositionId: null,
    cycleId,
    taskId: task.id,
    workflowId: task.workflow_id,
    updateName: decision,
    arguments: ARGUMENTS[decision],
  });
  return {
    id: command.id,
    workflowId: task.workflow_id,
    updateName: decision,
    taskId: task.id,
    periodNo: task.period_no,
  };
}

/** `answered`: the workflow's activity has committed, which is what a person waits for; `noted`: the workflow has taken note of it as well. */
export type Until = 'answered' | 'noted';

/** A decision from the click to the answer: ledger, update, activity; then the outcome is read as the API reads it. */
export async function decide(
  engine: Engine,
  cycle: RunningCycle,
  decision: CycleDecision,
  periodNo: number | null = null,
  until: Until = 'noted',
): Promise<void> {
  const actorId = BY_EMPLOYEE.has(decision) ? cycle.employee.id : cycle.employee.superiorId;
  const accepted = await accept(engine.em(), cycle.id, actorId, decision, periodNo);
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

export async function waitUntil(isSo: () => Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  for (const until = Date.now() + timeoutMs; !(await isSo());) {
    if (Date.now() > until) throw new Error('waited in vain');
    await delay(20);
  }
}
