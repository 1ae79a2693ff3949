import { describe, expect, it } from 'vitest';
import {
  decide,
  evolve,
  newProcess,
  periodOf,
  stageOf,
  stepOf,
  type Boundary,
  type CycleProcess,
  type Decided,
  type Fact,
  type Refusal,
  type Step,
  type Transition,
  type Trigger,
} from './cycle.ts';
import { CYCLE_DECISIONS, CYCLE_TASK_KINDS, taskKindOf } from './tasks.ts';
import type { CycleDecision, CycleTaskKind, FollowUp } from './tasks.ts';

/**
 * The year of one employee as a table: after what was (`given`), when this comes, then exactly that changes.
 * The words of the table are the helpers below; a change of shape in the decider touches only them.
 */

// What can come.
const decision = (name: CycleDecision, of: { period?: number; followUp?: FollowUp } = {}): Trigger => ({
  kind: 'decision',
  decision: name,
  step: stepOf(name, of.period ?? null),
  ...(of.followUp && { followUp: of.followUp }),
});
const boundary = (kind: Exclude<Boundary['kind'], 'periodOpened'>): Trigger => ({
  kind: 'boundary',
  boundary: { kind },
});
const periodOpened = (periodNo: number): Trigger => ({
  kind: 'boundary',
  boundary: { kind: 'periodOpened', periodNo },
});
const fact = (kind: Fact['kind']): Trigger => ({ kind: 'fact', fact: { kind } });

// What it changes.
type Expected = Transition | Refusal;
const nothing: Transition = { closes: [], opens: [], finishes: false };
const opens = (strand: Step, kind: CycleTaskKind, round = 1): Transition => ({
  ...nothing,
  opens: [{ step: strand, kind, round }],
});
const closes = (...strands: Step[]): Transition => ({ ...nothing, closes: strands });
const movesTo = (strand: Step, kind: CycleTaskKind, round = 1): Transition => ({
  ...opens(strand, kind, round),
  closes: [strand],
});
const finishes = (...strands: Step[]): Transition => ({ ...closes(...strands), finishes: true });

type Row = { given: readonly Trigger[]; when: Trigger; expected: Expected };
const given = (...history: Trigger[]) => ({
  when: (when: Trigger) => ({
    changes: (expected: Transition): Row => ({ given: history, when, expected }),
    isRefused: (expected: Refusal): Row => ({ given: history, when, expected }),
  }),
});

