import { grantProblem } from '#domain/access/role-grants.ts';
import { lockEmployee } from '#persistence/organisation/personnel.repository.ts';
import {
  endRole,
  grantRole,
  hasSuccessor,
  heldRoles,
  listRoles,
  lockRole,
  unitPath,
} from '#persistence/organisation/roles.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows, requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';

export const rolesRoutes = {
  roles: signedIn.organisation.roles.handler(({ input, context }) => {
    requireSome(context.ability, 'read', 'Role');
    return listRoles(context.em, accessibleBy(context.ability, 'read', 'Role'), input, context.today);
  }),

  grantRole: signedIn.organisation.grantRole.handler(({ input, context }) =>
    inTransaction(context.em, async (em) => {
      requireRoleIn(context, input.unitId);
      const path = found(await unitPath(em, input.unitId));
      // Locked, so that two grants that must stay apart do not pass each other.
      const employee = found(await lockEmployee(em, input.employeeId));
      if (!allows(context.ability, 'read', 'Employee', employee)) throw notFound();
      if (employee.status !== 'aktif') throw new Problem('personnel.notActive', { status: employee.status });
      const grant = { ...input, unitPath: path, granterId: context.actor.employeeId, granteeId: input.employeeId };
      const problem = grantProblem(grant, await heldRoles(em, input.employeeId));
      if (problem) throw new Problem(problem);
      return { id: await grantRole(em, { ...input, actorId: context.actor.employeeId }) };
    }),
  ),

  endRole: signedIn.organisation.endRole.handler(({ input, context }) =>
    inTransaction(context.em, async (em) => {
      const role = found(await lockRole(em, input.id));
      requireRoleIn(context, role.unitId);
      if (role.validTo !== null && (role.validTo < context.today || input.lastDay > role.validTo))
        throw new Problem('roles.ended');
      if (role.role === 'agencyAdmin' && role.isTopUnit && !(await hasSuccessor(em, role, input.lastDay)))
        throw new Problem('roles.lastAdmin');
      await endRole(em, role, input.lastDay, { actorId: context.actor.employeeId, reason: input.reason });
      return { done: true as const };
    }),
  ),
};

/** 404 for units one may not see, 403 for those whose roles one may only read. */
function requireRoleIn({ ability }: SignedInContext, unitId: string): void {
  if (!allows(ability, 'read', 'Role', { unitId })) throw notFound();
  if (!allows(ability, 'administer', 'Role', { unitId })) throw new Problem('access.denied');
}
