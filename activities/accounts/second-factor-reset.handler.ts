import { removeSecondFactor } from '#persistence/accounts/second-factor.repository.ts';
import type { ProcedureHandler } from '../process/procedure-handlers.ts';

/** A lost second factor is taken off the account, and all sessions end, once two different persons agreed. */
export const secondFactorReset: ProcedureHandler = {
  async decided({ em, procedure, command, outcome, acceptedAt }) {
    if (outcome !== 'granted') return {};
    const wasThere = await removeSecondFactor(em, procedure.employeeId, {
      actorId: command.actorId,
      reason: `procedure ${procedure.id}`,
    });
    return { story: [{ kind: 'secondFactorRemoved', at: acceptedAt, data: { wasThere } }] };
  },
};