// How far a year has come.
const started = [boundary('cycleStarted')];
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
    'the year starts with the draft': given().when(boundary('cycleStarted')).changes(opens('skp', 'draftSkp')),
    'it starts once': given(...started)
      .when(boundary('cycleStarted'))
      .changes(nothing),
    'it does not start again when the SKP is approved': given(...approved)
      .when(boundary('cycleStarted'))
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
      .changes({ ...opens('appraisal', 'selfAssess'), appraisal: 'running' }),
    'it does not wait for the SKP or for reports': given(...submitted, periodOpened(1))
      .when(boundary('appraisalOpened'))
      .changes({ ...opens('appraisal', 'selfAssess'), appraisal: 'running' }),
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
    'a rating goes to the employee and says what will follow': given(...selfAssessed)
      .when(decision('rateEmployee', { followUp: 'guidance' }))
      .changes({ ...movesTo('appraisal', 'acknowledgeResult'), followUp: 'guidance' }),
    'a rating that says nothing of it leads to no follow-up': given(...selfAssessed)
      .when(decision('rateEmployee'))
      .changes({ ...movesTo('appraisal', 'acknowledgeResult'), followUp: 'none' }),
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
    'can change what follows': given(...objected('guidance'))
      .when(decision('decideObjection', { followUp: 'none' }))
      .changes({ ...movesTo('appraisal', 'evaluate'), followUp: 'none' }),
    'leaves what follows where the decision says nothing of it': given(...objected('guidance'))
      .when(decision('decideObjection'))
      .changes({ ...movesTo('appraisal', 'evaluate'), followUp: 'guidance' }),
    'is long over when the window closes after the evaluation': given(...evaluated('guidance'))
      .when(boundary('objectionWindowClosed'))
      .changes(nothing),
  },

  'the follow-up': {
    'an evaluation without one finishes the year': given(...acknowledged('none'))
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), appraisal: 'final', followUp: 'none' }),
    'reports that never came lapse with the end of the year': given(
      ...acknowledged('none'),
      periodOpened(1),
      periodOpened(2),
    )
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal', 'report:1', 'report:2'), appraisal: 'final', followUp: 'none' }),
    'an excellent result is proposed for a reward': given(...acknowledged('rewardProposal'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'proposeReward'), closes: ['appraisal'], appraisal: 'final' }),
    'the reward proposal finishes the year': given(...evaluated('rewardProposal'))
      .when(decision('recordRewardProposal'))
      .changes(finishes('followUp')),
    'a result below expectations leads to guidance': given(...acknowledged('guidance'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'giveGuidance'), closes: ['appraisal'], appraisal: 'final' }),
    'the guidance finishes the year, and what is still open lapses': given(...evaluated('guidance'), periodOpened(12))
      .when(decision('recordGuidance'))
      .changes(finishes('report:12', 'followUp')),
    'a poor result leads to an improvement plan': given(...acknowledged('improvementPlan'))
      .when(decision('recordEvaluation'))
      .changes({ ...opens('followUp', 'planImprovement'), closes: ['appraisal'], appraisal: 'final' }),
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
    'the end of a period where guidance follows changes nothing': given(...evaluated('guidance'))
      .when(boundary('improvementPeriodEnded'))
      .changes(nothing),
  },

  'a segment that ends early': {
    'closes the SKP and opens the appraisal at once': given(...submitted)
      .when(fact('segmentEnded'))
      .changes({ ...opens('appraisal', 'selfAssess'), closes: ['skp'], appraisal: 'running', ending: 'segmentEnded' }),
    'leaves reports open': given(...reporting)
      .when(fact('segmentEnded'))
      .changes({ ...opens('appraisal', 'selfAssess'), appraisal: 'running', ending: 'segmentEnded' }),
    'during the appraisal only says so': given(...selfAssessed)
      .when(fact('segmentEnded'))
      .changes({ ...nothing, ending: 'segmentEnded' }),
    'a second time changes nothing': given(...reporting, fact('segmentEnded'))
      .when(fact('segmentEnded'))
      .changes(nothing),
    'the day of the appraisal opens no second one': given(...reporting, fact('segmentEnded'))
      .when(boundary('appraisalOpened'))
      .changes(nothing),
    'has no follow-up': given(...acknowledged('improvementPlan'), fact('segmentEnded'))
      .when(decision('recordEvaluation'))
      .changes({ ...finishes('appraisal'), appraisal: 'final', followUp: 'none' }),
  },

  'a death': {
    'finishes the year with all that is open': given(...submitted, periodOpened(1), periodOpened(2))
      .when(fact('employeeDied'))
      .changes({ ...finishes('skp', 'report:1', 'report:2'), ending: 'died' }),
    'finishes it during the appraisal': given(...rated('improvementPlan'))
      .when(fact('employeeDied'))
      .changes({ ...finishes('appraisal'), ending: 'died' }),
    'finishes it after a transfer': given(...reporting, fact('segmentEnded'))
      .when(fact('employeeDied'))
      .changes({ ...finishes('report:1', 'report:2', 'appraisal'), ending: 'died' }),
    'finishes a year in which nobody is asked': given(...approved)
      .when(fact('employeeDied'))
      .changes({ ...finishes(), ending: 'died' }),
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

/** The state after a history, of which every trigger must be taken. */
function stateAfter(history: readonly Trigger[]): CycleProcess {
  return history.reduce((state, trigger) => {
    const decided = decide(state, trigger);
    if (!decided.ok) throw new Error(`${JSON.stringify(trigger)}: ${decided.code}`);
    return evolve(state, decided.transition);
  }, newProcess());
}

const asExpected = (decided: Decided): Expected => (decided.ok ? decided.transition : decided.code);

/** Strands close together, so their order says nothing. */
const inOrder = (expected: Expected): Expected =>
  typeof expected === 'string' ? expected : { ...expected, closes: expected.closes.toSorted() };

for (const [title, group] of Object.entries(TABLE))
  describe(title, () => {
    it.each(Object.entries(group))('%s', (_title, { given: history, when, expected }) => {
      expect(inOrder(asExpected(decide(stateAfter(history), when)))).toEqual(inOrder(expected));
    });
  });

describe('the table is complete', () => {
  // A new kind of boundary or fact does not compile here until it has its line, and fails until it has a row.
  const BOUNDARIES: Record<Boundary['kind'], true> = {
    cycleStarted: true,
    periodOpened: true,
    appraisalOpened: true,
    selfAssessmentLapsed: true,
    objectionWindowClosed: true,
    improvementPeriodEnded: true,
  };
  const FACTS: Record<Fact['kind'], true> = { segmentEnded: true, employeeDied: true };
  const nameOf = (trigger: Trigger): string => {
    if (trigger.kind === 'decision') return trigger.decision;
    return trigger.kind === 'boundary' ? trigger.boundary.kind : trigger.fact.kind;
  };
  const effective = rows.filter(
    ({ expected }) => typeof expected !== 'string' && JSON.stringify(expected) !== JSON.stringify(nothing),
  );

  it.each([...CYCLE_DECISIONS, ...Object.keys(BOUNDARIES), ...Object.keys(FACTS)])('%s changes something', (name) => {
    expect(effective.map(({ when }) => nameOf(when))).toContain(name);
  });

  it.each(CYCLE_TASK_KINDS)('%s is opened', (kind) => {
    const opened = effective.flatMap(({ expected }) => (typeof expected === 'string' ? [] : expected.opens));
    expect(opened.map((task) => task.kind)).toContain(kind);
  });

  it.each(Object.keys(BOUNDARIES))('%s has a row in which it comes out of place', (name) => {
    const harmless = rows.filter(({ expected }) => JSON.stringify(expected) === JSON.stringify(nothing));
    expect(harmless.map(({ when }) => nameOf(when))).toContain(name);
  });
});

describe('in every state of the table', () => {
  const states = rows.map(({ given: history }) => stateAfter(history));

  it('exactly the decisions that answer an open task are taken', () => {
    for (const state of states)
      for (const name of CYCLE_DECISIONS) {
        const trigger = decision(name, { period: 1, followUp: 'none' });
        const waiting = state.open[stepOf(name, 1)]?.kind;
        expect(decide(state, trigger).ok, `${name} while ${JSON.stringify(state.open)}`).toBe(
          !state.finished && waiting === taskKindOf(name),
        );
      }
  });

  it('nothing is changed in place', () => {
    for (const { given: history, when } of rows) {
      const state = stateAfter(history);
      const before = structuredClone(state);
      const decided = decide(state, when);
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
    expect(stageOf(stateAfter(history))).toBe(stage);
  });

  it('a report names its period, the other strands none', () => {
    expect(periodOf(stepOf('acceptReport', 7))).toBe(7);
    expect((['skp', 'appraisal', 'followUp'] as const).map(periodOf)).toEqual([null, null, null]);
  });
});
