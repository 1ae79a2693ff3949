import type { ProcedureProgress } from '#contracts/procedures.contract.ts';
import { findProcedure, readOwnProcedures, type ProcedureRun } from '#persistence/procedures/procedures.queries.ts';
import { queueWithdrawal } from '#persistence/procedures/procedures.repository.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { notFound, Problem } from '../http/problem.ts';
import { deliverQueued } from '../matters/deliver.ts';
import { readDecisions } from './procedure-decisions.ts';

export const proceduresRoutes = {
  mine: signedIn.procedures.mine.handler(async ({ input, context }) => {
    const found = await readOwnProcedures(context.em, context.actor.employeeId, input.kind ? [input.kind] : null);
    return withProgress(context, found);
  }),
  get: signedIn.procedures.get.handler(async ({ input, context }) => {
    const procedure = await requireVisible(context, input.id);
    const [view] = await withProgress(context, [procedure]);
    return { ...view!, earlier: await readDecisions(context, procedure.id) };
  }),
  withdraw: signedIn.procedures.withdraw.handler(async ({ input, context }) => {
    const procedure = await requireVisible(context, input.id);
    if (!canWithdraw(context, procedure)) throw new Problem('process.notWithdrawable');
    const withdrawal = await inTransaction(context.em, (em) =>
      queueWithdrawal(em, procedure, context.actor.employeeId),
    );
    await deliverQueued(context, [withdrawal]);
    return { noted: true as const };
  }),
};

/** A procedure that the reader may see; 404 otherwise. */
async function requireVisible({ em, ability }: SignedInContext, id: string): Promise<ProcedureRun> {
  const procedure = await findProcedure(em, id);
  if (!procedure || !allows(ability, 'read', 'Procedure', procedure)) throw notFound();
  return procedure;
}

/** Only who opened it can take it back, as long as somebody is asked. */
const canWithdraw = ({ ability }: SignedInContext, procedure: ProcedureRun): boolean =>
  procedure.state !== 'finished' && procedure.stage !== 'waiting' && allows(ability, 'edit', 'Procedure', procedure);

async function withProgress(
  context: SignedInContext,
  procedures: readonly ProcedureRun[],
): Promise<ProcedureProgress[]> {
  const waiting = await readWaitingFor(
    context.em,
    procedures.map(({ id }) => id),
    context.today,
  );
  return procedures.map(
    (procedure) =>
      ({
        ...procedure,
        waitingFor: waiting.get(procedure.id) ?? [],
        canWithdraw: canWithdraw(context, procedure),
      }) satisfies ProcedureProgress,
  );
}
