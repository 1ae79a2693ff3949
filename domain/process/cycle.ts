import {
  CYCLE_TASK_RULES,
  taskKindOf,
  type CycleDecision,
  type FollowUp,
  type CycleStage,
  type CycleTaskKind,
} from './tasks.ts';

/**
 * The process of one performance cycle (employee × position segment × year) as a pure decider:
 * `decide` says what a decision or a boundary changes, `evolve` applies it.
 * Workflows run it to know what to wait for; tests simulate whole years with it.
 * Strands run side by side: the SKP, every report period and the appraisal never wait for one another's lateness.
 */

/** One strand of the cycle that can wait for one person at a time. `report:3` is the third report period. */
export type Step = 'skp' | `report:${number}` | 'appraisal' | 'followUp';

export type OpenTask = { kind: CycleTaskKind; round: number };

export type CycleProcess = {
  /** Open human tasks by strand. */
  open: { [step in Step]?: OpenTask };
  /** Submission rounds by strand, so that a returned item comes back as round 2, 3, … */
  rounds: { [step in Step]?: number };
  appraisal: 'notOpen' | 'running' | 'final';
  followUp: FollowUp | null;
  ending: 'none' | 'segmentEnded' | 'died';
  finished: boolean;
};

/** A moment of the calendar that moves the process on. */
export type Boundary =
  | { kind: 'cycleStarted' }
  | { kind: 'periodOpened'; periodNo: number }
  | { kind: 'appraisalOpened' }
  | { kind: 'selfAssessmentLapsed' }
  | { kind: 'objectionWindowClosed' }
  | { kind: 'improvementPeriodEnded' };

/** A fact from the personnel administration. */
export type Fact = { kind: 'segmentEnded' } | { kind: 'employeeDied' };

export type Trigger =
  | { kind: 'decision'; decision: CycleDecision; step: Step; followUp?: FollowUp }
  | { kind: 'boundary'; boundary: Boundary }
  | { kind: 'fact'; fact: Fact };

/** What a trigger changes: tasks to close, tasks to open, and whether the cycle is finished. */
export type Transition = {
  closes: readonly Step[];
  opens: readonly { step: Step; kind: CycleTaskKind; round: number }[];
  appraisal?: CycleProcess['appraisal'];
  followUp?: FollowUp;
  ending?: CycleProcess['ending'];
  finishes: boolean;
};

export type Refusal = 'process.stepNotOpen' | 'process.finished';

export type Decided = { ok: true; transition: Transition } | { ok: false; code: Refusal };

export const newProcess = (): CycleProcess => ({
  open: {},
  rounds: {},
  appraisal: 'notOpen',
  followUp: null,
  ending: 'none',
  finished: false,
});

export const reportStep = (periodNo: number): Step => `report:${periodNo}`;

/** Period number of a report strand, or null for the other strands. */
export function periodOf(step: Step): number | null {
  return step.startsWith('report:') ? Number(step.slice('report:'.length)) : null;
}

/** The strand whose open task a decision answers; reports name their period. */
export function stepOf(decision: CycleDecision, periodNo: number | null): Step {
  const kind = taskKindOf(decision);
  if (kind === 'draftSkp' || kind === 'approveSkp') return 'skp';
  if (kind === 'submitReport' || kind === 'reviewReport') return reportStep(periodNo ?? 0);
  return kind === 'selfAssess' ||
    kind === 'appraise' ||
    kind === 'acknowledgeResult' ||
    kind === 'decideObjection' ||
    kind === 'evaluate'
    ? 'appraisal'
    : 'followUp';
}

const FOLLOW_UP_TASK: Record<Exclude<FollowUp, 'none'>, CycleTaskKind> = {
  rewardProposal: 'proposeReward',
  guidance: 'giveGuidance',
  improvementPlan: 'planImprovement',
};

/** Says what a trigger changes. A decision on a strand that does not wait for it is refused; a boundary out of place changes nothing. */
export function decide(state: CycleProcess, trigger: Trigger): Decided {
  if (state.finished) return { ok: false, code: 'process.finished' };
  if (trigger.kind === 'decision') return onDecision(state, trigger);
  return {
    ok: true,
    transition: trigger.kind === 'boundary' ? onBoundary(state, trigger.boundary) : onFact(state, trigger.fact),
  };
}

/** Applies a transition; never mutates. */
export function evolve(state: CycleProcess, transition: Transition): CycleProcess {
  const open = { ...state.open };
  const rounds = { ...state.rounds };
  for (const step of transition.closes) delete open[step];
  for (const { step, kind, round } of transition.opens) {
    open[step] = { kind, round };
    rounds[step] = round;
  }
  return {
    open,
    rounds,
    appraisal: transition.appraisal ?? state.appraisal,
    followUp: transition.followUp ?? state.followUp,
    ending: transition.ending ?? state.ending,
    finished: transition.finishes,
  };
}

