import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { ProcedureOutcome, ProcedureProcess } from '#domain/process/procedures.ts';
import type { Reply } from '#domain/process/reply.ts';
import { tellProcedureStory, type StoryEvent } from '#persistence/audit/audit.repository.ts';
import { Command, Effect } from '#persistence/commands/commands.entities.ts';
import { writeMails } from '#persistence/notifications/mails.repository.ts';
import { Procedure } from '#persistence/procedures/procedures.entities.ts';
import { Task } from '#persistence/process/process.entities.ts';
import type { RulesInForce } from '#persistence/rule-sets/rule-sets.repository.ts';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';
import type {
  ProcedureDates,
  ProcedureDecisionInput,
  ProcedureDecisionResult,
  ProcedureStepInput,
} from './procedure.contract.ts';
import { PROCEDURE_HANDLERS, type ProcedureEffect } from './procedure-handlers.ts';
import { lapseProcedureTasks, openProcedureTasks } from './procedure-tasks.ts';
import { fenced, lapsedStory, refusalOf, settle } from './step.ts';
import { notifyLive } from './tasks.ts';

/** Everything a step of a procedure works with inside its transaction. `at` is the workflow's clock; `phase` and `outcome` hold after the step. */
export type ProcedureContext = {
  em: EntityManager;
  procedure: Procedure;
  inForce: RulesInForce;
  at: Date;
  phase: ProcedureProcess['phase'];
  outcome: ProcedureOutcome | null;
};

type Body<Result> = (
  context: ProcedureContext,
) => Promise<{ result: Result; story?: StoryEvent[] } | { postponed: Result }>;

/**
 * Carries out one step of a procedure in one transaction: compare-and-set of `seq` and `gen` under the row lock, the kind's own writes, closed
 * and opened tasks, mails and story. A repeat with the same key returns the first result; nothing is written when the step is postponed.
 */
export async function inProcedureStep<Result>(
  deps: ActivityDependencies,
  input: ProcedureStepInput,
  key: string,
  body: Body<Result>,
): Promise<Result> {
  return transaction<Result>(deps, input, key, async (context) => {
    const outcome = await body(context);
    if ('postponed' in outcome) return { result: outcome.postponed, isPostponed: true };
    await finishStep(context, input, outcome.story ?? []);
    return { result: outcome.result };
  });
}

/** Carries out a decision. Authority is read again here, under the lock; nobody decides on their own item or twice in one procedure. */
export async function inProcedureDecision(
  deps: ActivityDependencies,
  input: ProcedureDecisionInput,
): Promise<ProcedureDecisionResult> {
  return transaction<ProcedureDecisionResult>(deps, input, `command:${input.commandId}`, async (context) => {
    const { em, procedure } = context;
    const command = await em.findOneOrFail(Command, { id: input.commandId });
    const task = await em.findOneOrFail(Task, { id: input.taskId, procedureId: input.procedureId });
    const effect = await effectOf(context, input, command, task);
    if ('refusal' in effect) {
      const reply: Reply = { kind: 'refused', code: effect.refusal, detail: effect.detail };
      settle(command, reply);
      await notifyLive(em, {
        assigneeIds: [],
        cycleId: null,
        procedureId: procedure.id,
        taskId: null,
        commandId: command.id,
      });
      return { result: { reply }, isRefused: true };
    }
    const { acceptedAt, actorId } = command;
    Object.assign(task, {
      state: 'done',
      closedAt: acceptedAt,
      decision: input.decision,
      decidedById: actorId,
      isLate: acceptedAt > task.dueAt,
      nextStepAt: null,
    });
    const reason = textIn(
      command.arguments,
      input.decision === 'approve' || input.decision === 'resubmit' ? 'note' : 'reason',
    );
    const story: StoryEvent[] = [
      {
        kind: STORY[input.decision],
        at: acceptedAt,
        data: { taskKind: task.kind, round: task.round, isLate: task.isLate, reason },
      },
      ...(effect.story ?? []),
    ];
    const onBehalfOfPositionId = command.onBehalfOfPositionId ?? null;
    await finishStep(
      context,
      input,
      story.map((event) => ({ taskId: task.id, actorId, onBehalfOfPositionId, ...event })),
      { task, reason, commandId: command.id },
    );
    const reply: Reply = { kind: 'applied', seq: procedure.seq, taskId: task.id, at: acceptedAt.getTime() };
    settle(command, reply);
    return { result: { reply, dates: datesOf(procedure) } };
  });
}

const STORY = {
  approve: 'procedureApproved',
  return: 'procedureReturned',
  reject: 'procedureRejected',
  resubmit: 'procedureResubmitted',
} as const;

