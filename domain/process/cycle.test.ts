import { describe, expect, it } from 'vitest';
import {
  cycleDecider,
  cycleStageOf,
  decideCycle,
  newCycle,
  periodOf,
  reportStrand,
  startedCycle,
  type CycleBoundaryKind,
  type CycleFactKind,
  type CycleProcess,
  type CycleStrand,
} from './cycle.ts';
import { evolve, NOTHING, type ProcessRefusal, type Transition, type Trigger } from './matter.ts';
import { answers, CYCLE_DECISIONS, CYCLE_TASK_KINDS, decisionsOf } from './tasks.ts';
import { TASKS } from './task-table.ts';
import type { CycleDecision, CycleTaskKind } from './tasks.ts';
import type { FollowUp } from '../rewards-and-sanctions/follow-up.ts';

/**
 * The year of one employee as a table: after what was (`given`), when this comes, then exactly that changes.
 * The words of the table are the helpers below; a change of shape in the decider touches only them.
 */

// What can come.
type Came = { trigger: Trigger; sets?: Partial<CycleProcess> };
/** The slot in which the tasks that a decision answers lie. */
function slotOf(name: CycleDecision, period = 1): CycleStrand {
  const kind = CYCLE_TASK_KINDS.find((task) => answers(name, task))!;
  const { strand } = TASKS[kind];
  return strand === 'report' ? reportStrand(period) : strand;
}
/** A decision; what the step found out besides, the follow-up of a result, comes with it. */
const decision = (name: CycleDecision, { period, ...sets }: { period?: number; followUp?: FollowUp } = {}): Came => ({
  trigger: { kind: 'decision', decision: name, slot: slotOf(name, period) },
  sets,
});
const begins: Came = { trigger: { kind: 'started' } };
const boundary = (kind: Exclude<CycleBoundaryKind, 'periodOpened'>): Came => ({
  trigger: { kind: 'boundary', boundary: { kind } },
});
const periodOpened = (periodNo: number): Came => ({
  trigger: { kind: 'boundary', boundary: { kind: 'periodOpened', periodNo } },
});
const fact = (kind: CycleFactKind): Came => ({ trigger: { kind: 'fact', fact: { kind, factId: `of ${kind}` } } });

// What it changes.
type Change = Transition<CycleProcess>;
type Expected = Change | ProcessRefusal;
const nothing: Change = NOTHING;
const opens = (slot: CycleStrand, kind: CycleTaskKind, round = 1): Change => ({
  ...nothing,
  opens: [{ slot, kind, round }],
});
const closes = (...slots: CycleStrand[]): Change => ({ ...nothing, closes: slots });
const movesTo = (slot: CycleStrand, kind: CycleTaskKind, round = 1): Change => ({
  ...opens(slot, kind, round),
  closes: [slot],
});
const finishes = (...slots: CycleStrand[]): Change => ({ ...closes(...slots), finishes: true });

type Row = { given: readonly Came[]; when: Came; expected: Expected };
const given = (...history: Came[]) => ({
  when: (when: Came) => ({
    changes: (expected: Change): Row => ({ given: history, when, expected }),
    isRefused: (expected: ProcessRefusal): Row => ({ given: history, when, expected }),
  }),
});

// How far a year has come.
const started = [begins];
const submitted = [...started, decision('submitSkp')];
const approved = [...submitted, decision('approveSkp')];
const reporting = [...approved, periodOpened(1), periodOpened(2)];
const appraising = [...approved, boundary('appraisalOpened')];
const selfAssessed = [...appraising, decision('submitSelfAssessment')];
const rated = (followUp: FollowUp) => [...selfAssessed, decision('rateEmployee', { followUp })];
const objected = (followUp: FollowUp) => [...rated(followUp), decision('fileObjection')];
const acknowledged = (followUp: FollowUp) => [...rated(followUp), decision('acknowledgeResult')];
const evaluated = (followUp: FollowUp) => [...acknowledged(followUp), decision('recordEvaluation')];
const planned = [...evaluated('improvementPlan'), decision('recordImprovementPlan')];
const finished = evaluated('none');

