import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { ApplicationFailure } from '@temporalio/common';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { Reply, ReplyCode } from '#domain/process/reply.ts';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import { tellStory, type StoryEvent } from '#persistence/audit/audit.repository.ts';
import { Command, Effect } from '#persistence/commands/commands.entities.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { Cycle, Task } from '#persistence/process/process.entities.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import { lapseTasks, notifyLive, openTasks, openingsOf, todayOf, type Opening, type StepContext } from './tasks.ts';
import type { DecisionInput, DecisionResult, StepInput } from './step.contract.ts';

/** What a step wrote: its lines in the story and the tasks it opens (those of the transition unless it says otherwise). */
export type StepOutcome = { story: StoryEvent[]; openings?: Opening[] };

/** A step that is not to be taken yet; nothing is written or remembered of it. It must come before the first write. */
export type Postponed<Result> = { postponed: Result };

/**
 * Carries out one step of a cycle in one transaction: compare-and-set of `seq` and `gen` under the cycle's row lock, the
 * step's own writes, closed and opened tasks, mails and story. A repeat with the same key returns the first result.
 * Throws FENCED, not to be retried, when another run of the cycle has moved on.
 */
export async function inStep<Result>(
  deps: ActivityDependencies,
  input: StepInput,
  key: string,
  body: (context: StepContext) => Promise<(StepOutcome & { result: Result }) | Postponed<Result>>,
): Promise<Result> {
  return transaction<Result>(deps, input, key, async (context) => {
    const outcome = await body(context);
    if ('postponed' in outcome) return { result: outcome.postponed, isPostponed: true };
    const lapsed = await lapseTasks(context, input.transition.closes);
    await finishStep(context, input, outcome, lapsed);
    return { result: outcome.result };
  });
}

/** What the activity of a decision writes itself, or why it refuses. A refusal must come before the first write. */
export type DecisionOutcome =
  | { refusal: ReplyCode; detail?: Record<string, string | number> }
  | (StepOutcome & Omit<DecisionResult, 'reply'>);

export type DecisionContext = StepContext & {
  task: Task;
  command: Command;
  /** When the decision was accepted: what counts against a deadline. */
  acceptedAt: Date;
  isLate: boolean;
};

/**
 * Carries out a decision: one transaction for the decision's own rows, the closed task, the next task, the story, the
 * mails and the stored reply. Authority is read again here, under the lock, and nobody decides on their own item.
 */
export async function inDecision(
  deps: ActivityDependencies,
  input: DecisionInput,
  body: (context: DecisionContext) => Promise<DecisionOutcome>,
): Promise<DecisionResult> {
  return transaction<DecisionResult>(deps, input, `command:${input.commandId}`, async (context) => {
    const { em } = context;
    const command = await em.findOneOrFail(Command, { id: input.commandId });
    const task = await em.findOneOrFail(Task, { id: input.taskId, cycleId: input.cycleId });
    const decision: DecisionContext = {
      ...context,
      task,
      command,
      acceptedAt: command.acceptedAt,
      isLate: command.acceptedAt > task.dueAt,
    };
    const refusal = await refusalOf({ ...decision, today: todayOf(context) });
    const outcome = refusal ?? (await body(decision));
    if ('refusal' in outcome) {
      const reply: Reply = { kind: 'refused', code: outcome.refusal, detail: outcome.detail };
      settle(command, reply);
      await notifyLive(em, { assigneeIds: [], cycleId: input.cycleId, taskId: null, commandId: command.id });
      return { result: { reply }, isRefused: true };
    }
    Object.assign(task, {
      state: 'done',
      closedAt: decision.acceptedAt,
      decision: input.decision,
      decidedById: command.actorId,
      isLate: decision.isLate,
      nextStepAt: null,
    });
    const lapsed = await lapseTasks(
      context,
      input.transition.closes.filter((step) => step !== task.step),
    );
    const story = outcome.story.map((event) => ({
      taskId: task.id,
      actorId: command.actorId,
      onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
      ...event,
    }));
    await finishStep(context, input, { ...outcome, story }, lapsed, command.id);
    const reply: Reply = {
      kind: 'applied',
      seq: context.cycle.seq,
      taskId: task.id,
      at: decision.acceptedAt.getTime(),
    };
    settle(command, reply);
    return { result: { reply, followUp: outcome.followUp, boundaries: outcome.boundaries } };
  });
}