const nothing: Transition = { closes: [], opens: [], finishes: false };

function onDecision(state: CycleProcess, trigger: Extract<Trigger, { kind: 'decision' }>): Decided {
  const { decision, step } = trigger;
  const waiting = state.open[step];
  if (waiting?.kind !== taskKindOf(decision)) return { ok: false, code: 'process.stepNotOpen' };
  const next = (kind: CycleTaskKind, round = waiting.round): Transition => ({
    closes: [step],
    opens: [{ step, kind, round }],
    finishes: false,
  });
  const close: Transition = { closes: [step], opens: [], finishes: false };
  return { ok: true, transition: transitionOf() };

  function transitionOf(): Transition {
    switch (decision) {
      case 'submitSkp':
        return next('approveSkp');
      case 'returnSkp':
        return next('draftSkp', waiting!.round + 1);
      case 'submitReport':
        return next('reviewReport');
      case 'returnReport':
        return next('submitReport', waiting!.round + 1);
      case 'approveSkp':
      case 'acceptReport':
        return close;
      case 'submitSelfAssessment':
        return next('appraise');
      case 'rateEmployee':
        return { ...next('acknowledgeResult'), followUp: trigger.followUp ?? 'none' };
      case 'fileObjection':
        return next('decideObjection');
      case 'acknowledgeResult':
        return next('evaluate');
      case 'decideObjection':
        return { ...next('evaluate'), followUp: trigger.followUp ?? state.followUp ?? 'none' };
      case 'recordEvaluation':
        return afterEvaluation(state);
      case 'recordImprovementPlan':
        return close;
      case 'recordRewardProposal':
      case 'recordGuidance':
      case 'concludeImprovement':
        return finish(state);
    }
  }
}

/** A segment that ended early is appraised, but only the cycle that runs to the end of the year has a follow-up. */
function afterEvaluation(state: CycleProcess): Transition {
  const followUp = state.ending === 'segmentEnded' ? 'none' : (state.followUp ?? 'none');
  if (followUp === 'none') return { ...finish(state), appraisal: 'final', followUp };
  return {
    closes: ['appraisal'],
    opens: [{ step: 'followUp', kind: FOLLOW_UP_TASK[followUp], round: 1 }],
    appraisal: 'final',
    finishes: false,
  };
}

/** Ends the cycle: what is still open (a report that never came) lapses. */
function finish(state: CycleProcess): Transition {
  return { closes: Object.keys(state.open) as Step[], opens: [], finishes: true };
}

function onBoundary(state: CycleProcess, boundary: Boundary): Transition {
  const opens = (step: Step, kind: CycleTaskKind): Transition => ({
    closes: [],
    opens: [{ step, kind, round: 1 }],
    finishes: false,
  });
  switch (boundary.kind) {
    case 'cycleStarted':
      return state.rounds.skp ? nothing : opens('skp', 'draftSkp');
    case 'periodOpened': {
      const step = reportStep(boundary.periodNo);
      return state.rounds[step] ? nothing : opens(step, 'submitReport');
    }
    case 'appraisalOpened':
      return state.appraisal === 'notOpen' ? { ...opens('appraisal', 'selfAssess'), appraisal: 'running' } : nothing;
    case 'selfAssessmentLapsed':
      return state.open.appraisal?.kind === 'selfAssess' ? replace('appraisal', 'appraise') : nothing;
    case 'objectionWindowClosed':
      return state.open.appraisal?.kind === 'acknowledgeResult' ? replace('appraisal', 'evaluate') : nothing;
    case 'improvementPeriodEnded':
      return state.followUp === 'improvementPlan' && !state.open.followUp
        ? opens('followUp', 'concludeImprovement')
        : nothing;
  }
  function replace(step: Step, kind: CycleTaskKind): Transition {
    return { closes: [step], opens: [{ step, kind, round: 1 }], finishes: false };
  }
}

function onFact(state: CycleProcess, fact: Fact): Transition {
  if (fact.kind === 'employeeDied') return { ...finish(state), ending: 'died' };
  if (state.ending !== 'none') return nothing;
  if (state.appraisal !== 'notOpen') return { ...nothing, ending: 'segmentEnded' };
  return {
    closes: state.open.skp ? ['skp'] : [],
    opens: [{ step: 'appraisal', kind: 'selfAssess', round: 1 }],
    appraisal: 'running',
    ending: 'segmentEnded',
    finishes: false,
  };
}

/** The stage people see: the furthest strand that is open. */
export function stageOf(state: CycleProcess): CycleStage | 'finished' {
  if (state.finished) return 'finished';
  if (state.appraisal === 'final') return 'followUp';
  if (state.open.appraisal) return CYCLE_TASK_RULES[state.open.appraisal.kind].stage;
  return state.open.skp ? 'skp' : 'reporting';
}
