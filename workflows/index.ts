import { DECIDERS } from '#domain/process/deciders.ts';
import { matterWorkflow } from './matter/matter.workflow.ts';

/** What the workflow bundle exports: one function per workflow type. All kinds of matter live the same life, under the name people know them by. */
export const performanceCycle = matterWorkflow(DECIDERS);
export const procedure = matterWorkflow(DECIDERS);
export { cycleCampaign } from './cycle-campaign/cycle-campaign.workflow.ts';
export { escalationSweep } from './escalation-sweep/escalation-sweep.workflow.ts';
export { ruleSetMove } from './rule-set-move/rule-set-move.workflow.ts';
export { trainingEvent } from './training-event/training-event.workflow.ts';
