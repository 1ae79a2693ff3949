import { findEvidence, findOwnPeriodState, removeEvidence } from '#persistence/reporting/evidence.repository.ts';
import { allows } from '../access/ability.ts';
import { signedIn } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';

export const evidenceContractRoutes = {
  removeEvidence: signedIn.cycles.removeEvidence.handler(async ({ input, context: { em, ability, actor } }) => {
    const file = found(await findEvidence(em, input.id));
    if (!allows(ability, 'edit', 'Draft', { employeeId: file.employeeId })) throw notFound();
    if ((await findOwnPeriodState(em, file.cycleId, file.periodNo, actor.employeeId)) !== 'open')
      throw new Problem('evidence.alreadySubmitted');
    await removeEvidence(em, input.id);
    return { removed: true as const };
  }),
};
