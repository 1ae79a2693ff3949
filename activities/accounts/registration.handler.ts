import { findClaimOfProcedure, settleClaim } from '#persistence/accounts/registrations.repository.ts';
import { writeMails } from '#persistence/notifications/mails.repository.ts';
import type { ProcedureHandler } from '../process/procedure-handlers.ts';
import type { ProcedureContext } from '../process/procedure-step.ts';

/**
 * A registration: the claim follows its procedure. Approved, its owner gets the link to the first password at the address that was proved; the
 * account itself is opened with that password.
 */
export const accountRegistration: ProcedureHandler = {
  saysGranted: true,
  async decided(context) {
    const { command } = context;
    if (context.outcome === 'granted') await grant(context);
    if (context.outcome === 'rejected')
      await settle(context, 'rejected', typeof command.arguments.reason === 'string' ? command.arguments.reason : null);
    return {};
  },
  async expired(context) {
    await settle(context, 'expired', null);
    return {};
  },
  async withdrawn(context) {
    await settle(context, 'expired', null);
    return {};
  },
};

async function grant(context: ProcedureContext): Promise<void> {
  const { em, procedure, at } = context;
  const claim = await findClaimOfProcedure(em, procedure.id);
  if (!claim) return;
  const { expiresAt } = await settleClaim(em, claim.id, 'granted', null);
  await writeMails(em, [
    {
      template: 'registration-granted',
      taskId: null,
      cycleId: null,
      procedureId: procedure.id,
      assignee: { kind: 'employee', id: claim.employeeId },
      createdAt: at,
      data: { claimId: claim.id, expiresAt },
      ...(claim.email && { address: claim.email }),
    },
  ]);
}

async function settle(
  { em, procedure }: ProcedureContext,
  state: 'rejected' | 'expired',
  reason: string | null,
): Promise<void> {
  const claim = await findClaimOfProcedure(em, procedure.id);
  if (claim) await settleClaim(em, claim.id, state, reason);
}
