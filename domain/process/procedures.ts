/**
 * Procedures: administrative matters other than a performance cycle that people decide in the same inbox (the publication of a
 * guideline, a registration, a correction …). One table says for each kind which steps it has, who is asked and what each decision leads
 * to; a pure decider runs it. How to add a kind: `workflows/procedure/README.md`.
 */

export type ProcedureKind =
  | 'guidelinePublication'
  | 'ruleSetApproval'
  | 'accountRegistration'
  | 'correctionRequest'
  | 'secondFactorReset';

export type ProcedureTaskKind =
  | 'reviewGuideline'
  | 'approveGuideline'
  | 'reviseGuideline'
  | 'approveRuleSet'
  | 'confirmRuleSet'
  | 'reviseRuleSet'
  | 'approveRegistration'
  | 'decideCorrection'
  | 'approveSecondFactorReset'
  | 'confirmSecondFactorReset';

/** A decision is also the name of the workflow update that carries it. */
export type ProcedureDecision = 'approve' | 'return' | 'reject' | 'resubmit';

export const PROCEDURE_DECISIONS: readonly ProcedureDecision[] = ['approve', 'return', 'reject', 'resubmit'];

/** Whose desk a task goes to; `opener` is who opened the procedure and has to revise what is returned. */
export type ProcedureRole = 'opener' | 'personnelOfficer' | 'agencyAdmin' | 'ppk';

export type ProcedureOutcome = 'granted' | 'rejected' | 'withdrawn' | 'expired';

/** What a decision leads to: another step, the effective date, or the end. */
export type Goal = { to: string } | { ends: ProcedureOutcome } | 'effectiveDate';

export type ProcedureStepRule = {
  task: ProcedureTaskKind;
  /** The first role in this order whose desk has somebody who may decide is asked. */
  asks: readonly ProcedureRole[];
  decisions: Partial<Record<ProcedureDecision, Goal>>;
  dueWorkingDays: number;
};

export type ProcedureRule = {
  firstStep: string;
  steps: Readonly<Record<string, ProcedureStepRule>>;
  /** Calendar days after the start at which an undecided procedure ends; null when it never does. */
  expiresAfterDays: number | null;
};

export const PROCEDURES: Readonly<Record<ProcedureKind, ProcedureRule>> = {
  guidelinePublication: {
    firstStep: 'review',
    expiresAfterDays: null,
    steps: {
      review: {
        task: 'reviewGuideline',
        asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
        dueWorkingDays: 5,
        decisions: { approve: { to: 'approval' }, return: { to: 'revision' } },
      },
      approval: {
        task: 'approveGuideline',
        asks: ['ppk', 'agencyAdmin'],
        dueWorkingDays: 5,
        decisions: { approve: 'effectiveDate', return: { to: 'revision' } },
      },
      revision: {
        task: 'reviseGuideline',
        asks: ['opener'],
        dueWorkingDays: 5,
        decisions: { resubmit: { to: 'review' } },
      },
    },
  },
  ruleSetApproval: {
    firstStep: 'first',
    expiresAfterDays: null,
    steps: {
      first: {
        task: 'approveRuleSet',
        asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
        dueWorkingDays: 5,
        decisions: { approve: { to: 'second' }, return: { to: 'revision' } },
      },
      second: {
        task: 'confirmRuleSet',
        asks: ['ppk', 'agencyAdmin', 'personnelOfficer'],
        dueWorkingDays: 5,
        decisions: { approve: 'effectiveDate', return: { to: 'revision' } },
      },
      revision: {
        task: 'reviseRuleSet',
        asks: ['opener'],
        dueWorkingDays: 5,
        decisions: { resubmit: { to: 'first' } },
      },
    },
  },
  accountRegistration: {
    firstStep: 'approval',
    expiresAfterDays: 14,
    steps: {
      approval: {
        task: 'approveRegistration',
        asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
        dueWorkingDays: 3,
        decisions: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } },
      },
    },
  },
  correctionRequest: {
    firstStep: 'decision',
    expiresAfterDays: null,
    steps: {
      decision: {
        task: 'decideCorrection',
        asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
        dueWorkingDays: 5,
        decisions: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } },
      },
    },
  },
  secondFactorReset: {
    firstStep: 'first',
    expiresAfterDays: 7,
    steps: {
      first: {
        task: 'approveSecondFactorReset',
        asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
        dueWorkingDays: 1,
        decisions: { approve: { to: 'second' }, reject: { ends: 'rejected' } },
      },
      second: {
        task: 'confirmSecondFactorReset',
        asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
        dueWorkingDays: 1,
        decisions: { approve: { ends: 'granted' }, reject: { ends: 'rejected' } },
      },
    },
  },
};

export const PROCEDURE_KINDS = Object.keys(PROCEDURES) as ProcedureKind[];

