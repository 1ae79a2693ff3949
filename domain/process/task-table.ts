import type { RuleSet } from '../rule-sets/rule-set.ts';

/**
 * Every kind of task, one row each: in which matter and strand it lies, at which stage people see it, who is asked, when it is due, what whoever
 * decides it is shown, and which decisions answer it. Workflows (what to wait for), activities (whom to ask, until when), the API and the
 * screens (what to offer, what to show) read this table and no other.
 */

/** Who is asked; the first in the order of `asks` who can be found. The person is resolved when the inbox is read and again at deciding. */
export type Role =
  | 'employee'
  | 'superior'
  | 'superiorOfSuperior'
  | 'opener'
  | 'personnelOfficer'
  | 'agencyAdmin'
  | 'ppk';

/**
 * When a task is due: so many working days after its opening, or a date of the year's own calendar. `again` holds from the second round on.
 */
export type DueRule =
  | { workingDays: Days }
  | { date: 'skpDraft' | 'period' | 'objection' | 'objectionDecision'; again?: { workingDays: Days } };
type Days = (rules: RuleSet) => number;

/** Which parts of the matter a deciding person is shown beside the task. */
export type Shows = 'skp' | 'period' | 'year' | 'result' | 'subject';

export type TaskRule = {
  matter: string;
  /** The strand's name; that of a report is followed by the number of its period. */
  strand: string;
  stage: string;
  asks: readonly Role[];
  due: DueRule;
  /** A limit of the law that began to run under the old rules is not moved with the matter. */
  isKept?: true;
  shows: readonly Shows[];
  decisions: readonly string[];
};

const days = (n: number): DueRule => ({ workingDays: () => n });
const workingDays = (of: Days): DueRule => ({ workingDays: of });

const YEAR = 'performanceCycle';

