import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as uuidv7 } from 'uuid';
import { periodOf, type Step, type Transition } from '#domain/process/cycle.ts';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import { CYCLE_TASK_RULES, isOwnTask, type CycleTaskKind } from '#domain/process/tasks.ts';
import { firstLevel, ladderInstants, type Segment } from '#domain/rule-sets/deadlines.ts';
import { movedDueAt, taskDueAt } from '#domain/rule-sets/task-due.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import { findDesk, firstHeldPosition } from '#persistence/organisation/hierarchy.repository.ts';
import { writeMails, type NewMail } from '#persistence/notifications/mails.repository.ts';
import { Cycle, Period, Task } from '#persistence/process/process.entities.ts';
import { select, sql } from '#persistence/sql.ts';
import type { RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';

/** Everything a step works with inside its transaction. `at` is the workflow's clock. */
export type StepContext = { em: EntityManager; cycle: Cycle; inForce: RulesInForce; at: Date };

export type Assignee = { kind: 'position' | 'employee' | 'desk'; id: string; responsiblePositionId: string | null };

/** The mail that announces a task, when it is not the usual one. */
export type Announce = { template: MailTemplate; data: Record<string, unknown> };

/** A task that a transition opens. */
export type Opening = { step: Step; kind: CycleTaskKind; round: number; announce?: Announce };

/** What a step opened, with its lines of the story. */
export type Opened = { tasks: Task[]; story: StoryEvent[] };

/** Opens tasks: who is asked, until when, the ladder, the announcing mail and the line of the story, all in the step's transaction. */
export async function openTasks(context: StepContext, openings: readonly Opening[]): Promise<Opened> {
  const tasks: NewTask[] = [];
  for (const opening of openings) tasks.push({ task: await newTask(context, opening), announce: opening.announce });
  return writeOpened(context, tasks);
}

export type NewTask = { task: Task; announce?: Announce | undefined };

/** Writes the tasks of a cycle or a procedure and the mails that announce them, all mails in one statement. */
export async function writeOpened(
  { em, at }: Pick<StepContext, 'em' | 'at'>,
  opened: readonly NewTask[],
): Promise<Opened> {
  if (!opened.length) return { tasks: [], story: [] };
  const tasks = opened.map(({ task }) => task);
  em.persist(tasks);
  await em.flush();
  await writeMails(
    em,
    opened.map((one) => announcement(one, at)),
  );
  return { tasks, story: tasks.map((task) => ({ kind: 'taskOpened', at, taskId: task.id, data: factsOf(task) })) };
}

/** What mails and the story say of a task. */
const factsOf = ({ kind, round, periodNo, dueAt }: Task) => ({
  taskKind: kind,
  round,
  periodNo: periodNo ?? null,
  dueAt: dueAt.toISOString(),
});

const announcement = ({ task, announce }: NewTask, createdAt: Date): NewMail => ({
  template: announce?.template ?? 'task-assigned',
  taskId: task.id,
  cycleId: task.cycleId ?? null,
  procedureId: task.procedureId ?? null,
  assignee: { kind: task.assigneeKind, id: task.assigneeId },
  createdAt,
  data: { ...factsOf(task), ...announce?.data },
});

/** Closes what a transition closes without a decision: the tasks of these strands lapse. A strand has one open task at a time. */
export async function lapseTasks(context: StepContext, steps: readonly Step[]): Promise<Task[]> {
  if (!steps.length) return [];
  const lapsed = await context.em.find(Task, { cycleId: context.cycle.id, state: 'open', step: { $in: [...steps] } });
  for (const task of lapsed) Object.assign(task, { state: 'lapsed', closedAt: context.at, nextStepAt: null });
  return lapsed;
}

/** What the API hears of a step: whose tasks changed, and which command is answered. Ids only. */
export type Announcement = {
  assigneeIds: readonly string[];
  cycleId: string | null;
  procedureId?: string;
  taskId: string | null;
  commandId?: string;
};

/** Tells the API processes of a step: open pages look again, and whoever waits for a command has its answer. Delivered with the commit. */
export async function notifyLive(em: EntityManager, { assigneeIds, ...rest }: Announcement): Promise<void> {
  await select(
    em,
    sql`select pg_notify('live', ${JSON.stringify({ assigneeIds: [...new Set(assigneeIds)], ...rest })})`,
  );
}

/** The openings of a transition. */
export const openingsOf = (transition: Transition): Opening[] => transition.opens.map((open) => ({ ...open }));

async function newTask(context: StepContext, { step, kind, round }: Opening): Promise<Task> {
  const { em, cycle, at } = context;
  const assignee = await assigneeFor(context, kind);
  const periodNo = periodOf(step);
  const dueAt = await dueAtOf(context, kind, round, periodNo);
  return em.create(Task, {
    id: uuidv7(),
    cycleId: cycle.id,
    kind,
    step,
    round,
    stage: CYCLE_TASK_RULES[kind].stage,
    employeeId: cycle.employeeId,
    unitId: cycle.unitId,
    ruleSetId: cycle.ruleSetId,
    periodNo,
    assigneeKind: assignee.kind,
    assigneeId: assignee.id,
    responsiblePositionId: assignee.responsiblePositionId,
    isOwnTask: isOwnTask(kind),
    openedAt: at,
    dueAt: new Date(dueAt),
    ...ladderFor(context, dueAt, at.getTime()),
  });
}

/** The instants of a task's ladder and the first step that is still to come. Instants in epoch milliseconds. */
export function ladderFor(
  { inForce, at }: Pick<StepContext, 'inForce' | 'at'>,
  dueAt: number,
  openedAt: number,
): Pick<Task, 'level' | 'ladderAt' | 'nextStepAt'> {
  const instants = ladderInstants(dueAt, inForce.rules.ladder, openedAt, inForce.calendar);
  const level = firstLevel(instants, at.getTime());
  return {
    level,
    ladderAt: instants.map((instant) => new Date(instant)),
    nextStepAt: level < instants.length ? new Date(instants[level]!) : null,
  };
}

/** Puts an open task on the ladder of the rules in force; a task whose ladder stays as it was keeps its place on it. */
function climbAnew(context: StepContext, task: Task): void {
  const ladder = ladderFor(context, task.dueAt.getTime(), task.openedAt.getTime());
  if (String(ladder.ladderAt.map(Number)) !== String(task.ladderAt.map(Number))) Object.assign(task, ladder);
}

/** The date of a step in the zone of its cycle. */
export const todayOf = ({ cycle, at }: Pick<StepContext, 'cycle' | 'at'>): CalendarDate =>
  civilDate(at, cycle.timeZone as IndonesianZone);

/**
 * Whom a task is addressed to. A vacant post moves to the next higher one that is held; where no higher post exists the
 * appointing authority's desk (PPK) decides. The person is resolved when the inbox is read.
 */
export async function assigneeFor(
  context: Pick<StepContext, 'em' | 'cycle' | 'at'>,
  kind: CycleTaskKind,
): Promise<Assignee> {
  const { em, cycle } = context;
  switch (CYCLE_TASK_RULES[kind].assignedTo) {
    case 'employee':
      return { kind: 'employee', id: cycle.employeeId, responsiblePositionId: cycle.positionId };
    case 'superior':
      return positionOrPpk(context, cycle.superiorPositionId ?? null);
    case 'superiorOfSuperior':
      return positionOrPpk(context, cycle.superiorOfSuperiorPositionId ?? null);
    case 'personnelOfficer': {
      const desk = await findDesk(em, 'personnelOfficer', cycle.unitId, cycle.employeeId, todayOf(context));
      return desk
        ? { kind: 'desk', id: desk, responsiblePositionId: cycle.superiorPositionId ?? null }
        : positionOrPpk(context, cycle.superiorPositionId ?? null);
    }
  }
}

async function positionOrPpk(
  context: Pick<StepContext, 'em' | 'cycle' | 'at'>,
  positionId: string | null,
): Promise<Assignee> {
  const { em, cycle } = context;
  const today = todayOf(context);
  const held = positionId && (await firstHeldPosition(em, positionId, today, cycle.employeeId));
  if (held) return { kind: 'position', id: held, responsiblePositionId: held };
  const desk = await findDesk(em, 'ppk', cycle.unitId, cycle.employeeId, today);
  if (desk) return { kind: 'desk', id: desk, responsiblePositionId: null };
  return { kind: 'position', id: positionId ?? cycle.positionId, responsiblePositionId: positionId };
}

/** When a task is due, by the cycle's rule set. Instants in epoch milliseconds. */
async function dueAtOf(
  { em, cycle, inForce, at }: StepContext,
  kind: CycleTaskKind,
  round: number,
  periodNo: number | null,
): Promise<number> {
  const period =
    kind === 'submitReport' && round === 1
      ? await em.findOneOrFail(Period, { cycleId: cycle.id, number: periodNo! })
      : null;
  const timing = {
    kind,
    round,
    openedAt: at.getTime(),
    year: cycle.year,
    segment: segmentOf(cycle),
    periodDueAt: period?.dueAt.getTime() ?? null,
  };
  return taskDueAt(timing, inForce.rules, inForce.calendar);
}

/** Gives an open task the due time and the ladder of the rules in force now; a task whose ladder stays as it was keeps its place on it. */
export function dueAnew(context: StepContext, task: Task, periodDueAt: number | null): void {
  const { cycle, inForce, at } = context;
  const timing = {
    kind: task.kind as CycleTaskKind,
    round: task.round,
    openedAt: task.openedAt.getTime(),
    dueAt: task.dueAt.getTime(),
    year: cycle.year,
    segment: segmentOf(cycle),
    periodDueAt,
  };
  const dueAt = movedDueAt(timing, inForce.rules, inForce.calendar, at.getTime());
  if (dueAt !== task.dueAt.getTime()) task.dueAt = new Date(dueAt);
  climbAnew(context, task);
}

/** The part of the year that a cycle covers. */
export const segmentOf = (cycle: Cycle): Segment => ({
  startsOn: cycle.startsOn as CalendarDate,
  endsOn: cycle.endsOn as CalendarDate,
});
