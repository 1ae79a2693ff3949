import type { DecisionArguments, Receipt } from '#contracts/decisions.contract.ts';
import type { Refusal } from '#domain/process/reply.ts';
import { answers } from '#domain/process/tasks.ts';
import { findReceipt, type ReceiptRow } from '#persistence/matters/receipts.queries.ts';
import { findTask, type TaskForDecision } from '#persistence/matters/tasks.queries.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import { allows } from '../access/ability.ts';
import type { SignedInContext } from '../http/context.ts';
import { failpoint } from '../http/failpoint.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { acceptOnce } from './accept-once.ts';
import type { Check, Checks } from './checks.ts';
import { deliver } from './deliver.ts';

type Input = { taskId: string; commandId: string; arguments: DecisionArguments };
type Answer = { status: 200 | 202; body: Receipt };

/**
 * The one road of a decision: cheap checks, the ledger (its commit is the receipt), then the workflow. Answered in time:
 * 200, or the problem that the workflow refused with. Not answered: 202, and the relay sends the same command until it is.
 */
export async function decideTask(context: SignedInContext, input: Input, checks: Checks): Promise<Answer> {
  const { em, actor, today } = context;
  const task = found(await findTask(em, input.taskId, { employeeId: actor.employeeId, today }));
  const { decision } = input.arguments;
  const command = await acceptOnce(
    context,
    {
      id: input.commandId,
      onBehalfOfPositionId: task.assigneeKind === 'position' ? task.assigneeId : null,
      matterId: task.matterId,
      taskId: task.id,
      workflowId: task.workflowId,
      name: decision,
      arguments: input.arguments,
    },
    () => requireDecidable(context, task, input.arguments, checks),
  );
  failpoint('after-ledger');

  if (command.state === 'accepted') {
    const { workflowId, slot } = task;
    await awaitAnswer(context, {
      id: command.id,
      form: 'update',
      name: decision,
      workflowId,
      taskId: task.id,
      slot,
      arguments: {},
    });
  }
  failpoint('before-response');
  return answerOf(context, found(await findReceipt(em, command.id, actor.employeeId, today)));
}

/** The receipt of an own decision; of anybody else's there is none. */
export async function receiptOf({ em, actor, today }: SignedInContext, commandId: string): Promise<Receipt> {
  return present(found(await findReceipt(em, commandId, actor.employeeId, today)));
}

/** Cheap checks before anything is stored; the workflow's activity makes the binding ones in its transaction. */
async function requireDecidable(
  { ability, actor, em }: SignedInContext,
  task: TaskForDecision,
  args: DecisionArguments,
  checks: Checks,
): Promise<void> {
  if (!allows(ability, 'read', 'Task', task)) throw notFound();
  if (task.row.state !== 'open') throw alreadyDecided(task);
  if (!answers(args.decision, task.row.kind)) {
    throw new Problem('process.wrongDecision', { decision: args.decision, kind: task.row.kind });
  }
  if (task.employeeId === actor.employeeId && !task.isOwnTask) throw new Problem('access.ownItem');
  if (task.barredIds.includes(actor.employeeId)) throw new Problem('process.secondPerson');
  if (!allows(ability, 'decide', 'Task', task)) throw new Problem('access.notAuthorised');
  const check = checks[args.decision] as Check<typeof args.decision> | undefined;
  await check?.(em, task.matterId, args);
}

const alreadyDecided = (task: TaskForDecision): Problem =>
  new Problem('process.taskDecided', { by: task.decidedBy, at: task.closedAt, decision: task.decision });

/**
 * Hands the command to its workflow and waits a bounded time. The step's transaction makes the decision count and announces it, so the person
 * need not wait until the workflow has taken note of its own step as well.
 */
async function awaitAnswer(context: SignedInContext, command: CommandToDeliver): Promise<void> {
  const isOver = new AbortController();
  const announced = context.deps.live.answered(command.id, isOver.signal);
  await Promise.race([announced, deliver(context, command)]);
  isOver.abort();
}

async function answerOf(context: SignedInContext, receipt: ReceiptRow): Promise<Answer> {
  if (receipt.state === 'accepted') return { status: 202, body: present(receipt) };
  if (receipt.outcome?.kind === 'refused') throw await refusal(context, receipt.taskId, receipt.outcome);
  return { status: 200, body: present(receipt) };
}

/** A refusal in words for people: when somebody was quicker, who, when and what they decided, for those who still see the task. */
async function refusal(context: SignedInContext, taskId: string, { code, detail }: Refusal): Promise<Problem> {
  if (code !== 'process.taskDecided' && code !== 'process.stepNotOpen') return new Problem(code, detail);
  const reader = { employeeId: context.actor.employeeId, today: context.today };
  const task = found(await findTask(context.em.fork(), taskId, reader));
  if (task.row.state === 'open') return new Problem(code);
  return allows(context.ability, 'read', 'Task', task) ? alreadyDecided(task) : new Problem('process.taskDecided');
}

function present({ taskId: _taskId, outcome, ...receipt }: ReceiptRow): Receipt {
  const answered =
    outcome &&
    (outcome.kind === 'applied'
      ? { kind: 'applied' as const }
      : { kind: 'refused' as const, code: outcome.code, ...(outcome.detail && { detail: outcome.detail }) });
  return { ...receipt, outcome: answered } satisfies Receipt;
}
