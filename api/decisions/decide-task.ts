import type { EntityManager } from '@mikro-orm/postgresql';
import type { DecisionArguments, Receipt } from '#contracts/decisions.contract.ts';
import type { Refusal } from '#domain/process/reply.ts';
import { taskRuleOf } from '#domain/process/tasks.ts';
import { settleCommand } from '#persistence/commands/commands.repository.ts';
import { findReceipt, type ReceiptRow } from '#persistence/commands/receipts.queries.ts';
import { readSkpVersions } from '#persistence/process/cycle-views.queries.ts';
import { findTask, type TaskForDecision } from '#persistence/process/tasks.queries.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import { allows } from '../access/ability.ts';
import type { SignedInContext } from '../http/context.ts';
import { failpoint } from '../http/failpoint.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { inForce } from '../process/task-detail.presenter.ts';
import { requireValidReport, requireValidSkp } from '../skp/content-rules.ts';
import { requireOpenGate } from '../training/gate.ts';
import { acceptOnce } from './accept-once.ts';

type Input = { taskId: string; commandId: string; arguments: DecisionArguments };
type Answer = { status: 200 | 202; body: Receipt };

/**
 * The one road of a decision: cheap checks, the ledger (its commit is the receipt), then the workflow. Answered in time:
 * 200, or the problem that the workflow refused with. Not answered: 202, and the relay sends the same command until it is.
 */
export async function decideTask(context: SignedInContext, input: Input): Promise<Answer> {
  const { em, actor } = context;
  const task = found(await findTask(em, input.taskId, actor.employeeId));
  const command = await acceptOnce(
    context,
    {
      id: input.commandId,
      onBehalfOfPositionId: task.assigneeKind === 'position' ? task.assigneeId : null,
      cycleId: task.cycleId,
      procedureId: task.procedureId,
      taskId: task.id,
      workflowId: task.workflowId,
      updateName: input.arguments.decision,
      arguments: input.arguments,
    },
    () => requireDecidable(context, task, input.arguments),
  );
  failpoint('after-ledger');

  if (command.state === 'accepted') {
    await deliver(context, {
      id: command.id,
      workflowId: task.workflowId,
      updateName: input.arguments.decision,
      taskId: task.id,
      periodNo: task.row.periodNo,
    });
  }
  failpoint('before-response');
  return answerOf(context, found(await findReceipt(em, command.id, actor.employeeId)));
}

/** The receipt of an own decision; of anybody else's there is none. */
export async function receiptOf({ em, actor }: SignedInContext, commandId: string): Promise<Receipt> {
  return present(found(await findReceipt(em, commandId, actor.employeeId)));
}

/** Cheap checks before anything is stored; the workflow's activity makes the binding ones in its transaction. */
async function requireDecidable(
  { ability, actor, em }: SignedInContext,
  task: TaskForDecision,
  args: DecisionArguments,
): Promise<void> {
  if (!allows(ability, 'read', 'Task', task)) throw notFound();
  if (task.row.state !== 'open') throw alreadyDecided(task);
  if (!taskRuleOf(task.row.kind).decisions.includes(args.decision)) {
    throw new Problem('process.wrongDecision', { decision: args.decision, kind: task.row.kind });
  }
  if (task.employeeId === actor.employeeId && !task.isOwnTask) throw new Problem('access.ownItem');
  if (task.barredIds.includes(actor.employeeId)) throw new Problem('process.secondPerson');
  if (!allows(ability, 'decide', 'Task', task)) throw new Problem('access.notAuthorised');
  if (!task.cycleId) return;
  if (args.decision === 'submitSkp') {
    await requireOpenGate(em, task.cycleId);
    requireValidSkp(args.content);
  }
  if (args.decision === 'submitReport') {
    const skp = inForce(await readSkpVersions(em, task.cycleId));
    if (skp) requireValidReport(args.content, skp.content);
  }
}

const alreadyDecided = (task: TaskForDecision): Problem =>
  new Problem('process.taskDecided', { by: task.decidedBy, at: task.closedAt, decision: task.decision });

/**
 * Hands the command to its workflow and waits a bounded time. The transaction of the workflow's activity makes the decision
 * count and announces it, so the person need not wait until the workflow has taken note of its own step as well.
 */
async function deliver({ deps }: SignedInContext, command: CommandToDeliver): Promise<void> {
  const isOver = new AbortController();
  const announced = deps.live.answered(command.id, isOver.signal);
  const delivered = deps.engine
    .deliver(command)
    // An activity stores its reply itself; this is for refusals that came before any activity ran. The first answer stands.
    .then((reply) =>
      reply === 'pending' ? undefined : settleCommand(deps.orm.em.fork() as EntityManager, command.id, reply),
    )
    .catch((error: unknown) =>
      deps.log.warn(
        { err: error, commandId: command.id },
        'the answer of the engine could not be noted; the relay asks again',
      ),
    );
  await Promise.race([announced, delivered]);
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
  const task = found(await findTask(context.em.fork() as EntityManager, taskId, context.actor.employeeId));
  if (task.row.state === 'open') return new Problem(code);
  return allows(context.ability, 'read', 'Task', task) ? alreadyDecided(task) : new Problem('process.taskDecided');
}

function present({ taskId: _taskId, outcome, ...receipt }: ReceiptRow): Receipt {
  const answered =
    outcome &&
    (outcome.kind === 'applied'
      ? { kind: 'applied' as const }
      : { kind: 'refused' as const, code: outcome.code, ...(outcome.detail && { detail: outcome.detail }) });
  return { ...receipt, outcome: answered } as Receipt;
}
