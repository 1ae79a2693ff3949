import { actingProblem } from '#domain/organisation/personnel.ts';
import { endActing, lockActing, readPost, startActing } from '#persistence/organisation/acting.repository.ts';
import { recordAct } from '#persistence/organisation/personnel-acts.repository.ts';
import { lockPersonnel } from '#persistence/organisation/personnel-lock.ts';
import { findPosition, lockEmployee } from '#persistence/organisation/personnel.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows } from '../access/ability.ts';
import { signedIn } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { deliverQueued } from '../matters/deliver.ts';
import { asProblem, requireAuthority } from './personnel.routes.ts';

export const actingRoutes = {
  startActing: signedIn.organisation.startActing.handler(async ({ input, context }) => {
    const actorId = context.actor.employeeId;
    const { id, facts } = await inTransaction(context.em, async (em) => {
      await lockPersonnel(em, 'shared');
      const employee = found(await lockEmployee(em, input.employeeId));
      requireAuthority(context, employee);
      const position = found(await findPosition(em, input.positionId));
      if (!allows(context.ability, 'administer', 'Employee', { unitId: position.unitId })) throw notFound();
      const post = await readPost(em, input.positionId, input.validFrom, input.validTo);
      const problem = actingProblem({ ...input, ...post, actorId, status: employee.status });
      if (problem) throw new Problem(problem);
      const assignmentId = await startActing(em, { ...input, actorId });
      const act = {
        employeeId: input.employeeId,
        untilOn: null,
        orderNumber: input.orderNumber,
        reason: input.reason,
        actorId,
        data: { positionId: input.positionId, assignmentId },
      };
      const begun = await recordAct(
        em,
        { ...act, kind: 'actingStarts', effectiveOn: input.validFrom, untilOn: input.validTo },
        employee,
        context.today,
      );
      await recordAct(
        em,
        { ...act, kind: 'actingEnds', effectiveOn: dayAfter(input.validTo) },
        employee,
        context.today,
      );
      return { id: assignmentId, facts: begun.facts };
    }).catch(asProblem);
    await deliverQueued(context, facts);
    return { id };
  }),

  endActing: signedIn.organisation.endActing.handler(async ({ input, context }) => {
    const facts = await inTransaction(context.em, async (em) => {
      await lockPersonnel(em, 'shared');
      const acting = found(await lockActing(em, input.id));
      const employee = found(await lockEmployee(em, acting.employeeId));
      requireAuthority(context, employee);
      if (acting.validTo !== null && (acting.validTo < context.today || input.lastDay > acting.validTo))
        throw new Problem('personnel.dates');
      const by = { actorId: context.actor.employeeId, reason: input.reason };
      await endActing(em, acting, input.lastDay, by);
      const recorded = await recordAct(
        em,
        {
          employeeId: acting.employeeId,
          kind: 'actingEnds',
          effectiveOn: dayAfter(input.lastDay),
          untilOn: null,
          orderNumber: null,
          reason: input.reason,
          actorId: by.actorId,
          data: { positionId: acting.positionId, assignmentId: acting.id },
        },
        employee,
        context.today,
      );
      return recorded.facts;
    }).catch(asProblem);
    await deliverQueued(context, facts);
    return { done: true as const };
  }),
};

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
