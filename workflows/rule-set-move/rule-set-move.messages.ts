import { defineUpdate } from '@temporalio/workflow';

/** Workflow type and task queue; neither is ever renamed. Bulk work has a queue of its own, so that it never starves people. */
export const RULE_SET_MOVE = 'ruleSetMove';
export const MOVE_QUEUE = 'operations';

/** The workflow id of a move. */
export const moveWorkflowId = (moveId: string): string => `rule-set-move-${moveId}`;

/** Moves the running cycles of a scope to another rule set; how far it is lies in the database. */
export type RuleSetMoveInput = { moveId: string; isPaused?: boolean };

export const pauseMove = defineUpdate<boolean, []>('pauseMove');
export const resumeMove = defineUpdate<boolean, []>('resumeMove');
