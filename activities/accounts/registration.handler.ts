import { findClaimOfProcedure, settleClaim } from '#persistence/accounts/registrations.repository.ts';
import type { NewMail } from '#persistence/notifications/mails.repository.ts';
import type { ProcedureContext, ProcedureHandler } from '../procedures/procedure-handler.ts';

/**
 * A registration: the claim follows its procedure. Approved, its owner gets the link to the first password at the address that was proved; the
 * account itself is opened with that password.
 */
export const accountRegistration: ProcedureHandler = {
  saysGranted: true,
  async decided(context) {
    if (context.outcome === 'granted') return grant(context);
    if (context.outcome === 'rejected') await settle(context, 'rejected', context.reason);
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

async function grant({ em, matter, at }: ProcedureContext): Promise<{ mails?: NewMail[] }> {
  const claim = await findClaimOfProcedure(em, matter.id);
  if (!claim) return {};
  const { expiresAt } = await settleClaim(em, claim.id, 'granted', null);
  return {
    mails: [
      {
        template: 'registration-granted',
        taskId: null,
        matterId: matter.id,
        assignee: { kind: 'employee', id: claim.employeeId },
        createdAt: at,
        data: { claimId: claim.id, expiresAt },
        ...(claim.email && { address: claim.email }),
      },
    ],
  };
}

async function settle(
  { em, matter }: ProcedureContext,
  state: 'rejected' | 'expired',
  reason: string | null,
): Promise<void> {
  const claim = await findClaimOfProcedure(em, matter.id);
  if (claim) await settleClaim(em, claim.id, state, reason);
}
