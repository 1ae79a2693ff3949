/** Workflow type and task queue; neither is ever renamed. */
export const TRAINING_EVENT = 'trainingEvent';
/** The queue of workflows that are no cycles. */
export const TRAINING_QUEUE = 'operations';

/** The workflow id of an event; event ids are random. */
export const trainingWorkflowId = (eventId: string): string => `training-${eventId}`;

/** Commands of an event's organisers; names of its updates. */
export const TRAINING_UPDATES = ['changeTrainingEvent', 'cancelTrainingEvent'] as const;
export type TrainingUpdate = (typeof TRAINING_UPDATES)[number];
export const isTrainingUpdate = (name: string): name is TrainingUpdate =>
  (TRAINING_UPDATES as readonly string[]).includes(name);