const TABLE: Record<string, Record<string, Row>> = {
  'the SKP': {
    'the year starts with the draft': given().when(begins).changes(opens('skp', 'draftSkp')),
    'it starts once': given(...started)
      .when(begins)
      .changes(nothing),
    'it does not start again when the SKP is approved': given(...approved)
      .when(begins)
      .changes(nothing),
    'a submission asks the superior': given(...started)
      .when(decision('submitSkp'))
      .changes(movesTo('skp', 'approveSkp')),
    'a second submission is refused': given(...submitted)
      .when(decision('submitSkp'))
      .isRefused('process.stepNotOpen'),
    'an approval ends the strand and finishes nothing': given(...submitted)
      .when(decision('approveSkp'))
      .changes(closes('skp')),
    'what is returned comes back as round 2': given(...submitted)
      .when(decision('returnSkp'))
      .changes(movesTo('skp', 'draftSkp', 2)),
    'the second submission is looked at in round 2': given(...submitted, decision('returnSkp'))
      .when(decision('submitSkp'))
      .changes(movesTo('skp', 'approveSkp', 2)),
    'what is returned twice comes back as round 3': given(...submitted, decision('returnSkp'), decision('submitSkp'))
      .when(decision('returnSkp'))
      .changes(movesTo('skp', 'draftSkp', 3)),
    'nothing can be submitted before the year starts': given()
      .when(decision('submitSkp'))
      .isRefused('process.stepNotOpen'),
  },

  'the reports': {
    'a period opens its report, also while the SKP waits': given(...submitted)
      .when(periodOpened(1))
      .changes(opens('report:1', 'submitReport')),
    'a period opens once': given(...reporting)
      .when(periodOpened(2))
      .changes(nothing),
    'a period that was accepted does not open again': given(
      ...reporting,
      decision('submitReport', { period: 1 }),
      decision('acceptReport', { period: 1 }),
    )
      .when(periodOpened(1))
      .changes(nothing),
    'a submission asks the superior, for that period only': given(...reporting)
      .when(decision('submitReport', { period: 2 }))
      .changes(movesTo('report:2', 'reviewReport')),
    'a report of a period that is not open is refused': given(...reporting)
      .when(decision('submitReport', { period: 3 }))
      .isRefused('process.stepNotOpen'),
    'the review of one period does not answer another': given(...reporting, decision('submitReport', { period: 2 }))
      .when(decision('acceptReport', { period: 1 }))
      .isRefused('process.stepNotOpen'),
    'an acceptance ends the strand': given(...reporting, decision('submitReport', { period: 2 }))
      .when(decision('acceptReport', { period: 2 }))
      .changes(closes('report:2')),
    'what is returned comes back as round 2': given(...reporting, decision('submitReport', { period: 2 }))
      .when(decision('returnReport', { period: 2 }))
      .changes(movesTo('report:2', 'submitReport', 2)),
    'the second submission is reviewed in round 2': given(
      ...reporting,
      decision('submitReport', { period: 2 }),
      decision('returnReport', { period: 2 }),
    )
      .when(decision('submitReport', { period: 2 }))
      .changes(movesTo('report:2', 'reviewReport', 2)),
    'a late report is still taken during the appraisal': given(...reporting, boundary('appraisalOpened'))
      .when(decision('submitReport', { period: 1 }))
      .changes(movesTo('report:1', 'reviewReport')),
  },

  'the appraisal': {
    'its day opens the self-assessment': given(...approved)
      .when(boundary('appraisalOpened'))
      .changes({ ...opens('appraisal', 'selfAssess'), sets: { appraisal: 'running' } }),
    'it does not wait for the SKP or for reports': given(...submitted, periodOpened(1))
      .when(boundary('appraisalOpened'))
      .changes({ ...opens('appraisal', 'selfAssess'), sets: { appraisal: 'running' } }),
    'it opens once': given(...selfAssessed)
      .when(boundary('appraisalOpened'))
      .changes(nothing),
    'it does not open again when it is final': given(...evaluated('guidance'))
      .when(boundary('appraisalOpened'))
      .changes(nothing),
    'a self-assessment asks the superior': given(...appraising)
      .when(decision('submitSelfAssessment'))
      .changes(movesTo('appraisal', 'appraise')),
    'without a self-assessment the superior is asked when it lapses': given(...appraising)
      .when(boundary('selfAssessmentLapsed'))
      .changes(movesTo('appraisal', 'appraise')),
    'a self-assessment after it lapsed is refused': given(...appraising, boundary('selfAssessmentLapsed'))
      .when(decision('submitSelfAssessment'))
      .isRefused('process.stepNotOpen'),
    'a lapse after the self-assessment changes nothing': given(...selfAssessed)
      .when(boundary('selfAssessmentLapsed'))
      .changes(nothing),
    'a rating goes to the employee': given(...selfAssessed)
      .when(decision('rateEmployee', { followUp: 'guidance' }))
      .changes(movesTo('appraisal', 'acknowledgeResult')),
    'a rating that says nothing of it leads to no follow-up': given(
      ...selfAssessed,
      decision('rateEmployee'),
      decision('acknowledgeResult'),
    )
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), sets: { appraisal: 'final', followUp: 'none' } }),
    'nobody is rated before the self-assessment came or lapsed': given(...appraising)
      .when(decision('rateEmployee', { followUp: 'none' }))
      .isRefused('process.stepNotOpen'),
    'a result that is acknowledged is evaluated': given(...rated('none'))
      .when(decision('acknowledgeResult'))
      .changes(movesTo('appraisal', 'evaluate')),
    'a result that nobody acknowledged is evaluated when the window closes': given(...rated('none'))
      .when(boundary('objectionWindowClosed'))
      .changes(movesTo('appraisal', 'evaluate')),
  },

  'the objection': {
    'goes to the superior of the superior': given(...rated('guidance'))
      .when(decision('fileObjection'))
      .changes(movesTo('appraisal', 'decideObjection')),
    'is refused after the window lapsed': given(...rated('guidance'), boundary('objectionWindowClosed'))
      .when(decision('fileObjection'))
      .isRefused('process.stepNotOpen'),
    'is refused after an acknowledgement': given(...acknowledged('guidance'))
      .when(decision('fileObjection'))
      .isRefused('process.stepNotOpen'),
    'keeps the result from being acknowledged while it is decided': given(...objected('guidance'))
      .when(decision('acknowledgeResult'))
      .isRefused('process.stepNotOpen'),
    'is not touched by the end of the window': given(...objected('guidance'))
      .when(boundary('objectionWindowClosed'))
      .changes(nothing),
    'is decided, and the result evaluated': given(...objected('guidance'))
      .when(decision('decideObjection', { followUp: 'none' }))
      .changes(movesTo('appraisal', 'evaluate')),
    'can change what follows': given(...objected('guidance'), decision('decideObjection', { followUp: 'none' }))
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), sets: { appraisal: 'final', followUp: 'none' } }),
    'leaves what follows where the decision says nothing of it': given(
      ...objected('guidance'),
      decision('decideObjection'),
    )
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'giveGuidance'), closes: ['appraisal'], sets: { appraisal: 'final' } }),
    'is long over when the window closes after the evaluation': given(...evaluated('guidance'))
      .when(boundary('objectionWindowClosed'))
      .changes(nothing),
  },

  'the follow-up': {
    'an evaluation without one finishes the year': given(...acknowledged('none'))
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), sets: { appraisal: 'final', followUp: 'none' } }),
    'reports that never came lapse with the end of the year': given(
      ...acknowledged('none'),
      periodOpened(1),
      periodOpened(2),
    )
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal', 'report:1', 'report:2'), sets: { appraisal: 'final', followUp: 'none' } }),
    'an excellent result is proposed for a reward': given(...acknowledged('rewardProposal'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'proposeReward'), closes: ['appraisal'], sets: { appraisal: 'final' } }),
    'the reward proposal finishes the year': given(...evaluated('rewardProposal'))
      .when(decision('recordRewardProposal'))
      .changes(finishes('followUp')),
    'a result below expectations leads to guidance': given(...acknowledged('guidance'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'giveGuidance'), closes: ['appraisal'], sets: { appraisal: 'final' } }),
    'the guidance finishes the year, and what is still open lapses': given(...evaluated('guidance'), periodOpened(12))
      .when(decision('recordGuidance'))
      .changes(finishes('report:12', 'followUp')),
    'a poor result leads to an improvement plan': given(...acknowledged('improvementPlan'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'planImprovement'), closes: ['appraisal'], sets: { appraisal: 'final' } }),
    'the plan ends nothing: its period runs with nobody asked': given(...evaluated('improvementPlan'))
      .when(decision('recordImprovementPlan'))
      .changes(closes('followUp')),
    'it cannot be concluded before its period ends': given(...planned)
      .when(decision('concludeImprovement'))
      .isRefused('process.stepNotOpen'),
    'the end of its period asks for the conclusion': given(...planned)
      .when(boundary('improvementPeriodEnded'))
      .changes(opens('followUp', 'concludeImprovement')),
    'the conclusion finishes the year': given(...planned, boundary('improvementPeriodEnded'))
      .when(decision('concludeImprovement'))
      .changes(finishes('followUp')),
    'the end of a period without a plan changes nothing': given(...evaluated('improvementPlan'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
    'the end of a period between the rating and the evaluation changes nothing': given(...rated('improvementPlan'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
    'the end of a period before the evaluation changes nothing either': given(...acknowledged('improvementPlan'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
    'the end of a period that was concluded does not ask again': given(...planned, boundary('improvementPeriodEnded'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
    'the end of a period where guidance follows changes nothing': given(...evaluated('guidance'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
  },

  'a segment that ends early': {
    'closes the SKP and opens the appraisal at once': given(...submitted)
      .when(fact('segmentEnded'))
      .changes({
        ...opens('appraisal', 'selfAssess'),
        closes: ['skp'],
        sets: { appraisal: 'running', ending: 'segmentEnded' },
      }),
    'leaves reports open': given(...reporting)
      .when(fact('segmentEnded'))
      .changes({ ...opens('appraisal', 'selfAssess'), sets: { appraisal: 'running', ending: 'segmentEnded' } }),
    'during the appraisal only says so': given(...selfAssessed)
      .when(fact('segmentEnded'))
      .changes({ ...nothing, sets: { ending: 'segmentEnded' } }),
    'a second time changes nothing': given(...reporting, fact('segmentEnded'))
      .when(fact('segmentEnded'))
      .changes(nothing),
    'the day of the appraisal opens no second one': given(...reporting, fact('segmentEnded'))
      .when(boundary('appraisalOpened'))
      .changes(nothing),
    'has no follow-up': given(...acknowledged('improvementPlan'), fact('segmentEnded'))
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), sets: { appraisal: 'final', followUp: 'none' } }),
  },

  'a death': {
    'finishes the year with all that is open': given(...submitted, periodOpened(1), periodOpened(2))
      .when(fact('employeeDied'))
      .changes({ ...finishes('skp', 'report:1', 'report:2'), sets: { ending: 'died' } }),
    'finishes it during the appraisal': given(...rated('improvementPlan'))
      .when(fact('employeeDied'))
      .changes({ ...finishes('appraisal'), sets: { ending: 'died' } }),
    'finishes it after a transfer': given(...reporting, fact('segmentEnded'))
      .when(fact('employeeDied'))
      .changes({ ...finishes('report:1', 'report:2', 'appraisal'), sets: { ending: 'died' } }),
    'finishes a year in which nobody is asked': given(...approved)
      .when(fact('employeeDied'))
      .changes({ ...finishes(), sets: { ending: 'died' } }),
  },

  'a fact that is the step’s alone': {
    'another superior changes nothing of the process': given(...submitted)
      .when(fact('superiorChanged'))
      .changes(nothing),
    'other rules change nothing of the process': given(...reporting)
      .when(fact('ruleSetAmended'))
      .changes(nothing),
  },

  'a finished year': {
    'takes no decision': given(...finished)
      .when(decision('submitReport', { period: 1 }))
      .isRefused('process.finished'),
    'knows no boundary': given(...finished)
      .when(periodOpened(12))
      .isRefused('process.finished'),
    'knows no fact': given(...finished)
      .when(fact('employeeDied'))
      .isRefused('process.finished'),
  },
};

const rows = Object.values(TABLE).flatMap((group) => Object.values(group));

const isRefusal = (expected: Expected): expected is ProcessRefusal => typeof expected === 'string';
const isNothing = (expected: Expected): boolean => JSON.stringify(expected) === JSON.stringify(nothing);

/** The state after a history, of which every trigger must be taken. */
function stateAfter(history: readonly Came[]): CycleProcess {
  return history.reduce((state, { trigger, sets }) => {
    const decided = decideCycle(state, trigger);
    if (!decided.ok) throw new Error(`${JSON.stringify(trigger)}: ${decided.code}`);
    return evolve(state, { ...decided.transition, sets: { ...decided.transition.sets, ...sets } });
  }, newCycle);
}

function expectedOf(state: CycleProcess, { trigger }: Came): Expected {
  const decided = decideCycle(state, trigger);
  return decided.ok ? decided.transition : decided.code;
}

/** Strands close together, so their order says nothing. */
const inOrder = (expected: Expected): Expected =>
  isRefusal(expected) ? expected : { ...expected, closes: expected.closes.toSorted() };

for (const [title, group] of Object.entries(TABLE))
  describe(title, () => {
    it.each(Object.entries(group))('%s', (_title, { given: history, when, expected }) => {
      expect(inOrder(expectedOf(stateAfter(history), when))).toEqual(inOrder(expected));
    });
  });

describe('the table is complete', () => {
  // A new kind of boundary or fact does not compile here until it has its line, and fails until it has a row.
  const BOUNDARIES: Record<CycleBoundaryKind, true> = {
    periodOpened: true,
    appraisalOpened: true,
    selfAssessmentLapsed: true,
    objectionWindowClosed: true,
    improvementPeriodEnded: true,
  };
  const FACTS: Record<CycleFactKind, 'moves' | 'only the step'> = {
    segmentEnded: 'moves',
    employeeDied: 'moves',
    superiorChanged: 'only the step',
    ruleSetAmended: 'only the step',
  };
  const moving = Object.entries(FACTS).flatMap(([kind, what]) => (what === 'moves' ? [kind] : []));
  const nameOf = ({ trigger }: Came): string => {
    if (trigger.kind === 'started') return trigger.kind;
    if (trigger.kind === 'decision') return trigger.decision;
    return trigger.kind === 'boundary' ? trigger.boundary.kind : trigger.fact.kind;
  };
  const effective = rows.filter(({ expected }) => !isRefusal(expected) && !isNothing(expected));

  it.each(['started', ...CYCLE_DECISIONS, ...Object.keys(BOUNDARIES), ...moving])('%s changes something', (name) => {
    expect(effective.map(({ when }) => nameOf(when))).toContain(name);
  });

  it.each(CYCLE_TASK_KINDS)('%s is opened', (kind) => {
    const opened = effective.flatMap(({ expected }) => (isRefusal(expected) ? [] : expected.opens));
    expect(opened.map((task) => task.kind)).toContain(kind);
  });

  it.each([...Object.keys(BOUNDARIES), ...Object.keys(FACTS)])('%s has a row in which it changes nothing', (name) => {
    const harmless = rows.filter(({ expected }) => isNothing(expected) || isRefusal(expected));
    expect(harmless.map(({ when }) => nameOf(when))).toContain(name);
  });
});

describe('in every state of the table', () => {
  const states = rows.map(({ given: history }) => stateAfter(history));

  it('exactly the decisions that answer an open task are taken', () => {
    for (const state of states)
      for (const name of CYCLE_DECISIONS) {
        const came = decision(name, { period: 1 });
        const waiting = state.open[slotOf(name, 1)]?.kind;
        expect(decideCycle(state, came.trigger).ok, `${name} while ${JSON.stringify(state.open)}`).toBe(
          !state.finished && waiting !== undefined && answers(name, waiting),
        );
      }
  });

  it('a decision on a slot that is not its own is refused', () => {
    for (const state of states)
      for (const [slot, { kind }] of Object.entries(state.open))
        for (const name of CYCLE_DECISIONS) {
          const isAnswer = decisionsOf(kind as CycleTaskKind).includes(name);
          expect(decideCycle(state, { kind: 'decision', decision: name, slot }).ok, `${name} at ${slot}`).toBe(
            isAnswer,
          );
        }
  });

  it('nothing is changed in place', () => {
    for (const { given: history, when } of rows) {
      const state = stateAfter(history);
      const before = structuredClone(state);
      const decided = decideCycle(state, when.trigger);
      if (decided.ok) evolve(state, decided.transition);
      expect(state).toEqual(before);
    }
  });
});

describe('what people see', () => {
  it.each([
    ['the SKP while it is drafted or approved', submitted, 'skp'],
    ['reporting once the SKP is approved', approved, 'reporting'],
    ['the appraisal, however late the reports are', [...reporting, boundary('appraisalOpened')], 'appraisal'],
    ['the acknowledgement of a result', rated('none'), 'acknowledgement'],
    ['the objection', objected('none'), 'objection'],
    ['the evaluation', acknowledged('none'), 'evaluation'],
    ['the follow-up', evaluated('guidance'), 'followUp'],
    ['the follow-up also while a plan runs and nobody is asked', planned, 'followUp'],
    ['the end', finished, 'finished'],
  ] as const)('%s', (_title, history, stage) => {
    expect(cycleStageOf(stateAfter(history))).toBe(stage);
  });

  it('a report names its period, the other strands none', () => {
    expect(periodOf(reportStrand(7))).toBe(7);
    expect(periodOf(`${reportStrand(12)}/extension`)).toBe(12);
    expect((['skp', 'appraisal', 'followUp'] as const).map(periodOf)).toEqual([null, null, null]);
  });
});

describe('the decider of the year', () => {
  it('begins with what a year that was just opened is', () => {
    expect(cycleDecider.initial).toEqual(newCycle);
    expect(startedCycle()).toEqual(stateAfter(started));
  });
});
