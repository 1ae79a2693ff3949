import { TASKS, type Shows, type TaskRule } from './task-table.ts';

/** What follows from the table of tasks: the kinds of matter, of tasks, of decisions and of stages, and what is asked of the table. */

type Tasks = typeof TASKS;

export type TaskKind = keyof Tasks;
export type MatterKind = Tasks[TaskKind]['matter'];
/** Every kind of matter but the year. */
export type ProcedureKind = Exclude<MatterKind, 'performanceCycle'>;
export type TaskKindOf<M extends MatterKind> = { [K in TaskKind]: Tasks[K]['matter'] extends M ? K : never }[TaskKind];
export type CycleTaskKind = TaskKindOf<'performanceCycle'>;
export type ProcedureTaskKind = TaskKindOf<ProcedureKind>;

/** A decision is also the name of the workflow update that carries it. */
export type Decision = Tasks[TaskKind]['decisions'][number];
export type DecisionOf<K extends TaskKind> = Tasks[K]['decisions'][number];
export type CycleDecision = DecisionOf<CycleTaskKind>;
export type ProcedureDecision = DecisionOf<ProcedureTaskKind>;

/** Stage as people see it: that of the year, in its order, or the kind of a procedure. */
export type Stage = Tasks[TaskKind]['stage'];
export type CycleStage = Tasks[CycleTaskKind]['stage'];

const YEAR = 'performanceCycle';

const rows = Object.entries(TASKS) as readonly [TaskKind, TaskRule][];
const kindsWhere = (isWanted: (rule: TaskRule) => boolean): TaskKind[] =>
  rows.filter(([, rule]) => isWanted(rule)).map(([kind]) => kind);

/** All kinds of task, those of the year first and in its order. */
export const TASK_KINDS: readonly TaskKind[] = kindsWhere(() => true);
export const CYCLE_TASK_KINDS = kindsWhere(({ matter }) => matter === YEAR) as CycleTaskKind[];
export const PROCEDURE_TASK_KINDS = kindsWhere(({ matter }) => matter !== YEAR) as ProcedureTaskKind[];

const decisionsOfKinds = (kinds: readonly TaskKind[]): Decision[] => [
  ...new Set(kinds.flatMap((kind): readonly Decision[] => TASKS[kind].decisions)),
];
/** All decisions, in the order of their tasks. */
export const DECISIONS = decisionsOfKinds(TASK_KINDS);
export const CYCLE_DECISIONS = decisionsOfKinds(CYCLE_TASK_KINDS) as CycleDecision[];
export const PROCEDURE_DECISIONS = decisionsOfKinds(PROCEDURE_TASK_KINDS) as ProcedureDecision[];

export const MATTER_KINDS = [...new Set(TASK_KINDS.map((kind): MatterKind => TASKS[kind].matter))];
export const PROCEDURE_KINDS = MATTER_KINDS.filter((kind): kind is ProcedureKind => kind !== YEAR);
export const STAGES = [...new Set(TASK_KINDS.map((kind): Stage => TASKS[kind].stage))];
export const CYCLE_STAGES = [...new Set(CYCLE_TASK_KINDS.map((kind): CycleStage => TASKS[kind].stage))];

/** The row of a kind of task. */
export const taskRule = (kind: TaskKind): TaskRule => TASKS[kind];

/** At which stage people see a kind of task. */
export const stageOf = (kind: TaskKind): Stage => TASKS[kind].stage;

/** The decisions that answer a kind of task. */
export const decisionsOf = (kind: TaskKind): readonly Decision[] => TASKS[kind].decisions;

/** Whether a decision answers a kind of task. */
export const answers = (decision: string, kind: string): boolean =>
  (taskRule(kind as TaskKind)?.decisions ?? []).includes(decision);

/** Tasks that only their own subject, or who opened the matter, can do: a ladder never hands them to somebody else. */
export const isOwnTask = (kind: TaskKind): boolean => ['employee', 'opener'].includes(taskRule(kind).asks[0]!);

/** Whether a task's page shows a part of its matter. */
export const isShown = (kind: TaskKind, part: Shows): boolean => taskRule(kind).shows.includes(part);