export const TASKS = {
  draftSkp: {
    matter: YEAR,
    strand: 'skp',
    stage: 'skp',
    asks: ['employee'],
    shows: ['skp'],
    decisions: ['submitSkp'],
    due: { date: 'skpDraft', again: { workingDays: ({ skp }) => skp.revisionDueWorkingDays } },
  },
  approveSkp: {
    matter: YEAR,
    strand: 'skp',
    stage: 'skp',
    asks: ['superior'],
    shows: ['skp'],
    decisions: ['approveSkp', 'returnSkp'],
    due: workingDays(({ skp }) => skp.approvalDueWorkingDays),
  },
  submitReport: {
    matter: YEAR,
    strand: 'report',
    stage: 'reporting',
    asks: ['employee'],
    shows: ['period'],
    decisions: ['submitReport'],
    due: { date: 'period', again: { workingDays: ({ reporting }) => reporting.revisionDueWorkingDays } },
  },
  reviewReport: {
    matter: YEAR,
    strand: 'report',
    stage: 'reporting',
    asks: ['superior'],
    shows: ['period'],
    decisions: ['acceptReport', 'returnReport'],
    due: workingDays(({ reporting }) => reporting.reviewDueWorkingDays),
  },
  selfAssess: {
    matter: YEAR,
    strand: 'appraisal',
    stage: 'appraisal',
    asks: ['employee'],
    shows: ['year'],
    decisions: ['submitSelfAssessment'],
    due: workingDays(({ appraisal }) => appraisal.selfAssessmentDueWorkingDays),
  },
  appraise: {
    matter: YEAR,
    strand: 'appraisal',
    stage: 'appraisal',
    asks: ['superior'],
    shows: ['year', 'result'],
    decisions: ['rateEmployee'],
    due: workingDays(({ appraisal }) => appraisal.ratingDueWorkingDays),
  },
  acknowledgeResult: {
    matter: YEAR,
    strand: 'appraisal',
    stage: 'acknowledgement',
    asks: ['employee'],
    shows: ['year'],
    decisions: ['acknowledgeResult', 'fileObjection'],
    due: { date: 'objection' },
    isKept: true,
  },
  decideObjection: {
    matter: YEAR,
    strand: 'appraisal',
    stage: 'objection',
    asks: ['superiorOfSuperior'],
    shows: ['year', 'result'],
    decisions: ['decideObjection'],
    due: { date: 'objectionDecision' },
    isKept: true,
  },
  evaluate: {
    matter: YEAR,
    strand: 'appraisal',
    stage: 'evaluation',
    asks: ['superior'],
    shows: ['year'],
    decisions: ['recordEvaluation'],
    due: workingDays(({ appraisal }) => appraisal.evaluationDueWorkingDays),
  },
  proposeReward: {
    matter: YEAR,
    strand: 'followUp',
    stage: 'followUp',
    asks: ['personnelOfficer', 'superior'],
    shows: ['year'],
    decisions: ['recordRewardProposal'],
    due: workingDays(({ followUp }) => followUp.rewardDueWorkingDays),
  },
  giveGuidance: {
    matter: YEAR,
    strand: 'followUp',
    stage: 'followUp',
    asks: ['superior'],
    shows: ['year'],
    decisions: ['recordGuidance'],
    due: workingDays(({ followUp }) => followUp.guidanceDueWorkingDays),
  },
  planImprovement: {
    matter: YEAR,
    strand: 'followUp',
    stage: 'followUp',
    asks: ['superior'],
    shows: ['year'],
    decisions: ['recordImprovementPlan'],
    due: workingDays(({ followUp }) => followUp.improvementPlanDueWorkingDays),
  },
  concludeImprovement: {
    matter: YEAR,
    strand: 'followUp',
    stage: 'followUp',
    asks: ['superior'],
    shows: ['year'],
    decisions: ['concludeImprovement'],
    due: workingDays(({ followUp }) => followUp.guidanceDueWorkingDays),
  },

  reviewGuideline: {
    matter: 'guidelinePublication',
    strand: 'review',
    stage: 'guidelinePublication',
    asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'return'],
    due: days(5),
  },
  approveGuideline: {
    matter: 'guidelinePublication',
    strand: 'approval',
    stage: 'guidelinePublication',
    asks: ['ppk', 'agencyAdmin'],
    shows: ['subject'],
    decisions: ['approve', 'return'],
    due: days(5),
  },
  reviseGuideline: {
    matter: 'guidelinePublication',
    strand: 'revision',
    stage: 'guidelinePublication',
    asks: ['opener'],
    shows: ['subject'],
    decisions: ['resubmit'],
    due: days(5),
  },
  approveRuleSet: {
    matter: 'ruleSetApproval',
    strand: 'first',
    stage: 'ruleSetApproval',
    asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'return'],
    due: days(5),
  },
  confirmRuleSet: {
    matter: 'ruleSetApproval',
    strand: 'second',
    stage: 'ruleSetApproval',
    asks: ['ppk', 'agencyAdmin', 'personnelOfficer'],
    shows: ['subject'],
    decisions: ['approve', 'return'],
    due: days(5),
  },
  reviseRuleSet: {
    matter: 'ruleSetApproval',
    strand: 'revision',
    stage: 'ruleSetApproval',
    asks: ['opener'],
    shows: ['subject'],
    decisions: ['resubmit'],
    due: days(5),
  },
  approveRegistration: {
    matter: 'accountRegistration',
    strand: 'approval',
    stage: 'accountRegistration',
    asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'reject'],
    due: days(3),
  },
  decideCorrection: {
    matter: 'correctionRequest',
    strand: 'decision',
    stage: 'correctionRequest',
    asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'reject'],
    due: days(5),
  },
  approveSecondFactorReset: {
    matter: 'secondFactorReset',
    strand: 'first',
    stage: 'secondFactorReset',
    asks: ['personnelOfficer', 'agencyAdmin', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'reject'],
    due: days(1),
  },
  confirmSecondFactorReset: {
    matter: 'secondFactorReset',
    strand: 'second',
    stage: 'secondFactorReset',
    asks: ['agencyAdmin', 'personnelOfficer', 'ppk'],
    shows: ['subject'],
    decisions: ['approve', 'reject'],
    due: days(1),
  },
} as const satisfies Record<string, TaskRule>;
