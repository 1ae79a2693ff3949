import { removeSecondFactor } from '#persistence/accounts/second-factor.repository.ts';
import type { ProcedureHandler } from '../procedures/procedure-handler.ts';

/** A lost second factor is taken off the account, and all sessions end, once two different persons agreed. */
export const secondFactorReset: ProcedureHandler = {
  async decided({ em, matter, actorId, outcome, acceptedAt }) {
    if (outcome !== 'granted') return {};
    const wasThere = await removeSecondFactor(em, matter.employeeId, { actorId, reason: `procedure ${matter.id}` });
    return { story: [{ kind: 'secondFactorRemoved', at: acceptedAt, data: { wasThere } }] };
  },
};
