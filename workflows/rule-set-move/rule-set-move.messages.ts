import { defineUpdate } from '@temporalio/workflow';
import type { CommandReply } from '#domain/process/reply.ts';

/** Moves the running cycles of a scope to another rule set; how far it is lies in the database. */
export type RuleSetMoveInput = { moveId: string; isPaused?: boolean };

export const pauseMove = defineUpdate<CommandReply, [{ commandId: string }]>('pauseMove');
export const resumeMove = defineUpdate<CommandReply, [{ commandId: string }]>('resumeMove');
