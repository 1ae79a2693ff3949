/** Workflow type and task queues; none is ever renamed. */
export const PERFORMANCE_CYCLE = 'performanceCycle';
export const CYCLE_QUEUE = 'cycle';
/** Activities have a queue of their own: their worker is always the newest, while workflows stay pinned to their version. */
export const ACTIVITY_QUEUE = 'activities';

/** The workflow id of a cycle. Cycle ids are random, so the id says nothing about a person. */
export const cycleWorkflowId = (cycleId: string): string => `cycle-${cycleId}`;
