import { ApplicationFailure } from '@temporalio/common';
import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { evolve, stepped, type AgendaItem, type MatterProcess } from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';
import { tellStory, type StoryEvent } from '#persistence/audit/audit.repository.ts';
import { queueOutcome } from '#persistence/commands/facts.repository.ts';
import {
  lockMatter,
  readStep,
  writeStep,
  type MatterRow,
  type StepFacts,
  type TaskRow,
} from '#persistence/matters/step.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { MatterHandlers, Outcome, Refused, StepContext } from './handler.ts';
import type { DecisionResult, StepInput, StepResult } from './matter.contract.ts';
import { announcementOf, openingsOf, storyOf } from './tasks.ts';

/** What the engine of steps is made of: the database and what each kind of matter does of its own. */
export type Kernel = {
  deps: ActivityDependencies;
  handlersOf(kind: string): MatterHandlers;
  stageOf(kind: string, process: MatterProcess): string;
};

/** What a step is: its key, after which a repeat returns the first result, and what only decisions and boundaries have. */
export type StepOf = { key: string; commandId?: string; taskId?: string; crossed?: AgendaItem };

/** What the body of a step says: what it adds, or why it is not taken. Both refusals come before the first write. */
export type Body = (context: StepContext, facts: StepFacts) => Promise<Outcome | Refused | { postponedUntil: number }>;

/** How a step ended. */
export type Ended =
  | { kind: 'done'; result: StepResult; decided: DecisionResult | null }
  | { kind: 'repeated'; reply: unknown }
  | { kind: 'refused'; reply: Reply }
  | { kind: 'postponed'; until: number };

/**
 * Carries out one step of a matter in one transaction: compare-and-set of `seq` and `gen` under the row's lock, the kind's own writes, closed
 * and opened tasks, mails, story, the answer of the command. A repeat with the same key returns the first reply. Throws FENCED, not to be
 * retried, when the matter is at another step: the run goes on from the row then.
 */
export async function inStep(kernel: Kernel, input: StepInput, step: StepOf, body: Body): Promise<Ended> {
  return inTransaction(kernel.deps.orm.em, async (em): Promise<Ended> => {
    const matter = await lockMatter(em, input.matterId);
    if (!matter) throw ApplicationFailure.nonRetryable(`there is no matter ${input.matterId}`, 'FENCED');
    const at = new Date(input.at);
    const today = civilDate(input.at, matter.timeZone as IndonesianZone);
    const facts = await readStep(em, { matterId: matter.id, today, ...step });
    if (facts.done) return { kind: 'repeated', reply: facts.done.reply };
    if (matter.gen !== input.gen || matter.seq !== input.seq) throw fenced(matter, input);

    const handlers = kernel.handlersOf(matter.kind);
    const context: StepContext = {
      em,
      matter,
      row: await handlers.load(em, matter),
      inForce: await kernel.deps.ruleBook.rulesFor(em, matter.ruleSetId, matter.timeZone),
      at,
      today,
      transition: input.transition,
      after: evolve(matter.process, input.transition),
      openTasks: facts.openTasks,
    };
    const outcome = await body(context, facts);
    if ('postponedUntil' in outcome) return { kind: 'postponed', until: outcome.postponedUntil };
    if ('refusal' in outcome) return refuse(context, step, outcome);
    return finish(kernel, context, { input, step, facts, outcome });
  });
}

type Finishing = { input: StepInput; step: StepOf; facts: StepFacts; outcome: Outcome };

async function finish(kernel: Kernel, context: StepContext, finishing: Finishing): Promise<Ended> {
  const { em, matter, at, today, transition } = context;
  const { step, facts, outcome } = finishing;
  const handlers = kernel.handlersOf(matter.kind);
  const decided = facts.decision;
  const result: StepResult = { seq: matter.seq, ...pick(outcome) };

  // Whom a task may ask depends on what was written just now.
  await em.flush();
  const closed = closeTasks(context, facts);
  const opened = await openingsOf(handlers, context, decided?.command.actorId ?? null);
  const moved = stepped(matter, { transition, sets: outcome.sets, agenda: outcome.agenda, crossed: step.crossed });
  Object.assign(matter, moved, { stage: kernel.stageOf(matter.kind, moved.process) });
  if (matter.state === 'starting') Object.assign(matter, { state: 'running', startedAt: at });

  const story = signed(outcome.story ?? [], facts);
  story.push(...closed.lapsed.map((task) => lapsedLine(task, at)), ...opened.map((task) => storyOf(task, at)));
  const mails = [...(outcome.mails ?? []), ...announcementOf(opened, outcome.announce, at)];
  if (transition.finishes) {
    const ending = (await handlers.finished?.(context, reasonOf(facts))) ?? {};
    Object.assign(matter, { state: 'finished', finishedAt: at });
    story.push(...(ending.story ?? []));
    mails.push(...(ending.mails ?? []));
    await em.flush();
    if (matter.reportsToId) await queueOutcome(em, matter);
  }
  const changed = [...closed.all, ...(outcome.changed ?? [])];
  const reply = decided && appliedReply(matter, decided);
  const answered = reply && { reply, ...pick(outcome) };
  await writeStep(em, {
    matter,
    changed,
    opened,
    story: tellStory(matter, story),
    mails,
    answer: decided && reply && { commandId: decided.command.id, reply },
    effect: { key: step.key, reply: answered ?? result },
    live: {
      assigneeIds: [...closed.lapsed, ...opened].map(({ assigneeId }) => assigneeId).concat(reassigned(outcome)),
      matterId: matter.id,
      taskId: opened[0]?.id ?? null,
      ...(decided && { commandId: decided.command.id }),
    },
    today,
  });
  return { kind: 'done', result, decided: answered };
}

