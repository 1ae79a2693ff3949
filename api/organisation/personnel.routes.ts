import type { EntityManager } from '@mikro-orm/postgresql';
import type { PersonnelActKind } from '#domain/organisation/personnel.ts';
import { ActRefused, recordAct, type ActData } from '#persistence/organisation/personnel-acts.repository.ts';
import { lockPersonnel } from '#persistence/organisation/personnel-lock.ts';
import { findPosition, lockEmployee } from '#persistence/organisation/personnel.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { allows } from '../access/ability.ts';
import { deliverQueued } from '../matters/deliver.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';

export const personnelRoutes = {
  changeSuperior: signedIn.administration.changeSuperior.handler(async ({ input, context }) =>
    noted(await record(context, 'superior', input, { positionId: input.superiorPositionId })),
  ),
  transferEmployee: signedIn.administration.transferEmployee.handler(async ({ input, context }) =>
    noted(await record(context, 'transfer', input, { positionId: input.positionId })),
  ),
  retireEmployee: signedIn.administration.retireEmployee.handler(async ({ input, context }) =>
    noted(await record(context, 'retirement', input, {})),
  ),
  recordDeath: signedIn.administration.recordDeath.handler(async ({ input, context }) =>
    noted(await record(context, 'death', input, {})),
  ),
};

type Input = {
  employeeId: string;
  effectiveOn: string;
  reason: string;
  untilOn?: string | null;
  orderNumber?: string | undefined;
};
export type RecordedAct = { id: string; state: 'applied' | 'scheduled' };

const noted = ({ state }: RecordedAct) => ({ noted: true as const, state });

/** Kinds whose post must lie in a unit that the administrator has: people are not put where one has no say. */
const NEEDS_OWN_TARGET: readonly PersonnelActKind[] = ['transfer', 'promotion', 'return'];

/**
 * Records an act about a person. Their row is locked, the rights hold at this moment, the act is written with its audit
 * line and its messages to running cycles; then they are sent. An act of a later day waits for it.
 */
export async function record(
  context: SignedInContext,
  kind: PersonnelActKind,
  input: Input,
  data: ActData,
): Promise<RecordedAct> {
  const { employeeId, effectiveOn, reason } = input;
  const { facts, ...recorded } = await inTransaction(context.em, async (em) => {
    await lockPersonnel(em, 'shared');
    const employee = found(await lockEmployee(em, employeeId));
    requireAuthority(context, employee);
    await requireTarget(em, context, kind, data);
    return recordAct(
      em,
      {
        employeeId,
        kind,
        effectiveOn,
        untilOn: input.untilOn ?? null,
        orderNumber: input.orderNumber ?? null,
        reason,
        data,
        actorId: context.actor.employeeId,
      },
      employee,
      context.today,
    );
  }).catch(asProblem);
  await deliverQueued(context, facts);
  return recorded;
}

/** 404 for people one may not see, 403 for those one may only see. */
export function requireAuthority({ ability }: SignedInContext, employee: { id: string; unitId: string }): void {
  if (!allows(ability, 'read', 'Employee', employee)) throw notFound();
  if (!allows(ability, 'administer', 'Employee', employee)) throw new Problem('access.denied');
}

async function requireTarget(
  em: EntityManager,
  { ability }: SignedInContext,
  kind: PersonnelActKind,
  { positionId }: ActData,
): Promise<void> {
  if (!positionId) return;
  const target = found(await findPosition(em, positionId));
  if (NEEDS_OWN_TARGET.includes(kind) && !allows(ability, 'administer', 'Employee', { unitId: target.unitId }))
    throw notFound();
}

/** Refusals of the personnel administration, as problems. */
export const asProblem = (error: unknown): never => {
  throw error instanceof ActRefused ? new Problem(error.code) : error;
};
