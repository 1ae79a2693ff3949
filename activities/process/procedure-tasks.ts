import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { v7 as uuidv7 } from 'uuid';
import {
  isOpenersTask,
  PROCEDURE_TASKS,
  type OpenProcedureTask,
  type ProcedureRole,
  type ProcedureTaskKind,
} from '#domain/process/procedures.ts';
import { dueAfterWorkingDays } from '#domain/rule-sets/deadlines.ts';
import { currentPost, findDeskMember, firstHeldPosition } from '#persistence/organisation/hierarchy.repository.ts';
import { readApprovers } from '#persistence/procedures/procedures.repository.ts';
import { Task } from '#persistence/process/process.entities.ts';
import type { ProcedureContext } from './procedure-step.ts';
import { ladderFor, writeOpened, type Assignee, type NewTask, type Opened } from './tasks.ts';

/** Opens tasks of a procedure, as those of a cycle. `reason` is why it comes back. */
export async function openProcedureTasks(
  context: ProcedureContext,
  openings: readonly OpenProcedureTask[],
  reason: string | null,
): Promise<Opened> {
  if (!openings.length) return { tasks: [], story: [] };
  // Whom a task may ask depends on what was decided just now.
  await context.em.flush();
  const tasks: NewTask[] = [];
  for (const opening of openings) {
    const isReturn = isOpenersTask(opening.kind) && reason !== null;
    tasks.push({
      task: await newTask(context, opening),
      announce: isReturn ? { template: 'returned', data: { reason } } : undefined,
    });
  }
  return writeOpened(context, tasks);
}

/** Closes what a transition closes without a decision. */
export async function lapseProcedureTasks(
  { em, procedure, at }: ProcedureContext,
  steps: readonly string[],
): Promise<Task[]> {
  if (!steps.length) return [];
  const lapsed = await em.find(Task, { procedureId: procedure.id, state: 'open', step: { $in: [...steps] } });
  for (const task of lapsed) Object.assign(task, { state: 'lapsed', closedAt: at, nextStepAt: null });
  return lapsed;
}

async function newTask(context: ProcedureContext, { step, kind, round }: OpenProcedureTask): Promise<Task> {
  const { em, procedure, inForce, at } = context;
  const rule = PROCEDURE_TASKS[kind];
  const barredIds = await barredFrom(context, kind);
  const assignee = await assigneeFor(context, kind, barredIds);
  const dueAt = dueAfterWorkingDays(at.getTime(), rule.dueWorkingDays, inForce.calendar);
  return em.create(Task, {
    id: uuidv7(),
    procedureId: procedure.id,
    kind,
    step,
    round,
    stage: procedure.kind,
    employeeId: isOpenersTask(kind) ? procedure.openedById : procedure.employeeId,
    unitId: procedure.unitId,
    ruleSetId: procedure.ruleSetId,
    assigneeKind: assignee.kind,
    assigneeId: assignee.id,
    responsiblePositionId: assignee.responsiblePositionId,
    isOwnTask: isOpenersTask(kind),
    barredIds,
    openedAt: at,
    dueAt: new Date(dueAt),
    ...ladderFor({ inForce, at }, dueAt, at.getTime()),
  });
}

/** Who may not decide a task: who opened the procedure, whom it concerns, and who approved another step of it. */
async function barredFrom({ em, procedure }: ProcedureContext, kind: ProcedureTaskKind): Promise<string[]> {
  if (isOpenersTask(kind)) return [];
  return [...new Set([procedure.openedById, procedure.employeeId, ...(await readApprovers(em, procedure.id, kind))])];
}

/**
 * The nearest desk, in the order of the table, at which somebody sits who may decide; else the nearest higher post that such a person holds.
 * The superior of a desk's first member hears of its lateness.
 */
async function assigneeFor(
  { em, procedure, at }: ProcedureContext,
  kind: ProcedureTaskKind,
  barredIds: readonly string[],
): Promise<Assignee> {
  const today = civilDate(at, procedure.timeZone as IndonesianZone);
  for (const role of PROCEDURE_TASKS[kind].asks) {
    const assignee = role === 'opener' ? await opener() : await desk(role);
    if (assignee) return assignee;
  }
  const above = await higherPost();
  if (above) return { kind: 'position', id: above, responsiblePositionId: above };
  throw new Error(
    `nobody can be asked for ${kind} of procedure ${procedure.id}: give another person a desk in its unit or above`,
  );

  async function opener(): Promise<Assignee> {
    const post = await currentPost(em, procedure.openedById, today);
    return { kind: 'employee', id: procedure.openedById, responsiblePositionId: post?.positionId ?? null };
  }
  async function desk(role: Exclude<ProcedureRole, 'opener'>): Promise<Assignee | null> {
    const found = await findDeskMember(em, role, procedure.unitId, barredIds, today);
    return found && { kind: 'desk', id: found.deskId, responsiblePositionId: found.positionId };
  }
  async function higherPost(): Promise<string | null> {
    const post = await currentPost(em, procedure.employeeId, today);
    return post?.superiorPositionId ? firstHeldPosition(em, post.superiorPositionId, today, ...barredIds) : null;
  }
}
