import { EVENT_STATES, type EventState } from '../training/event.ts';
import type { WorkflowType } from './names.ts';
import { TASKS } from './task-table.ts';
import {
  CYCLE_STAGES,
  MATTER_KINDS,
  PROCEDURE_TASK_KINDS,
  type CycleStage,
  type MatterKind,
  type ProcedureTaskKind,
} from './tasks.ts';

/** What the administration sees of everything that runs: matters of each kind, and the workflows that are no matter. */

/** Workflows that are no matter: nobody is asked in them. Named by their type. */
export const OPERATION_KINDS = ['trainingEvent', 'cycleCampaign', 'ruleSetMove'] as const satisfies WorkflowType[];
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const isOperation = (kind: RunKind): kind is OperationKind =>
  (OPERATION_KINDS as readonly RunKind[]).includes(kind);

export type RunKind = MatterKind | OperationKind;
export const RUN_KINDS: readonly RunKind[] = [...MATTER_KINDS, ...OPERATION_KINDS];

export type RunState = 'starting' | 'running' | 'finished';

/** Stages of years; steps of procedures with what comes before and after them; states of events and of bulk work. */
export type RunStage =
  | CycleStage
  | (typeof TASKS)[ProcedureTaskKind]['strand']
  | 'new'
  | 'waiting'
  | Exclude<EventState, 'draft'>
  | 'underWay'
  | 'paused'
  | 'finished';
export const RUN_STAGES: readonly RunStage[] = [
  ...new Set<RunStage>([
    'new',
    ...CYCLE_STAGES,
    ...PROCEDURE_TASK_KINDS.map((kind) => TASKS[kind].strand),
    'waiting',
    ...EVENT_STATES.filter((state) => state !== 'draft' && state !== 'finished'),
    'underWay',
    'paused',
    'finished',
  ]),
];

/** What is counted in a run that is no matter: cycles of an opening or a move, people of an event. */
export const RUN_COUNTS = [
  'total',
  'started',
  'skipped',
  'refused',
  'moved',
  'open',
  'invited',
  'attended',
  'certificates',
] as const;
export type RunCount = (typeof RUN_COUNTS)[number];
