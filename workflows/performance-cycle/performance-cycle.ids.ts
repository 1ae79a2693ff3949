/** Workflow type and task queues; none is ever renamed. */
export const PERFORMANCE_CYCLE = 'performanceCycle';
export const CYCLE_QUEUE = 'cycle';
/** Activities of bulk workflows. Those of a cycle lie on its own queue: the worker that has its workflow task gets them at once. */
export const ACTIVITY_QUEUE = 'activities';

/** The workflow id of a cycle. Cycle ids are random, so the id says nothing about a person. */
export const cycleWorkflowId = (cycleId: string): string => `cycle-${cycleId}`;
