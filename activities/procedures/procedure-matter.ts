import type { AgendaItem, Opening } from '#domain/process/matter.ts';
import type { StoryKind } from '#domain/process/story.ts';
import { PROCEDURES, type ProcedureFact, type ProcedureProcess } from '#domain/process/procedures.ts';
import {
  isOwnTask,
  PROCEDURE_DECISIONS,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureTaskKind,
} from '#domain/process/tasks.ts';
import { dueAfterCalendarDays } from '#domain/rule-sets/deadlines.ts';
import { taskDueAt } from '#domain/rule-sets/task-due.ts';
import { readApprovers } from '#persistence/procedures/procedures.repository.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import type { DecisionContext, MatterHandlers, NewTask, Outcome, Refused, StepContext } from '../matters/handler.ts';
import { filled } from '../matters/step.ts';
import { addresseeOf } from './addressees.ts';
import type { ProcedureContext, ProcedureHandler } from './procedure-handler.ts';

type Context = StepContext<null>;

const STORY: Record<ProcedureDecision, StoryKind> = {
  approve: 'procedureApproved',
  return: 'procedureReturned',
  reject: 'procedureRejected',
  resubmit: 'procedureResubmitted',
};

/** A kind of procedure as a kind of matter. It keeps nothing beside the matter's row. */
export const procedureMatter = (kind: ProcedureKind, handler: ProcedureHandler): MatterHandlers<null> => ({
  load: async () => null,
  newTask,
  started: (context) => start(context, kind),
  decisions: Object.fromEntries(
    PROCEDURE_DECISIONS.map((decision) => [
      decision,
      (context: DecisionContext<null, ProcedureDecision>) => decide(context, decision, handler),
    ]),
  ) as MatterHandlers<null>['decisions'],
  boundaries: {
    effective: (context) => withOwn(context, 'procedureEffective', handler.effective),
    expired: (context) => withOwn(context, 'procedureExpired', handler.expired),
  },
  facts: {
    async withdrawn(context, fact) {
      // Too late: somebody decided before, or it is over.
      if (!context.transition.finishes) return {};
      return withOwn(context, 'procedureWithdrawn', handler.withdrawn, (fact as ProcedureFact).actorId);
    },
  },
  finished: (context, reason) => finish(context, reason, handler),
});

/** The step with what it leads to. */
function stepOf<C extends Context>(context: C): C & Pick<ProcedureContext, 'phase' | 'outcome'> {
  const { phase, outcome } = context.after as ProcedureProcess;
  return { ...context, phase, outcome };
}

async function start({ matter, inForce, at }: Context, kind: ProcedureKind): Promise<Outcome> {
  const { expiresAfterDays } = PROCEDURES[kind];
  const story: StoryEvent[] = [
    { kind: 'procedureStarted', at, actorId: matter.openedById ?? null, data: { procedureKind: kind } },
  ];
  if (expiresAfterDays === null) return { story };
  const expiresAt = dueAfterCalendarDays(at.getTime(), expiresAfterDays, inForce.calendar);
  matter.expiresAt = new Date(expiresAt);
  return { story, agenda: { adds: [{ at: expiresAt + 1, boundary: { kind: 'expired' } }] } };
}

async function decide(
  context: DecisionContext<null, ProcedureDecision>,
  decision: ProcedureDecision,
  handler: ProcedureHandler,
): Promise<Outcome | Refused> {
  const { matter, task, command, args, acceptedAt, isLate, at } = context;
  const reason = filled('reason' in args ? args.reason : args.note);
  const step = stepOf(context);
  const own = (await handler.decided?.({ ...step, decision, actorId: command.actorId!, reason })) ?? {};
  if ('refusal' in own) return own;
  const line = {
    kind: STORY[decision],
    at: acceptedAt,
    data: { taskKind: task.kind, round: task.round, isLate, reason },
  };
  const isReturned = decision === 'return' && reason !== null;
  return {
    story: [line, ...(own.story ?? [])],
    mails: own.mails ?? [],
    ...(isReturned && { announce: { template: 'returned' as const, data: { reason } } }),
    ...(step.phase === 'waiting' && {
      agenda: { drops: ['expired'], adds: [effectiveItem(matter.effectiveAt ?? at)] },
    }),
  };
}

/** An approved matter without a date takes effect at once. */
const effectiveItem = (at: Date): AgendaItem => ({ at: at.getTime(), boundary: { kind: 'effective' } });

async function withOwn(
  context: Context,
  kind: StoryKind,
  own: ProcedureHandler['effective'],
  actorId?: string,
): Promise<Outcome> {
  const { story = [], mails = [] } = (await own?.(stepOf(context))) ?? {};
  const line: StoryEvent = { kind, at: context.at, data: {}, ...(actorId && { actorId }) };
  return { story: [line, ...story], mails };
}

/**
 * The person concerned, and who opened the procedure, hear how it ended. `data.mailTo` is another address they proved to be theirs; it hears what somebody
 * decided, but not that nobody did: of an unknown number nobody decides either.
 */
async function finish(context: Context, reason: string | null, handler: ProcedureHandler): Promise<Outcome> {
  const { matter, at, outcome } = stepOf(context);
  matter.outcome = outcome;
  const story: StoryEvent[] = [{ kind: 'procedureFinished', at, data: { outcome } }];
  if (outcome === 'granted' && handler.saysGranted) return { story };
  const { mailTo } = matter.data;
  const people = [...new Set([matter.employeeId, matter.openedById ?? matter.employeeId])];
  return {
    story,
    mails: people.map((id) => ({
      template: 'procedure-finished',
      taskId: null,
      matterId: matter.id,
      createdAt: at,
      data: { outcome, reason },
      assignee: { kind: 'employee', id },
      ...(typeof mailTo === 'string' && outcome !== 'expired' && { address: mailTo }),
    })),
  };
}

async function newTask(context: Context, { kind, round }: Opening, senderId: string | null): Promise<NewTask> {
  const { matter, inForce, at } = context;
  const taskKind = kind as ProcedureTaskKind;
  const isOpeners = isOwnTask(taskKind);
  const barredIds = isOpeners ? [] : await barredFrom(context, taskKind, senderId);
  const timing = { kind: taskKind, round, openedAt: at.getTime(), year: null, periodDueAt: null };
  return {
    assignee: await addresseeOf(context, taskKind, barredIds),
    dueAt: taskDueAt(timing, inForce.rules, inForce.calendar),
    barredIds,
    ...(isOpeners && { employeeId: matter.openedById ?? matter.employeeId }),
  };
}

/** Who may not decide a task: who opened the procedure, whom it concerns, and who approved another step of it. */
async function barredFrom(
  { em, matter }: Context,
  kind: ProcedureTaskKind,
  senderId: string | null,
): Promise<string[]> {
  const approvers = await readApprovers(em, matter.id, kind);
  const people = [matter.openedById, matter.employeeId, senderId, ...approvers];
  return [...new Set(people.filter((id) => id !== null && id !== undefined))];
}
