import type { FollowUp } from '../rewards-and-sanctions/follow-up.ts';
import {
  evolve,
  NOTHING,
  type Boundary,
  type Decided,
  type Decider,
  type Fact,
  type MatterProcess,
  type Slot,
  type Transition,
  type Trigger,
} from './matter.ts';
import { answers, CYCLE_DECISIONS, type CycleDecision, type CycleStage, type CycleTaskKind } from './tasks.ts';
import { TASKS } from './task-table.ts';

/**
 * The process of one performance cycle (employee × position segment × year) as a pure decider: `decideCycle` says what a decision, a boundary
 * of the calendar or a fact changes. Strands run side by side: the SKP, every report period and the appraisal never wait for one another's lateness.
 */

/** A strand of the year. `report:3` is the third report period. */
export type CycleStrand = 'skp' | `report:${number}` | 'appraisal' | 'followUp';

export type CycleProcess = MatterProcess & {
  appraisal: 'notOpen' | 'running' | 'final';
  followUp: FollowUp | null;
  ending: 'none' | 'segmentEnded' | 'died';
};

/** A moment of the calendar that moves the year on. */
export type CycleBoundary =
  | { kind: 'periodOpened'; periodNo: number }
  | { kind: 'appraisalOpened' }
  | { kind: 'selfAssessmentLapsed' }
  | { kind: 'objectionWindowClosed' }
  | { kind: 'improvementPeriodEnded' };

export type CycleBoundaryKind = CycleBoundary['kind'];

/** A fact about the person or their cycle; `factId` makes a repeated message harmless. */
export type CycleFact = { factId: string } & (
  | { kind: 'superiorChanged' }
  | { kind: 'segmentEnded'; reason: 'transferred' | 'retired' }
  | { kind: 'employeeDied' }
  | { kind: 'ruleSetAmended'; ruleSetId: string }
);

export type CycleFactKind = CycleFact['kind'];

type CycleTransition = Transition<CycleProcess>;

export const newCycle: CycleProcess = {
  open: {},
  rounds: {},
  finished: false,
  appraisal: 'notOpen',
  followUp: null,
  ending: 'none',
};

export const reportStrand = (periodNo: number): CycleStrand => `report:${periodNo}`;

/** Period number of a report's slot, or null for the other strands. */
export function periodOf(slot: Slot): number | null {
  const match = /^report:(\d+)/.exec(slot);
  return match ? Number(match[1]) : null;
}

const FOLLOW_UP_TASK: Record<Exclude<FollowUp, 'none'>, CycleTaskKind> = {
  rewardProposal: 'proposeReward',
  guidance: 'giveGuidance',
  improvementPlan: 'planImprovement',
};

/** Says what a trigger changes. A decision on a slot that does not wait for it is refused; a boundary or fact out of place changes nothing. */
export function decideCycle(state: CycleProcess, trigger: Trigger): Decided<CycleProcess> {
  if (state.finished) return { ok: false, code: 'process.finished' };
  switch (trigger.kind) {
    case 'started':
      return { ok: true, transition: state.rounds['skp'] ? NOTHING : opening('skp', 'draftSkp') };
    case 'decision':
      return onDecision(state, trigger);
    case 'boundary':
      return { ok: true, transition: onBoundary(state, trigger.boundary) };
    case 'fact':
      return { ok: true, transition: onFact(state, trigger.fact) };
  }
}

/** The stage people see: the furthest strand that is open. */
export function cycleStageOf(state: CycleProcess): CycleStage | 'finished' {
  if (state.finished) return 'finished';
  if (state.appraisal === 'final') return 'followUp';
  const appraising = state.open['appraisal'];
  if (appraising) return TASKS[appraising.kind as CycleTaskKind].stage;
  return state.open['skp'] ? 'skp' : 'reporting';
}

export const cycleDecider: Decider<CycleProcess> = {
  initial: newCycle,
  decisions: CYCLE_DECISIONS,
  decide: decideCycle,
  stageOf: cycleStageOf,
};

/** A cycle right after its start. */
export const startedCycle = (): CycleProcess => evolve(newCycle, opening('skp', 'draftSkp'));

const opening = (slot: CycleStrand, kind: CycleTaskKind): CycleTransition => ({
  closes: [],
  opens: [{ slot, kind, round: 1 }],
  finishes: false,
});

