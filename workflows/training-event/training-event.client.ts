import { ApplicationFailure, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { trainingUpdates, type TrainingReply, type TrainingUpdate } from './training-event.messages.ts';

/** `unanswered`: the engine is down, slow or has not started the event's workflow; deliver again. `gone`: nothing will ever answer. */
export type TrainingDelivery = { kind: 'answered'; reply: TrainingReply } | { kind: 'unanswered'; cause: string } | { kind: 'gone' };

/** Sends a command to its event as an update whose id is the command's id, and waits a bounded time. Safe to repeat. */
export async function deliverTrainingCommand(
  client: Client,
  { workflowId, update, commandId }: { workflowId: string; update: TrainingUpdate; commandId: string },
  waitMs: number,
): Promise<TrainingDelivery> {
  try {
    const reply = await client.withDeadline(Date.now() + waitMs, () =>
      client.workflow.getHandle(workflowId).executeUpdate(trainingUpdates[update], { args: [{ commandId }], updateId: commandId }),
    );
    return { kind: 'answered', reply };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'gone' };
    const refusal = error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure ? error.cause.type : null;
    if (refusal?.startsWith('training.')) return { kind: 'answered', reply: { kind: 'refused', code: refusal } };
    return { kind: 'unanswered', cause: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