/** A refused decision changes nothing but its own answer. */
async function refuse({ em, matter, today }: StepContext, step: StepOf, refusal: Refused): Promise<Ended> {
  const reply: Reply = { kind: 'refused', code: refusal.refusal, detail: refusal.detail };
  const commandId = step.commandId!;
  const live = { assigneeIds: [], matterId: matter.id, taskId: null, commandId };
  const nothing = { changed: [], opened: [], story: [], mails: [] };
  const effect = { key: step.key, reply: { reply } };
  await writeStep(em, { matter, ...nothing, answer: { commandId, reply }, effect, live, today });
  return { kind: 'refused', reply };
}

const pick = ({ sets, agenda }: Outcome): Pick<StepResult, 'sets' | 'agenda'> => ({
  ...(sets && { sets }),
  ...(agenda && { agenda }),
});

const appliedReply = (matter: MatterRow, { command, task }: NonNullable<StepFacts['decision']>): Reply => ({
  kind: 'applied',
  seq: matter.seq - 1,
  taskId: task.id,
  at: command.acceptedAt.getTime(),
});

/** The decided task is done, unless the decision leaves it open; the others that the transition closes lapse. */
function closeTasks({ openTasks, transition, at }: StepContext, { decision }: StepFacts) {
  const lapsed = openTasks
    .filter(({ id, slot }) => transition.closes.includes(slot) && id !== decision?.task.id)
    .map((task): TaskRow => ({ ...task, state: 'lapsed', closedAt: at, nextStepAt: null }));
  if (!decision || !transition.closes.includes(decision.task.slot)) return { lapsed, all: lapsed };
  const { task, command } = decision;
  const done: TaskRow = {
    ...task,
    state: 'done',
    closedAt: command.acceptedAt,
    decision: command.name as TaskRow['decision'],
    decidedById: command.actorId,
    isLate: command.acceptedAt > task.dueAt,
    nextStepAt: null,
  };
  return { lapsed, all: [done, ...lapsed] };
}

/** Lines of a decision carry who decided, on whose behalf, and the task. */
function signed(story: readonly StoryEvent[], { decision }: StepFacts): StoryEvent[] {
  if (!decision) return [...story];
  const { task, command } = decision;
  const signature = {
    taskId: task.id,
    actorId: command.actorId,
    onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
  };
  return story.map((event) => ({ ...signature, ...event }));
}

const lapsedLine = (task: TaskRow, at: Date): StoryEvent => ({
  kind: 'tasksLapsed',
  at,
  taskId: task.id,
  data: { taskKind: task.kind, periodNo: task.periodNo ?? null },
});

const reassigned = ({ changed = [] }: Outcome): string[] =>
  changed.flatMap(({ assigneeId, reassignedFromId }) => [assigneeId, ...(reassignedFromId ? [reassignedFromId] : [])]);

/** What whoever decided wrote, or null. */
function reasonOf({ decision }: Pick<StepFacts, 'decision'>): string | null {
  const { reason, note } = (decision?.command.arguments ?? {}) as { reason?: string; note?: string };
  return filled(reason) ?? filled(note);
}

/** A text, or null when there is none or it is empty. */
export const filled = (text: string | null | undefined): string | null => (text?.trim() ? text : null);

/** The matter is at another step than the run that asks. */
const fenced = (
  row: { id: string; seq: number; gen: number },
  input: { seq: number; gen: number },
): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${row.id} is at step ${row.seq} of generation ${row.gen}, not at ${input.seq} of ${input.gen}`,
    'FENCED',
  );
