import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  ProcedureActivities,
  ProcedureDates,
  ProcedureStepInput,
} from '#activities/process/procedure.contract.ts';
import {
  decideProcedure,
  evolveProcedure,
  newProcedure,
  PROCEDURE_DECISIONS,
  procedureStageOf,
  type ProcedureBoundary,
  type ProcedureDecision,
  type ProcedureProcess,
  type ProcedureTransition,
  type ProcedureTrigger,
} from '#domain/process/procedures.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { CommandRef } from '../performance-cycle/performance-cycle.messages.ts';
import { procedureState, procedureUpdates, withdrawProcedure, type ProcedureInput } from './procedure.messages.ts';

/** On the queue of the procedure itself, as those of a cycle. */
const activities = proxyActivities<ProcedureActivities>({
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '200 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: ['FENCED'],
  },
});

/**
 * One administrative matter, from its opening to its end. It waits for decisions (updates), for its withdrawal (a signal) and for one date:
 * the expiry while somebody is asked, the effective date once it is approved. Each step is one activity and one transaction, in turn.
 */
export async function procedure({ procedureId, kind, gen }: ProcedureInput): Promise<void> {
  let process: ProcedureProcess = newProcedure(kind);
  let seq = 0;
  let dates: ProcedureDates = { expiresAt: null, effectiveAt: null };
  let withdrawal: { factId: string; actorId: string } | null = null;
  let isBusy = false;

  for (const decision of PROCEDURE_DECISIONS) {
    setHandler(procedureUpdates[decision], (command) => inTurn(() => carryOut(decision, command)), {
      validator: (_command) => refuseEarly(decision),
    });
  }
  setHandler(withdrawProcedure, (message) => {
    withdrawal = message;
  });
  setHandler(procedureState, () => ({ process, seq }));

  await inTurn(start);
  while (process.phase !== 'finished') {
    await somethingToDo();
    if (withdrawal) await inTurn(withdraw);
    else if (boundaryDue()) await inTurn(cross);
  }
  await condition(allHandlersFinished);

  /** Waits for the next date, a withdrawal or the end. A decision that changes what is waited for wakes it, too. */
  async function somethingToDo(): Promise<void> {
    const at = nextDate();
    const changed = (): boolean => process.phase === 'finished' || withdrawal !== null || nextDate() !== at;
    if (at === null) await condition(changed);
    else await condition(changed, Math.max(1, at - Date.now()));
  }

  /** An approved matter without a date takes effect at once. */
  function nextDate(): number | null {
    if (process.phase === 'waiting') return dates.effectiveAt ?? 0;
    return process.open ? dates.expiresAt : null;
  }

  function boundaryDue(): ProcedureBoundary | null {
    const at = nextDate();
    if (at === null || at > Date.now()) return null;
    return process.phase === 'waiting' ? 'effective' : 'expired';
  }

  /** A decision nobody waits for leaves no trace in history; while a step is under way it is not known yet what is waited for. */
  function refuseEarly(decision: ProcedureDecision): void {
    const decided = decideProcedure(process, { kind: 'decision', decision });
    if (decided.ok) return;
    throw ApplicationFailure.nonRetryable(
      `${decision} is not waited for`,
      isBusy && process.phase !== 'finished' ? 'process.busy' : decided.code,
    );
  }

  async function carryOut(decision: ProcedureDecision, command: CommandRef): Promise<Reply> {
    const decided = decideProcedure(process, { kind: 'decision', decision });
    if (!decided.ok) return { kind: 'refused', code: decided.code };
    const { commandId, taskId } = command;
    const result = await activities.decideProcedure({ ...stepFor(decided.transition), decision, commandId, taskId });
    if (result.reply.kind === 'refused' || result.reply.seq !== seq) return result.reply;
    done(decided.transition);
    dates = result.dates ?? dates;
    return result.reply;
  }

  async function start(): Promise<void> {
    const transition = transitionFor({ kind: 'started' });
    if (!transition) return;
    dates = await activities.startProcedure({
      ...stepFor(transition),
      workflowBuild: workflowInfo().currentDeploymentVersion?.buildId ?? 'unversioned',
    });
    done(transition);
  }

  async function cross(): Promise<void> {
    const boundary = boundaryDue();
    const transition = boundary && transitionFor({ kind: 'boundary', boundary });
    if (!boundary || !transition) return;
    const result = await activities.crossProcedureBoundary({ ...stepFor(transition), boundary });
    if (result.kind === 'crossed') done(transition);
    else dates = { ...dates, expiresAt: result.until };
  }

  async function withdraw(): Promise<void> {
    const message = withdrawal!;
    withdrawal = null;
    const transition = transitionFor({ kind: 'withdrawn' });
    if (!transition) return;
    await activities.withdrawProcedure({ ...stepFor(transition), ...message });
    done(transition);
  }

  /** One step at a time. The loop, not the single wait, makes this a mutex: several waiters can wake in one task. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    while (isBusy) await condition(() => !isBusy);
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  }

  function transitionFor(trigger: ProcedureTrigger): ProcedureTransition | null {
    const decided = decideProcedure(process, trigger);
    return decided.ok ? decided.transition : null;
  }

  function stepFor(transition: ProcedureTransition): ProcedureStepInput {
    return {
      procedureId,
      seq,
      gen,
      at: Date.now(),
      transition,
      stage: procedureStageOf(evolveProcedure(process, transition)),
    };
  }

  function done(transition: ProcedureTransition): void {
    process = evolveProcedure(process, transition);
    seq += 1;
  }
}