async function effectOf(
  context: ProcedureContext,
  input: ProcedureDecisionInput,
  command: Command,
  task: Task,
): Promise<ProcedureEffect> {
  const { em, procedure, at } = context;
  const refusal = await refusalOf({ em, task, command, today: civilDate(at, procedure.timeZone as IndonesianZone) });
  if (refusal) return refusal;
  if (!input.transition.closes.includes(task.step)) return { refusal: 'process.stepNotOpen' };
  const { decided } = PROCEDURE_HANDLERS[context.procedure.kind];
  return decided ? decided({ ...context, task, command, acceptedAt: command.acceptedAt }) : {};
}

/** The two dates of a procedure as its workflow counts them. */
export const datesOf = ({ expiresAt, effectiveAt }: Procedure): ProcedureDates => ({
  expiresAt: expiresAt?.getTime() ?? null,
  effectiveAt: effectiveAt?.getTime() ?? null,
});

/** A text argument, or null when it is empty. */
function textIn(args: Record<string, unknown>, key: string): string | null {
  const text = args[key];
  return typeof text === 'string' && text.trim() ? text : null;
}

async function transaction<Result>(
  deps: ActivityDependencies,
  input: ProcedureStepInput,
  key: string,
  body: (context: ProcedureContext) => Promise<{ result: Result; isRefused?: boolean; isPostponed?: boolean }>,
): Promise<Result> {
  return forkOf(deps).transactional(async (inner) => {
    const em = inner as EntityManager;
    const procedure = await em.findOneOrFail(
      Procedure,
      { id: input.procedureId },
      { lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const done = await em.findOne(Effect, { key });
    if (done) return done.reply as Result;
    if (procedure.gen !== input.gen || procedure.seq !== input.seq) throw fenced(procedure, input);
    const inForce = await deps.ruleBook.rulesFor(em, procedure.ruleSetId, procedure.timeZone);
    const { phase, outcome } = input.transition;
    const { result, isRefused, isPostponed } = await body({
      em,
      procedure,
      inForce,
      at: new Date(input.at),
      phase,
      outcome,
    });
    if (isPostponed) return result;
    if (!isRefused) procedure.seq += 1;
    const reply = result ?? ({} as Result);
    em.persist(em.create(Effect, { key, reply }));
    return reply;
  });
}

type Decided = { task: Task; reason: string | null; commandId: string };

async function finishStep(
  context: ProcedureContext,
  input: ProcedureStepInput,
  story: StoryEvent[],
  decided?: Decided,
): Promise<void> {
  const { em, procedure, at } = context;
  const lapsed = await lapseProcedureTasks(
    context,
    input.transition.closes.filter((step) => step !== decided?.task.step),
  );
  const opened = await openProcedureTasks(context, input.transition.opens, decided?.reason ?? null);
  procedure.stage = input.stage;
  const lines = [...story, ...lapsedStory(lapsed, at), ...opened.story];
  if (context.phase === 'finished') {
    Object.assign(procedure, { state: 'finished', outcome: context.outcome, finishedAt: at });
    lines.push({ kind: 'procedureFinished', at, data: { outcome: context.outcome } });
    await tellOpener(context, decided?.reason ?? null);
  }
  tellProcedureStory(em, procedure, lines);
  const changed = [...lapsed, ...opened.tasks].map((task) => task.assigneeId);
  await notifyLive(em, {
    assigneeIds: changed,
    cycleId: null,
    procedureId: procedure.id,
    taskId: opened.tasks[0]?.id ?? null,
    ...(decided && { commandId: decided.commandId }),
  });
}

/**
 * The person concerned, and who opened the procedure, hear how it ended. `data.mailTo` is another address they proved to be theirs; it hears what somebody
 * decided, but not that nobody did: of an unknown number nobody decides either.
 */
async function tellOpener({ em, procedure, outcome, at }: ProcedureContext, reason: string | null): Promise<void> {
  if (outcome === 'granted' && PROCEDURE_HANDLERS[procedure.kind].saysGranted) return;
  await em.flush();
  const { mailTo } = procedure.data;
  const mail = {
    template: 'procedure-finished' as const,
    taskId: null,
    cycleId: null,
    procedureId: procedure.id,
    createdAt: at,
    data: { outcome, reason },
    ...(typeof mailTo === 'string' && outcome !== 'expired' && { address: mailTo }),
  };
  const people = [...new Set([procedure.employeeId, procedure.openedById])];
  await writeMails(
    em,
    people.map((id) => ({ ...mail, assignee: { kind: 'employee', id } })),
  );
}
