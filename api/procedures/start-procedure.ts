import type { EntityManager } from '@mikro-orm/postgresql';
import type { OpeningReceipt } from '#contracts/procedures.contract.ts';
import { settleFact } from '#persistence/commands/facts.repository.ts';
import {
  openProcedure,
  type NewProcedure,
  type OpenedProcedure,
} from '#persistence/procedures/procedures.repository.ts';
import { procedureWorkflowId } from '#workflows/procedure/procedure.ids.ts';
import type { RequestContext } from '../http/context.ts';

/** Opens a procedure in the caller's transaction; `startOpened` starts it after the commit. */
export const open = (em: EntityManager, procedure: Omit<NewProcedure, 'workflowIdOf'>): Promise<OpenedProcedure> =>
  openProcedure(em, { ...procedure, workflowIdOf: procedureWorkflowId });

/** Starts the workflow of what was opened. When the engine is away the ledger's row is the receipt and the relay starts it. */
export async function startOpened(
  { deps, em }: Pick<RequestContext, 'deps' | 'em'>,
  opened: OpenedProcedure,
): Promise<OpeningReceipt> {
  const outcome = await deps.engine.startProcedure(opened.workflowId, {
    procedureId: opened.id,
    kind: opened.kind,
    gen: opened.gen,
  });
  if (outcome === 'started') await settleFact(em.fork() as EntityManager, opened.commandId);
  return { procedureId: opened.id, number: opened.number, state: outcome === 'started' ? 'answered' : 'accepted' };
}
