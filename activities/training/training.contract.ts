import type { CommandReply } from '#domain/process/reply.ts';
import type { AgendaStep, EventStep } from '#domain/training/event.ts';

/** What is still to come of an event; empty when it is over. */
export type EventPlan = { agenda: AgendaStep[] };

export type TrainingActivities = {
  /** What is to come of an event, the earliest first. */
  planTrainingEvent(input: { eventId: string }): Promise<EventPlan>;
  /** Takes a step once its time has come; one that was taken, or whose time was moved, does nothing. Returns the new plan. */
  takeTrainingStep(input: { eventId: string; step: EventStep; at: number }): Promise<EventPlan>;
  /** Carries out a change or cancellation that was accepted, once. */
  carryOutTrainingCommand(input: {
    eventId: string;
    commandId: string;
    at: number;
  }): Promise<{ reply: CommandReply; plan: EventPlan }>;
};
