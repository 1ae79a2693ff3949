import { NOTHING, type Decided, type Decider, type MatterProcess, type Transition, type Trigger } from './matter.ts';
import {
  PROCEDURE_DECISIONS,
  type DecisionOf,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureTaskKind,
  type TaskKindOf,
} from './tasks.ts';
import { TASKS } from './task-table.ts';

/**
 * Procedures: administrative matters other than a performance cycle that people decide in the same inbox (the publication of a
 * guideline, a registration, a correction …). One table says for each kind what each decision leads to; one pure decider runs it. Who is
 * asked and until when stands in `tasks.ts`. How to add a kind: CONTRIBUTING.md.
 */

export type ProcedureOutcome = 'granted' | 'rejected' | 'withdrawn' | 'expired';

/** What a decision leads to: another task, the effective date, or the end. */
export type Goal<K extends ProcedureKind = ProcedureKind> =
  | { to: TaskKindOf<K> }
  | { ends: ProcedureOutcome }
  | 'effectiveDate';

export type ProcedureRule<K extends ProcedureKind = ProcedureKind> = {
  first: TaskKindOf<K>;
  goals: { readonly [T in TaskKindOf<K>]: Readonly<Record<DecisionOf<T>, Goal<K>>> };
  /** Calendar days after the start at which an undecided procedure ends; null when it never does. */
  expiresAfterDays: number | null;
};

/** A hole in this table does not compile: every task of a kind, and every decision that answers it, leads somewhere. */
export const PROCEDURES: { readonly [K in ProcedureKind]: ProcedureRule<K> } = {
  guidelinePublication: {
    first: 'reviewGuideline',
    expiresAfterDays: null,
    goals: {
      reviewGuideline: { approve: { to: 'approveGuideline' }, return: { to: 'reviseGuideline' } },
      approveGuideline: { approve: 'effectiveDate', return: { to: 'reviseGuideline' } },
      reviseGuideline: { resubmit: { to: 'reviewGuideline' } },
    },
  },
  ruleSetApproval: {
    first: 'approveRuleSet',
    expiresAfterDays: null,
    goals: {
      approveRuleSet: { approve: { to: 'confirmRuleSet' }, return: { to: 'reviseRuleSet' } },
      confirmRuleSet: { approve: 'effectiveDate', return: { to: 'reviseRuleSet' } },
      reviseRuleSet: { resubmit: { to: 'approveRuleSet' } },
    },
  },
  accountRegistration: {
    first: 'approveRegistration',
    expiresAfterDays: 14,
    goals: { approveRegistration: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } } },
  },
  correctionRequest: {
    first: 'decideCorrection',
    expiresAfterDays: null,
    goals: { decideCorrection: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } } },
  },
  secondFactorReset: {
    first: 'approveSecondFactorReset',
    expiresAfterDays: 7,
    goals: {
      approveSecondFactorReset: { approve: { to: 'confirmSecondFactorReset' }, reject: { ends: 'rejected' } },
      confirmSecondFactorReset: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } },
    },
  },
};

export type ProcedureProcess = MatterProcess & {
  phase: 'new' | 'running' | 'waiting' | 'finished';
  outcome: ProcedureOutcome | null;
};

/** A moment of the calendar: the approved matter takes effect, or nobody decided in time. */
export type ProcedureBoundaryKind = 'effective' | 'expired';

/** Who opened it takes it back. */
export type ProcedureFact = { kind: 'withdrawn'; factId: string; actorId: string };

type ProcedureTransition = Transition<ProcedureProcess>;

export const newProcedure: ProcedureProcess = { open: {}, rounds: {}, finished: false, phase: 'new', outcome: null };

/** The decider of one kind. */
export const procedureDecider = (kind: ProcedureKind): Decider<ProcedureProcess> => ({
  initial: newProcedure,
  decisions: PROCEDURE_DECISIONS,
  decide: (state, trigger) => decideProcedure(kind, state, trigger),
  stageOf: procedureStageOf,
});

/** Says what a trigger changes. A decision nobody waits for is refused; a boundary or a withdrawal out of place changes nothing. */
export function decideProcedure(
  kind: ProcedureKind,
  state: ProcedureProcess,
  trigger: Trigger,
): Decided<ProcedureProcess> {
  if (state.finished) return { ok: false, code: 'process.finished' };
  if (trigger.kind !== 'decision') return { ok: true, transition: onEvent(kind, state, trigger) ?? NOTHING };
  const waiting = state.open[trigger.slot];
  const goal = waiting && goalOf(kind, waiting.kind as ProcedureTaskKind, trigger.decision as ProcedureDecision);
  return goal ? { ok: true, transition: goTo(state, goal) } : { ok: false, code: 'process.stepNotOpen' };
}

/** What a decision on a kind of task leads to; undefined when it does not answer it. */
export function goalOf(kind: ProcedureKind, task: ProcedureTaskKind, decision: ProcedureDecision): Goal | undefined {
  const goals: Partial<Record<ProcedureTaskKind, Partial<Record<ProcedureDecision, Goal>>>> = PROCEDURES[kind].goals;
  return goals[task]?.[decision];
}

/** Where a procedure stands, in one word: the open step, `new`, `waiting` for its date, or `finished`. */
export const procedureStageOf = (state: ProcedureProcess): string => openSlots(state)[0] ?? state.phase;

const openSlots = (state: ProcedureProcess): string[] => Object.keys(state.open);

function onEvent(
  kind: ProcedureKind,
  state: ProcedureProcess,
  trigger: Exclude<Trigger, { kind: 'decision' }>,
): ProcedureTransition | null {
  const isAsked = openSlots(state).length > 0;
  switch (trigger.kind) {
    case 'started':
      return state.phase === 'new' ? goTo(state, { to: PROCEDURES[kind].first }) : null;
    case 'fact':
      return trigger.fact.kind === 'withdrawn' && isAsked ? goTo(state, { ends: 'withdrawn' }) : null;
    case 'boundary':
      if (trigger.boundary.kind === 'effective')
        return state.phase === 'waiting' ? goTo(state, { ends: 'granted' }) : null;
      return trigger.boundary.kind === 'expired' && isAsked ? goTo(state, { ends: 'expired' }) : null;
  }
}

function goTo(state: ProcedureProcess, goal: Goal): ProcedureTransition {
  const closes = openSlots(state);
  if (goal === 'effectiveDate')
    return { closes, opens: [], sets: { phase: 'waiting', outcome: null }, finishes: false };
  if ('ends' in goal) return { closes, opens: [], sets: { phase: 'finished', outcome: goal.ends }, finishes: true };
  const { strand: slot } = TASKS[goal.to];
  return {
    closes,
    opens: [{ slot, kind: goal.to, round: (state.rounds[slot] ?? 0) + 1 }],
    sets: { phase: 'running', outcome: null },
    finishes: false,
  };
}
