import { v7 as uuidv7 } from 'uuid';
import { strandOf } from '#domain/process/matter.ts';
import { isOwnTask, taskRule, type Stage, type TaskKind } from '#domain/process/tasks.ts';
import { firstLevel, ladderInstants } from '#domain/rule-sets/deadlines.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import type { MatterRow, TaskRow } from '#persistence/matters/step.repository.ts';
import type { NewMail } from '#persistence/notifications/mails.repository.ts';
import type { RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';
import type { Announce, MatterHandlers, NewTask, StepContext } from './handler.ts';

/** The rows of the tasks that a transition opens: who is asked, until when, and the ladder. */
export async function openingsOf(
  handlers: MatterHandlers,
  context: StepContext,
  senderId: string | null,
): Promise<TaskRow[]> {
  const tasks: TaskRow[] = [];
  for (const opening of context.transition.opens) {
    const task = await handlers.newTask(context, opening, senderId);
    const periodNo = handlers.periodOf?.(opening) ?? null;
    tasks.push(taskRow(context, { ...opening, ...task, kind: opening.kind as TaskKind, periodNo, senderId }));
  }
  return tasks;
}

type TaskToWrite = NewTask & {
  slot: string;
  kind: TaskKind;
  round: number;
  periodNo: number | null;
  senderId: string | null;
};

/** A task that is about to be written. */
export function taskRow(
  { matter, inForce, at }: { matter: MatterRow; inForce: RulesInForce; at: Date },
  task: TaskToWrite,
): TaskRow {
  const { slot, kind, round, assignee, dueAt, employeeId, barredIds = [], periodNo, senderId } = task;
  return {
    id: uuidv7(),
    matterId: matter.id,
    kind,
    strand: strandOf(slot),
    slot,
    round,
    stage: (task.stage ?? taskRule(kind).stage) as Stage,
    employeeId: employeeId ?? matter.employeeId,
    unitId: matter.unitId,
    ruleSetId: matter.ruleSetId,
    periodNo,
    senderId,
    assigneeKind: assignee.kind,
    assigneeId: assignee.id,
    responsiblePositionId: assignee.responsiblePositionId,
    isOwnTask: task.isOwnTask ?? isOwnTask(kind),
    barredIds: [...barredIds],
    state: 'open',
    openedAt: at,
    dueAt: new Date(dueAt),
    closedAt: null,
    isLate: false,
    decision: null,
    decidedById: null,
    reassignedFromId: null,
    ...ladderFor({ inForce, at }, dueAt, at.getTime()),
  };
}

/** The instants of a task's ladder and the first step that is still to come. Instants in epoch milliseconds. */
function ladderFor(
  { inForce, at }: { inForce: RulesInForce; at: Date },
  dueAt: number,
  openedAt: number,
): Pick<TaskRow, 'level' | 'ladderAt' | 'nextStepAt'> {
  const instants = ladderInstants(dueAt, inForce.rules.ladder, openedAt, inForce.calendar);
  const level = firstLevel(instants, at.getTime());
  return {
    level,
    ladderAt: instants.map((instant) => new Date(instant)),
    nextStepAt: level < instants.length ? new Date(instants[level]!) : null,
  };
}

/** An open task with another due time, on the ladder of the rules in force; one whose ladder stays as it was keeps its place on it. */
export function redated(context: { inForce: RulesInForce; at: Date }, task: TaskRow, dueAt: number): TaskRow {
  const ladder = ladderFor(context, dueAt, task.openedAt.getTime());
  const isSame = String(ladder.ladderAt.map(Number)) === String(task.ladderAt.map(Number));
  return { ...task, dueAt: new Date(dueAt), ...(!isSame && ladder) };
}

/** What mails and the story say of a task. */
const factsOf = ({ kind, round, periodNo, dueAt }: TaskRow) => ({
  taskKind: kind,
  round,
  periodNo: periodNo ?? null,
  dueAt: dueAt.toISOString(),
});

/** The line of the story that a task was opened. */
export const storyOf = (task: TaskRow, at: Date): StoryEvent => ({
  kind: 'taskOpened',
  at,
  taskId: task.id,
  data: factsOf(task),
});

/** The mails that announce tasks; none when they are opened in silence. */
export const announcementOf = (
  tasks: readonly TaskRow[],
  announce: Announce | null | undefined,
  createdAt: Date,
): NewMail[] =>
  announce === null
    ? []
    : tasks.map((task) => ({
        template: announce?.template ?? 'task-assigned',
        taskId: task.id,
        matterId: task.matterId,
        assignee: { kind: task.assigneeKind, id: task.assigneeId },
        createdAt,
        data: { ...factsOf(task), ...announce?.data },
      }));
