/**
 * The human tasks of one performance cycle: who is asked, at which stage, and which decisions answer them.
 * This table is the single source for workflows (what to wait for), activities (whom to assign) and screens (what to offer).
 */

/** Stage of a cycle as people see it; the order is the order of the year. */
export type Stage = 'skp' | 'reporting' | 'appraisal' | 'acknowledgement' | 'objection' | 'evaluation' | 'followUp';

/** Who is asked. The person is resolved when the inbox is read and again when the decision is taken. */
export type Role = 'employee' | 'superior' | 'superiorOfSuperior' | 'personnelOfficer';

export type TaskKind =
  | 'draftSkp'
  | 'approveSkp'
  | 'submitReport'
  | 'reviewReport'
  | 'selfAssess'
  | 'appraise'
  | 'acknowledgeResult'
  | 'decideObjection'
  | 'evaluate'
  | 'proposeReward'
  | 'giveGuidance'
  | 'planImprovement'
  | 'concludeImprovement';

/** A decision is also the name of the workflow update that carries it. */
export type Decision =
  | 'submitSkp'
  | 'approveSkp'
  | 'returnSkp'
  | 'submitReport'
  | 'acceptReport'
  | 'returnReport'
  | 'submitSelfAssessment'
  | 'rateEmployee'
  | 'acknowledgeResult'
  | 'fileObjection'
  | 'decideObjection'
  | 'recordEvaluation'
  | 'recordRewardProposal'
  | 'recordGuidance'
  | 'recordImprovementPlan'
  | 'concludeImprovement';

/** What follows a final result (PermenPANRB 6/2022, tindak lanjut; PP 30/2019 Ps. 56–58). */
export type FollowUp = 'rewardProposal' | 'none' | 'guidance' | 'improvementPlan';

export type TaskRule = { stage: Stage; assignedTo: Role; decisions: readonly Decision[] };

export const TASK_RULES: Readonly<Record<TaskKind, TaskRule>> = {
  draftSkp: { stage: 'skp', assignedTo: 'employee', decisions: ['submitSkp'] },
  approveSkp: { stage: 'skp', assignedTo: 'superior', decisions: ['approveSkp', 'returnSkp'] },
  submitReport: { stage: 'reporting', assignedTo: 'employee', decisions: ['submitReport'] },
  reviewReport: { stage: 'reporting', assignedTo: 'superior', decisions: ['acceptReport', 'returnReport'] },
  selfAssess: { stage: 'appraisal', assignedTo: 'employee', decisions: ['submitSelfAssessment'] },
  appraise: { stage: 'appraisal', assignedTo: 'superior', decisions: ['rateEmployee'] },
  acknowledgeResult: { stage: 'acknowledgement', assignedTo: 'employee', decisions: ['acknowledgeResult', 'fileObjection'] },
  decideObjection: { stage: 'objection', assignedTo: 'superiorOfSuperior', decisions: ['decideObjection'] },
  evaluate: { stage: 'evaluation', assignedTo: 'superior', decisions: ['recordEvaluation'] },
  proposeReward: { stage: 'followUp', assignedTo: 'personnelOfficer', decisions: ['recordRewardProposal'] },
  giveGuidance: { stage: 'followUp', assignedTo: 'superior', decisions: ['recordGuidance'] },
  planImprovement: { stage: 'followUp', assignedTo: 'superior', decisions: ['recordImprovementPlan'] },
  concludeImprovement: { stage: 'followUp', assignedTo: 'superior', decisions: ['concludeImprovement'] },
};

/** All kinds of task, in the order of the year. */
export const TASK_KINDS = Object.keys(TASK_RULES) as TaskKind[];

/** All decisions, in the order of the year. */
export const DECISIONS = TASK_KINDS.flatMap((kind) => TASK_RULES[kind].decisions) as Decision[];

const KIND_BY_DECISION = new Map<Decision, TaskKind>(
  TASK_KINDS.flatMap((kind) => TASK_RULES[kind].decisions.map((decision) => [decision, kind] as const)),
);

/** The kind of task that a decision answers. */
export function taskKindOf(decision: Decision): TaskKind {
  return KIND_BY_DECISION.get(decision)!;
}

/** Tasks that only their own subject can do: a ladder never hands them to somebody else. */
export function isOwnTask(kind: TaskKind): boolean {
  return TASK_RULES[kind].assignedTo === 'employee';
}
