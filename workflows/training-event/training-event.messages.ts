import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CommandReply } from '#domain/process/reply.ts';
import type { TrainingUpdate } from '#domain/process/names.ts';
import type { AgendaStep } from '#domain/training/event.ts';

export type TrainingEventInput = { eventId: string };

/** A command as the engine hears of it: its content lies in the command ledger. */
export type TrainingCommandRef = { commandId: string };

/** The update id is the command's id. */
export const trainingUpdates: Record<
  TrainingUpdate,
  ReturnType<typeof defineUpdate<CommandReply, [TrainingCommandRef]>>
> = {
  changeTrainingEvent: defineUpdate<CommandReply, [TrainingCommandRef]>('changeTrainingEvent'),
  cancelTrainingEvent: defineUpdate<CommandReply, [TrainingCommandRef]>('cancelTrainingEvent'),
};

/** What the event still waits for. */
export const trainingAgenda = defineQuery<AgendaStep[]>('trainingAgenda');
