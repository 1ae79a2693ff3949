import {
  ApplicationFailure,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { MATTER_QUEUE, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import type { CommandReply, ReplyCode } from '#domain/process/reply.ts';

/** A message of the ledger for its workflow: a decision or another update, a fact, or a start. */
export type CommandToDeliver = {
  id: string;
  form: 'update' | 'fact' | 'start';
  /** The update's name, the fact's kind, or the workflow's type. */
  name: string;
  workflowId: string;
  /** The decided task and where it lies in its matter; null where the workflow has no tasks. */
  taskId: string | null;
  slot: string | null;
  arguments: Record<string, unknown>;
  /** What a start starts with. */
  start?: Start | null;
};

/** What a run starts with. A generation above the first replaces whatever run there is. */
type Start = { queue: 'matters' | 'operations'; input: object; gen: number };

/**
 * What became of a delivery. `unanswered`: the engine is down, slow, busy with the same task or has not started the workflow
 * yet; deliver again. `gone`: the workflow exists no more, so nothing will ever answer.
 */
export type Delivery =
  | { kind: 'answered'; reply: CommandReply }
  | { kind: 'unanswered'; cause: string }
  | { kind: 'gone' };

/** The answer to a message that only has to arrive. */
const arrived = (): Delivery => ({ kind: 'answered', reply: { kind: 'applied', at: Date.now() } });

/**
 * Hands a message over and waits a bounded time. Safe to repeat: the engine counts an update's id once per run and a fact is known by its id,
 * the activity counts either once for ever. Never throws.
 */
export async function deliverCommand(client: Client, command: CommandToDeliver, waitMs: number): Promise<Delivery> {
  const until = Date.now() + waitMs;
  try {
    if (command.form === 'update') return await deliverUpdate(client, command, until);
    return await client.withDeadline(until, () =>
      command.form === 'start' ? startRun(client, command) : sendFact(client, command),
    );
  } catch (error) {
    return failedDelivery(error);
  }
}

/** Sends an update whose id is the command's id. */
async function deliverUpdate(client: Client, command: CommandToDeliver, until: number): Promise<Delivery> {
  const { id, workflowId, name, taskId, slot } = command;
  const reference = { commandId: id, ...(taskId !== null && { taskId, slot }) };
  const handle = client.workflow.getHandle(workflowId);
  for (let pauseMs = 20; ; pauseMs *= 2) {
    try {
      const reply = await client.withDeadline(until, () =>
        handle.executeUpdate<CommandReply, [typeof reference]>(name, { args: [reference], updateId: id }),
      );
      return { kind: 'answered', reply };
    } catch (error) {
      if (!isBusy(error) || Date.now() + pauseMs >= until) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function sendFact(client: Client, command: CommandToDeliver): Promise<Delivery> {
  await client.workflow.getHandle(command.workflowId).signal('fact', command.arguments);
  return arrived();
}

/** Starts a run, or does nothing when it runs already or is finished by now. */
async function startRun(client: Client, { name, workflowId, start }: CommandToDeliver): Promise<Delivery> {
  if (!start) return { kind: 'gone' };
  const replaces = start.gen > 1;
  try {
    await client.workflow.start(name, {
      workflowId,
      taskQueue: start.queue === 'matters' ? MATTER_QUEUE : OPERATIONS_QUEUE,
      args: [start.input],
      workflowIdReusePolicy: replaces || start.queue === 'operations' ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: replaces ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return arrived();
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
