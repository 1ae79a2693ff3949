import { ApplicationFailure, WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { CommandReply, ReplyCode } from '#domain/process/reply.ts';

/** A command of the ledger for its workflow: a decision on a task of a cycle or a procedure, or what an organiser wants of a training event. */
export type CommandToDeliver = {
  id: string;
  workflowId: string;
  updateName: string;
  taskId: string | null;
  periodNo: number | null;
};

/**
 * What became of a delivery. `unanswered`: the engine is down, slow, busy with the same task or has not started the workflow
 * yet; deliver again. `gone`: the workflow exists no more, so nothing will ever answer.
 */
export type Delivery =
  | { kind: 'answered'; reply: CommandReply }
  | { kind: 'unanswered'; cause: string }
  | { kind: 'gone' };

/**
 * Sends a command to its workflow as an update whose id is the command's id, and waits a bounded time. Safe to repeat: the
 * engine counts the id once per run, the activity counts it once for ever.
 */
export async function deliverCommand(
  client: Client,
  { id, workflowId, updateName, taskId, periodNo }: CommandToDeliver,
  waitMs: number,
): Promise<Delivery> {
  const until = Date.now() + waitMs;
  const reference = { commandId: id, ...(taskId !== null && { taskId, periodNo }) };
  for (let pauseMs = 20; ; pauseMs *= 2) {
    try {
      const reply = await client.withDeadline(until, () =>
        client.workflow
          .getHandle(workflowId)
          .executeUpdate<CommandReply, [typeof reference]>(updateName, { args: [reference], updateId: id }),
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

/** The workflow is still taking note of the step before this command: what people see already is milliseconds away from it. */
const isBusy = (error: unknown): boolean => refusalIn(error)?.type === 'process.busy';

/** What the validators of workflows refuse with. */
const REFUSAL = /^(process|training)\./;

function failedDelivery(error: unknown): Delivery {
  if (error instanceof WorkflowNotFoundError) return { kind: 'gone' };
  const code = refusalIn(error)?.type;
  if (code && REFUSAL.test(code) && !isBusy(error))
    return { kind: 'answered', reply: { kind: 'refused', code: code as ReplyCode } };
  const inner = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return {
    kind: 'unanswered',
    cause: error instanceof Error ? `${error.name}: ${error.message}${inner}` : String(error),
  };
}
