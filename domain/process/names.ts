import type { MatterKind } from './tasks.ts';

/** Names that the API, the worker and the engine share. */

/** Workflow types, one per form of life; several kinds of matter share one. */
export const WORKFLOW_TYPES = [
  'performanceCycle',
  'procedure',
  'trainingEvent',
  'cycleCampaign',
  'ruleSetMove',
  'escalationSweep',
] as const;
export type WorkflowType = (typeof WORKFLOW_TYPES)[number];

/** The workflow type that runs a kind of matter. */
export const workflowTypeOf = (kind: MatterKind): WorkflowType =>
  kind === 'performanceCycle' ? 'performanceCycle' : 'procedure';

/** Where matters run, pinned to the build they started with; their regular activities lie there, too. */
export const MATTER_QUEUE = 'matters';
/** Bulk workflows and training events. */
export const OPERATIONS_QUEUE = 'operations';
/** Activities of the workflows on `operations`. */
export const ACTIVITY_QUEUE = 'activities';

/** Ids of workflows. Ids of rows are random, so they say nothing about a person. */
export const matterWorkflowId = (matterId: string): string => `matter-${matterId}`;
export const trainingWorkflowId = (eventId: string): string => `training-${eventId}`;
export const campaignWorkflowId = (campaignId: string): string => `campaign-${campaignId}`;
export const moveWorkflowId = (moveId: string): string => `rule-set-move-${moveId}`;
export const SWEEP_SCHEDULE_ID = 'escalation-sweep';

/** Commands of an event's organisers; names of the updates of its workflow. */
export const TRAINING_UPDATES = ['changeTrainingEvent', 'cancelTrainingEvent'] as const;
export type TrainingUpdate = (typeof TRAINING_UPDATES)[number];
export const isTrainingUpdate = (name: string): name is TrainingUpdate =>
  (TRAINING_UPDATES as readonly string[]).includes(name);
