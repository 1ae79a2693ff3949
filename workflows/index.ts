/** What the workflow bundle exports: one function per workflow type. */
export { cycleCampaign } from './cycle-campaign/cycle-campaign.workflow.ts';
export { escalationSweep } from './escalation-sweep/escalation-sweep.workflow.ts';
export { performanceCycle } from './performance-cycle/performance-cycle.workflow.ts';
export { ruleSetMove } from './rule-set-move/rule-set-move.workflow.ts';
export { trainingEvent } from './training-event/training-event.workflow.ts';
export { procedure } from './procedure/procedure.workflow.ts';
