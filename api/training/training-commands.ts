import type { TrainingReceipt } from '#contracts/training.schemas.ts';
import { isChangeable } from '#domain/training/event.ts';
import { findTrainingReceipt, type TrainingReceiptRow } from '#persistence/training/training-commands.repository.ts';
import type { EventDetailRow } from '#persistence/training/training.queries.ts';
import type { TrainingUpdate } from '#domain/process/names.ts';
import type { SignedInContext } from '../http/context.ts';
import { acceptOnce } from '../matters/accept-once.ts';
import { deliver } from '../matters/deliver.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { readEvent } from './event.presenter.ts';

type Answer = { status: 200 | 202; body: TrainingReceipt };

/**
 * The road of an organiser's decision: the ledger (its commit is the receipt), then the workflow; the relay sends on what was not answered.
 * `requireRight` checks what is in the command, once the event is known to be the sender's to change.
 */
export async function sendTrainingCommand(
  context: SignedInContext,
  command: { id: string; eventId: string; update: TrainingUpdate; arguments: Record<string, unknown> },
  requireRight: (event: EventDetailRow) => void | Promise<void> = () => undefined,
): Promise<Answer> {
  const { em, actor } = context;
  const { event, canOrganise } = await readEvent(context, command.eventId);
  const accepted = await acceptOnce(
    context,
    { id: command.id, workflowId: event.workflowId, name: command.update, arguments: command.arguments },
    async () => {
      if (!canOrganise) throw notFound();
      if (event.state === 'draft') throw new Problem('training.event.notDraft');
      if (!isChangeable(event.state)) throw new Problem('training.event.over');
      await requireRight(event);
    },
  );
  if (accepted.state === 'accepted') {
    const { workflowId } = event;
    const { id, update: name, arguments: args } = command;
    await deliver(context, { id, form: 'update', name, workflowId, taskId: null, slot: null, arguments: args });
  }
  return answerOf(found(await findTrainingReceipt(em, command.id, actor.employeeId)));
}

/** The receipt of an own command; of anybody else's there is none. */
export async function trainingReceipt({ em, actor }: SignedInContext, commandId: string): Promise<TrainingReceipt> {
  return found(await findTrainingReceipt(em, commandId, actor.employeeId));
}

function answerOf(receipt: TrainingReceiptRow): Answer {
  if (receipt.state === 'accepted') return { status: 202, body: receipt };
  if (receipt.outcome?.kind === 'refused') throw new Problem(receipt.outcome.code, receipt.outcome.detail);
  return { status: 200, body: receipt };
}