const replacing = (slot: CycleStrand, kind: CycleTaskKind): CycleTransition => ({
  ...opening(slot, kind),
  closes: [slot],
});

/** What decides a follow-up is known to the step only (the predikat): it comes with `sets`. */
function onDecision(state: CycleProcess, trigger: Extract<Trigger, { kind: 'decision' }>): Decided<CycleProcess> {
  const { slot } = trigger;
  const decision = trigger.decision as CycleDecision;
  const waiting = state.open[slot];
  if (!waiting || !answers(decision, waiting.kind)) return { ok: false, code: 'process.stepNotOpen' };
  const { round } = waiting;
  const next = (kind: CycleTaskKind, inRound = round): CycleTransition => ({
    closes: [slot],
    opens: [{ slot, kind, round: inRound }],
    finishes: false,
  });
  const close: CycleTransition = { closes: [slot], opens: [], finishes: false };
  return { ok: true, transition: transitionOf() };

  function transitionOf(): CycleTransition {
    switch (decision) {
      case 'submitSkp':
        return next('approveSkp');
      case 'returnSkp':
        return next('draftSkp', round + 1);
      case 'submitReport':
        return next('reviewReport');
      case 'returnReport':
        return next('submitReport', round + 1);
      case 'approveSkp':
      case 'acceptReport':
        return close;
      case 'submitSelfAssessment':
        return next('appraise');
      case 'rateEmployee':
        return next('acknowledgeResult');
      case 'fileObjection':
        return next('decideObjection');
      case 'acknowledgeResult':
      case 'decideObjection':
        return next('evaluate');
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
function afterEvaluation(state: CycleProcess): CycleTransition {
  const followUp = state.ending === 'segmentEnded' ? 'none' : (state.followUp ?? 'none');
  if (followUp === 'none') return { ...finish(state), sets: { appraisal: 'final', followUp } };
  return {
    closes: ['appraisal'],
    opens: [{ slot: 'followUp', kind: FOLLOW_UP_TASK[followUp], round: 1 }],
    sets: { appraisal: 'final' },
    finishes: false,
  };
}

/** Ends the cycle: what is still open (a report that never came) lapses. */
function finish(state: CycleProcess): CycleTransition {
  return { closes: Object.keys(state.open), opens: [], finishes: true };
}

function onBoundary(state: CycleProcess, boundary: Boundary): CycleTransition {
  const { kind, periodNo } = boundary as { kind: CycleBoundaryKind; periodNo?: number };
  switch (kind) {
    case 'periodOpened': {
      const slot = reportStrand(periodNo ?? 0);
      return state.rounds[slot] ? NOTHING : opening(slot, 'submitReport');
    }
    case 'appraisalOpened':
      return state.appraisal === 'notOpen'
        ? { ...opening('appraisal', 'selfAssess'), sets: { appraisal: 'running' } }
        : NOTHING;
    case 'selfAssessmentLapsed':
      return state.open['appraisal']?.kind === 'selfAssess' ? replacing('appraisal', 'appraise') : NOTHING;
    case 'objectionWindowClosed':
      return state.open['appraisal']?.kind === 'acknowledgeResult' ? replacing('appraisal', 'evaluate') : NOTHING;
    case 'improvementPeriodEnded':
      return state.followUp === 'improvementPlan' && state.rounds['followUp'] && !state.open['followUp']
        ? opening('followUp', 'concludeImprovement')
        : NOTHING;
    default:
      return NOTHING;
  }
}

function onFact(state: CycleProcess, fact: Fact): CycleTransition {
  switch (fact.kind as CycleFactKind) {
    case 'employeeDied':
      return { ...finish(state), sets: { ending: 'died' } };
    case 'segmentEnded':
      return endSegment(state);
    default:
      return NOTHING;
  }
}

function endSegment(state: CycleProcess): CycleTransition {
  if (state.ending !== 'none') return NOTHING;
  if (state.appraisal !== 'notOpen') return { ...NOTHING, sets: { ending: 'segmentEnded' } };
  return {
    closes: state.open['skp'] ? ['skp'] : [],
    opens: [{ slot: 'appraisal', kind: 'selfAssess', round: 1 }],
    sets: { appraisal: 'running', ending: 'segmentEnded' },
    finishes: false,
  };
}
