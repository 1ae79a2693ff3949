import type { EntityManager } from '@mikro-orm/postgresql';
import { settleFact, type QueuedFact } from '#persistence/commands/facts.repository.ts';
import { today } from '#persistence/organisation/actor.repository.ts';
import { changeSuperior, endService, findPosition, isInLine, lockEmployee, transfer, type EmployeeForAct, type PersonnelAct } from '#persistence/organisation/personnel.repository.ts';
import { allows } from '../access/ability.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';

export const personnelRoutes = {
  changeSuperior: signedIn.administration.changeSuperior.handler(({ input, context }) =>
    carryOut(context, input, async (em, act, employee) => {
      const superior = found(await findPosition(em, input.superiorPositionId));
      const positionId = requirePosition(employee);
      // Nobody is their own superior, not over any number of steps.
      if (await isInLine(em, superior.id, positionId)) throw new Problem('personnel.ownSuperior');
      return changeSuperior(em, { ...act, positionId, superiorPositionId: superior.id });
    }),
  ),
  transferEmployee: signedIn.administration.transferEmployee.handler(({ input, context }) =>
    carryOut(context, input, async (em, act, employee) => {
      const target = found(await findPosition(em, input.positionId));
      if (!allows(context.ability, 'administer', 'Employee', { unitId: target.unitId })) throw notFound();
      if (target.isHeldDefinitively) throw new Problem('personnel.positionHeld');
      return transfer(em, { ...act, fromPositionId: requirePosition(employee), toPositionId: target.id, toUnitId: target.unitId });
    }),
  ),
  retireEmployee: signedIn.administration.retireEmployee.handler(({ input, context }) => carryOut(context, input, (em, act) => endService(em, { ...act, kind: 'retired' }))),
  recordDeath: signedIn.administration.recordDeath.handler(({ input, context }) => carryOut(context, input, (em, act) => endService(em, { ...act, kind: 'died' }))),
};

type Input = { employeeId: string; effectiveOn: string; reason: string };

/** The employee's row is locked, the act written with its audit line and its messages to running cycles; then they are sent. */
async function carryOut(
  context: SignedInContext,
  { employeeId, effectiveOn, reason }: Input,
  act: (em: EntityManager, act: PersonnelAct, employee: EmployeeForAct) => Promise<QueuedFact[]>,
): Promise<{ noted: true }> {
  const facts = await context.em.fork().transactional(async (inner) => {
    const em = inner as EntityManager;
    const employee = found(await lockEmployee(em, employeeId));
    if (!allows(context.ability, 'read', 'Employee', employee)) throw notFound();
    if (!allows(context.ability, 'administer', 'Employee', employee)) throw new Problem('access.denied');
    if (effectiveOn > today()) throw new Problem('personnel.futureDate');
    if (['pensiun', 'meninggal', 'berhenti'].includes(employee.status)) throw new Problem('personnel.notActive', { status: employee.status });
    return act(em, { employeeId, effectiveOn, reason, actorId: context.actor.employeeId }, employee);
  });
  await tell(context, facts);
  return { noted: true };
}

function requirePosition(employee: EmployeeForAct): string {
  if (!employee.positionId) throw new Problem('personnel.noPosition');
  return employee.positionId;
}

const AT_ONCE = 20;

/** Sends the first messages at once, so that a screen sees the effect; what does not arrive is sent again by the relay. */
async function tell({ deps, em }: SignedInContext, facts: readonly QueuedFact[]): Promise<void> {
  await Promise.all(
    facts.slice(0, AT_ONCE).map(async ({ commandId, workflowId, signalName, argument }) => {
      const outcome = await deps.engine.signal(workflowId, signalName, argument);
      if (outcome === 'delivered') await settleFact(em.fork() as EntityManager, commandId);
    }),
  );
}