/** Where a kind of task stands in the table. */
export type ProcedureTaskRule = ProcedureStepRule & { procedure: ProcedureKind; step: string };

const RULES = PROCEDURE_KINDS.flatMap((procedure) =>
  Object.entries(PROCEDURES[procedure].steps).map(([step, rule]): ProcedureTaskRule => ({ ...rule, procedure, step })),
);

/** The rule of each kind of task. */
export const PROCEDURE_TASKS = Object.fromEntries(RULES.map((rule) => [rule.task, rule])) as Readonly<
  Record<ProcedureTaskKind, ProcedureTaskRule>
>;

export const PROCEDURE_TASK_KINDS = RULES.map(({ task }) => task);

/** The decisions that answer a kind of task. */
export const decisionsOf = (kind: ProcedureTaskKind): ProcedureDecision[] =>
  Object.keys(PROCEDURE_TASKS[kind].decisions) as ProcedureDecision[];

/** Tasks that only the opener can do; nobody else can be asked. */
export const isOpenersTask = (kind: ProcedureTaskKind): boolean => PROCEDURE_TASKS[kind].asks.includes('opener');

export type OpenProcedureTask = { step: string; kind: ProcedureTaskKind; round: number };

export type ProcedureProcess = {
  kind: ProcedureKind;
  phase: 'new' | 'running' | 'waiting' | 'finished';
  open: OpenProcedureTask | null;
  /** Rounds by step, so that a returned item comes back as round 2, 3, … */
  rounds: Record<string, number>;
  outcome: ProcedureOutcome | null;
};

/** A moment of the calendar: the approved matter takes effect, or nobody decided in time. */
export type ProcedureBoundary = 'effective' | 'expired';

export type ProcedureTrigger =
  | { kind: 'started' }
  | { kind: 'decision'; decision: ProcedureDecision }
  | { kind: 'boundary'; boundary: ProcedureBoundary }
  | { kind: 'withdrawn' };

export type ProcedureTransition = {
  closes: readonly string[];
  opens: readonly OpenProcedureTask[];
  phase: ProcedureProcess['phase'];
  outcome: ProcedureOutcome | null;
};

export type ProcedureDecided =
  | { ok: true; transition: ProcedureTransition }
  | { ok: false; code: 'process.stepNotOpen' | 'process.finished' };

export const newProcedure = (kind: ProcedureKind): ProcedureProcess => ({
  kind,
  phase: 'new',
  open: null,
  rounds: {},
  outcome: null,
});

/** Says what a trigger changes. A decision nobody waits for is refused; a boundary or withdrawal out of place is, too, and changes nothing. */
export function decideProcedure(state: ProcedureProcess, trigger: ProcedureTrigger): ProcedureDecided {
  if (state.phase === 'finished') return { ok: false, code: 'process.finished' };
  const transition = transitionOf(state, trigger);
  return transition ? { ok: true, transition } : { ok: false, code: 'process.stepNotOpen' };
}

/** Applies a transition; never mutates. */
export function evolveProcedure(
  state: ProcedureProcess,
  { opens, phase, outcome }: ProcedureTransition,
): ProcedureProcess {
  const [open = null] = opens;
  return {
    kind: state.kind,
    phase,
    outcome,
    open,
    rounds: open ? { ...state.rounds, [open.step]: open.round } : state.rounds,
  };
}

function transitionOf(state: ProcedureProcess, trigger: ProcedureTrigger): ProcedureTransition | null {
  switch (trigger.kind) {
    case 'started':
      return state.phase === 'new' ? goTo(state, { to: PROCEDURES[state.kind].firstStep }) : null;
    case 'decision': {
      const goal = state.open && PROCEDURE_TASKS[state.open.kind].decisions[trigger.decision];
      return goal ? goTo(state, goal) : null;
    }
    case 'withdrawn':
      return state.open ? goTo(state, { ends: 'withdrawn' }) : null;
    case 'boundary':
      if (trigger.boundary === 'effective') return state.phase === 'waiting' ? goTo(state, { ends: 'granted' }) : null;
      return state.open ? goTo(state, { ends: 'expired' }) : null;
  }
}

function goTo(state: ProcedureProcess, goal: Goal): ProcedureTransition {
  const closes = state.open ? [state.open.step] : [];
  if (goal === 'effectiveDate') return { closes, opens: [], phase: 'waiting', outcome: null };
  if ('ends' in goal) return { closes, opens: [], phase: 'finished', outcome: goal.ends };
  const { task } = PROCEDURES[state.kind].steps[goal.to]!;
  return {
    closes,
    opens: [{ step: goal.to, kind: task, round: (state.rounds[goal.to] ?? 0) + 1 }],
    phase: 'running',
    outcome: null,
  };
}

/** Where a procedure stands, in one word: the open step, waiting for its date, or finished. */
export const procedureStageOf = ({ phase, open }: ProcedureProcess): string => open?.step ?? phase;
