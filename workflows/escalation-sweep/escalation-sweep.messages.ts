/** Workflow type and task queue; neither is ever renamed. A Temporal Schedule starts it every minute. */
export const ESCALATION_SWEEP = 'escalationSweep';
export const SWEEP_QUEUE = 'operations';
export const SWEEP_SCHEDULE_ID = 'escalation-sweep';
