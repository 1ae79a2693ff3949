import { cancelAct, lockAct } from '#persistence/organisation/personnel-acts.repository.ts';
import {
  readActs,
  readEmployee,
  readNumbers,
  readPositions,
} from '#persistence/organisation/employee-history.queries.ts';
import { listRoles } from '#persistence/organisation/roles.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows } from '../access/ability.ts';
import { signedIn } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { record, requireAuthority } from './personnel.routes.ts';

export const employeeRoutes = {
  employee: signedIn.organisation.employee.handler(async ({ input, context }) => {
    const { em, ability } = context;
    const employee = found(await readEmployee(em, input.id));
    if (!allows(ability, 'read', 'Employee', employee)) throw notFound();
    const { unitId: _unitId, ...shown } = employee;
    return {
      employee: shown,
      numbers: await readNumbers(em, input.id),
      positions: await readPositions(em, input.id, context.today),
      roles: await listRoles(em, {}, { employeeId: input.id, includesPast: true }, context.today),
      acts: await readActs(em, input.id),
      mayAdminister: input.id !== context.actor.employeeId && allows(ability, 'administer', 'Employee', employee),
    };
  }),
  promote: signedIn.organisation.promote.handler(({ input, context }) =>
    record(context, 'promotion', input, {
      ...(input.grade && { grade: input.grade }),
      ...(input.positionId && { positionId: input.positionId }),
    }),
  ),
  startLeave: signedIn.organisation.startLeave.handler(({ input, context }) =>
    record(context, 'leave', input, { leaveKind: input.leaveKind }),
  ),
  endLeave: signedIn.organisation.endLeave.handler(({ input, context }) =>
    record(context, 'return', input, input.positionId ? { positionId: input.positionId } : {}),
  ),
  cancelAct: signedIn.organisation.cancelAct.handler(({ input, context }) =>
    inTransaction(context.em, async (em) => {
      const act = found(await lockAct(em, input.id));
      requireAuthority(context, { id: act.employeeId, unitId: act.unitId });
      if (act.state !== 'scheduled' || act.kind === 'actingStarts' || act.kind === 'actingEnds')
        throw new Problem('personnel.actClosed');
      await cancelAct(em, act, context.actor.employeeId, input.reason);
      return { done: true as const };
    }),
  ),
};
