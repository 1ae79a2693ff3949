import {
  decisionsOf,
  isOpenersTask,
  PROCEDURE_DECISIONS,
  PROCEDURE_TASK_KINDS,
  PROCEDURE_TASKS,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureTaskKind,
} from './procedures.ts';

/**
 * The human tasks of one performance cycle: who is asked, at which stage, and which decisions answer them.
 * This table is the single source for workflows (what to wait for), activities (whom to assign) and screens (what to offer).
 * The tasks of procedures have a table of their own; the last part of this file puts both together for the inbox.
 */

/** Stage of a cycle as people see it; the order is the order of the year. */
export type CycleStage =
  | 'skp'
  | 'reporting'
  | 'appraisal'
  | 'acknowledgement'
  | 'objection'
  | 'evaluation'
  | 'followUp';

/** Who is asked. The person is resolved when the inbox is read and again when the decision is taken. */
export type Role = 'employee' | 'superior' | 'superiorOfSuperior' | 'personnelOfficer';

export type CycleTaskKind =
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
export type CycleDecision =
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

export type TaskRule = { stage: CycleStage; assignedTo: Role; decisions: readonly CycleDecision[] };

export const CYCLE_TASK_RULES: Readonly<Record<CycleTaskKind, TaskRule>> = {
  draftSkp: { stage: 'skp', assignedTo: 'employee', decisions: ['submitSkp'] },
  approveSkp: { stage: 'skp', assignedTo: 'superior', decisions: ['approveSkp', 'returnSkp'] },
  submitReport: { stage: 'reporting', assignedTo: 'employee', decisions: ['submitReport'] },
  reviewReport: { stage: 'reporting', assignedTo: 'superior', decisions: ['acceptReport', 'returnReport'] },
  selfAssess: { stage: 'appraisal', assignedTo: 'employee', decisions: ['submitSelfAssessment'] },
  appraise: { stage: 'appraisal', assignedTo: 'superior', decisions: ['rateEmployee'] },
  acknowledgeResult: {
    stage: 'acknowledgement',
    assignedTo: 'employee',
    decisions: ['acknowledgeResult', 'fileObjection'],
  },
  decideObjection: { stage: 'objection', assignedTo: 'superiorOfSuperior', decisions: ['decideObjection'] },
  evaluate: { stage: 'evaluation', assignedTo: 'superior', decisions: ['recordEvaluation'] },
  proposeReward: { stage: 'followUp', assignedTo: 'personnelOfficer', decisions: ['recordRewardProposal'] },
  giveGuidance: { stage: 'followUp', assignedTo: 'superior', decisions: ['recordGuidance'] },
  planImprovement: { stage: 'followUp', assignedTo: 'superior', decisions: ['recordImprovementPlan'] },
  concludeImprovement: { stage: 'followUp', assignedTo: 'superior', decisions: ['concludeImprovement'] },
};

/** All kinds of task, in the order of the year. */
export const CYCLE_TASK_KINDS = Object.keys(CYCLE_TASK_RULES) as CycleTaskKind[];

/** All decisions, in the order of the year. */
export const CYCLE_DECISIONS = CYCLE_TASK_KINDS.flatMap((kind) => CYCLE_TASK_RULES[kind].decisions) as CycleDecision[];

const KIND_BY_DECISION = new Map<CycleDecision, CycleTaskKind>(
  CYCLE_TASK_KINDS.flatMap((kind) => CYCLE_TASK_RULES[kind].decisions.map((decision) => [decision, kind] as const)),
);

/** The kind of task that a decision answers. */
export function taskKindOf(decision: CycleDecision): CycleTaskKind {
  return KIND_BY_DECISION.get(decision)!;
}

/** Every task of the inbox: of a cycle or of a procedure. */
export type TaskKind = CycleTaskKind | ProcedureTaskKind;
export type Decision = CycleDecision | ProcedureDecision;
/** A task of a procedure has its procedure's kind as stage. */
export type Stage = CycleStage | ProcedureKind;

export const TASK_KINDS: readonly TaskKind[] = [...CYCLE_TASK_KINDS, ...PROCEDURE_TASK_KINDS];
export const DECISIONS: readonly Decision[] = [...CYCLE_DECISIONS, ...PROCEDURE_DECISIONS];

export const isProcedureTask = (kind: TaskKind): kind is ProcedureTaskKind => kind in PROCEDURE_TASKS;

/** Stage and decisions of any task. */
export function taskRuleOf(kind: TaskKind): { stage: Stage; decisions: readonly Decision[] } {
  return isProcedureTask(kind)
    ? { stage: PROCEDURE_TASKS[kind].procedure, decisions: decisionsOf(kind) }
    : CYCLE_TASK_RULES[kind];
}

/** Tasks that only their own subject can do: a ladder never hands them to somebody else. */
export function isOwnTask(kind: TaskKind): boolean {
  return isProcedureTask(kind) ? isOpenersTask(kind) : CYCLE_TASK_RULES[kind].assignedTo === 'employee';
}
