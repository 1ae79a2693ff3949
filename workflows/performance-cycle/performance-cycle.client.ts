import { ApplicationFailure, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { Reply, ReplyCode } from '#domain/process/reply.ts';
import type { Decision } from '#domain/process/tasks.ts';
import type { CommandRef } from './performance-cycle.messages.ts';

export type DecisionToDeliver = { workflowId: string; decision: Decision; command: CommandRef };

/**
 * What became of a delivery. `unanswered`: the engine is down, slow, busy with the same task or has not started the workflow
 * yet; deliver again. `gone`: the workflow exists no more, so nothing will ever answer.
 */
export type Delivery = { kind: 'answered'; reply: Reply } | { kind: 'unanswered'; cause: string } | { kind: 'gone' };

/**
 * Sends a decision to its workflow (a cycle or a procedure) as an update whose id is the command's id, and waits a bounded time. Safe to repeat: the
 * engine counts the id once per run, the activity counts it once for ever.
 */
export async function deliverDecision(client: Client, { workflowId, decision, command }: DecisionToDeliver, waitMs: number): Promise<Delivery> {
  const until = Date.now() + waitMs;
  for (let pauseMs = 20; ; pauseMs *= 2) {
    try {
      const reply = await client.withDeadline(until, () =>
        client.workflow.getHandle(workflowId).executeUpdate<Reply, [CommandRef]>(decision, { args: [command], updateId: command.commandId }),
      );
      return { kind: 'answered', reply };
    } catch (error) {
      if (!isBusy(error) || Date.now() + pauseMs >= until) return failedDelivery(error);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

const refusalIn = (error: unknown): ApplicationFailure | null =>
  error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure ? error.cause : null;

/** The workflow is still taking note of the step before this decision: what people see already is milliseconds away from it. */
const isBusy = (error: unknown): boolean => refusalIn(error)?.type === 'process.busy';

function failedDelivery(error: unknown): Delivery {
  if (error instanceof WorkflowNotFoundError) return { kind: 'gone' };
  const refusal = refusalIn(error);
  if (refusal?.type?.startsWith('process.') && !isBusy(error)) {
    return { kind: 'answered', reply: { kind: 'refused', code: refusal.type as ReplyCode } };
  }
  const inner = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return { kind: 'unanswered', cause: error instanceof Error ? `${error.name}: ${error.message}${inner}` : String(error) };
}