async function transaction<Result>(
  deps: ActivityDependencies,
  input: StepInput,
  key: string,
  body: (context: StepContext) => Promise<{ result: Result; isRefused?: boolean; isPostponed?: boolean }>,
): Promise<Result> {
  return forkOf(deps).transactional(async (em) => {
    const cycle = await em.findOneOrFail(Cycle, { id: input.cycleId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const done = await em.findOne(Effect, { key });
    if (done) return done.reply as Result;
    if (cycle.gen !== input.gen || cycle.seq !== input.seq) throw fenced(cycle, input);
    const inForce = await deps.ruleBook.rulesFor(em as EntityManager, cycle.ruleSetId, cycle.timeZone);
    const { result, isRefused, isPostponed } = await body({
      em: em as EntityManager,
      cycle,
      inForce,
      at: new Date(input.at),
    });
    if (isPostponed) return result;
    if (!isRefused) cycle.seq += 1;
    const reply = result ?? ({} as Result);
    em.persist(em.create(Effect, { key, reply }));
    return reply;
  });
}

async function finishStep(
  context: StepContext,
  input: StepInput,
  outcome: StepOutcome,
  lapsed: Task[],
  commandId?: string,
): Promise<void> {
  const { cycle, at } = context;
  const opened = await openTasks(context, outcome.openings ?? openingsOf(input.transition));
  cycle.stage = input.stage;
  if (input.transition.ending) cycle.ending = input.transition.ending;
  const story = [...outcome.story, ...lapsedStory(lapsed, at), ...opened.story];
  if (input.transition.finishes) {
    Object.assign(cycle, { state: 'finished', finishedAt: at });
    story.push({ kind: 'cycleFinished', at, data: {} });
  }
  tellStory(context.em, cycle, story);
  const changed = [...lapsed, ...opened.tasks].map((task) => task.assigneeId);
  if (changed.length || commandId)
    await notifyLive(context.em, {
      assigneeIds: changed,
      cycleId: cycle.id,
      taskId: opened.tasks[0]?.id ?? null,
      ...(commandId && { commandId }),
    });
}

/** The lines of tasks that nobody decided. */
export const lapsedStory = (lapsed: Task[], at: Date): StoryEvent[] =>
  lapsed.map((task) => ({
    kind: 'tasksLapsed',
    at,
    taskId: task.id,
    data: { taskKind: task.kind, periodNo: task.periodNo ?? null },
  }));

/** Why a task cannot be decided by the person who sent a command; read again inside the deciding transaction. */
export async function refusalOf({
  em,
  task,
  command,
  today,
}: {
  em: EntityManager;
  today: CalendarDate;
  task: Task;
  command: Command;
}): Promise<{ refusal: ReplyCode; detail?: Record<string, string | number> } | null> {
  if (task.state !== 'open') {
    return {
      refusal: 'process.taskDecided',
      detail: { byId: task.decidedById ?? '', at: (task.closedAt ?? task.openedAt).toISOString() },
    };
  }
  const actor = await loadActor(em, command.actorId, today);
  if (!assigneeIdsOf(actor).includes(task.assigneeId)) return { refusal: 'access.notAuthorised' };
  if (task.employeeId === command.actorId && !task.isOwnTask) return { refusal: 'access.ownItem' };
  if (task.barredIds.includes(command.actorId)) return { refusal: 'process.secondPerson' };
  return null;
}

/** Writes the answer of a command. */
export function settle(command: Command, reply: Reply): void {
  Object.assign(command, { state: 'answered', outcome: reply, answeredAt: new Date() });
}

/** The run that asks for a step is not the current one any more; not to be retried. */
export function fenced(
  row: { id: string; seq: number; gen: number },
  input: { seq: number; gen: number },
): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${row.id} is at step ${row.seq} of generation ${row.gen}, not at ${input.seq} of ${input.gen}: another run has moved on`,
    'FENCED',
  );
}
