import type { OpeningReceipt } from '#contracts/procedures.contract.ts';
import type { OpenedProcedure } from '#persistence/procedures/procedures.repository.ts';
import type { RequestContext } from '../http/context.ts';
import { deliverQueued } from '../matters/deliver.ts';

/** Starts the run of a procedure that was opened. When the engine is away the ledger's row is the receipt and the relay starts it. */
export async function startOpened(
  context: Pick<RequestContext, 'deps'>,
  { id, start }: OpenedProcedure,
): Promise<OpeningReceipt> {
  const isStarted = await deliverQueued(context, [start]);
  return { procedureId: id, number: start.number, state: isStarted ? 'answered' : 'accepted' };
}
