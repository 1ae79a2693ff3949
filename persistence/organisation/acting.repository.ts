import type { EntityManager } from '@mikro-orm/postgresql';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { select, selectOne, sql } from '../sql.ts';
import { isNotOver } from './holding.ts';

export type PostInDays = { holderId: string | null; actingIds: string[] };

/** Who holds a post definitively in these days, and who acts in it on any of them. */
export async function readPost(
  em: EntityManager,
  positionId: string,
  validFrom: string,
  validTo: string,
): Promise<PostInDays> {
  const rows = await select<{ employeeId: string; kind: string }>(
    em,
    sql`select a.employee_id as "employeeId", a.kind from position_assignment a
        where a.position_id = ${positionId} and a.valid_from <= ${validTo}::date and ${isNotOver('a', sql`greatest(${validFrom}::date, a.valid_from)`)}`,
  );
  return {
    holderId: rows.find(({ kind }) => kind === 'definitif')?.employeeId ?? null,
    actingIds: rows.filter(({ kind }) => kind !== 'definitif').map(({ employeeId }) => employeeId),
  };
}

export type NewActing = {
  employeeId: string;
  positionId: string;
  kind: 'plt' | 'plh';
  validFrom: string;
  validTo: string;
  orderNumber: string;
  reason: string;
  actorId: string;
};

/** Lets somebody act in a post between two dates, in the caller's transaction. The dates do the rest. */
export async function startActing(
  em: EntityManager,
  { employeeId, positionId, kind, validFrom, validTo, orderNumber, reason, actorId }: NewActing,
): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into position_assignment (position_id, employee_id, kind, valid_from, valid_to, order_number)
        values (${positionId}, ${employeeId}, ${kind}, ${validFrom}::date, ${validTo}::date, ${orderNumber}) returning id`,
  );
  await appendAuditEvent(em, {
    kind: 'actingStarted',
    at: new Date(),
    actorId,
    data: { employeeId, positionId, actingKind: kind, validFrom, validTo, orderNumber, reason },
  });
  return row!.id;
}

export type ActingForAct = {
  id: string;
  employeeId: string;
  positionId: string;
  unitId: string;
  kind: string;
  validFrom: string;
  validTo: string | null;
};

/** A Plt or Plh, locked; null when unknown. */
export const lockActing = (em: EntityManager, id: string): Promise<ActingForAct | null> =>
  selectOne<ActingForAct>(
    em,
    sql`select a.id, a.employee_id as "employeeId", a.position_id as "positionId", p.unit_id as "unitId", a.kind, a.valid_from as "validFrom", a.valid_to as "validTo"
        from position_assignment a join position p on p.id = a.position_id where a.id = ${id} and a.kind <> 'definitif' for update of a`,
  );

/** Ends a Plt or Plh earlier. `lastDay` may be before its first day: then it never was. */
export async function endActing(
  em: EntityManager,
  acting: ActingForAct,
  lastDay: string,
  by: { actorId: string; reason: string },
): Promise<void> {
  await select(em, sql`update position_assignment set valid_to = ${lastDay}::date where id = ${acting.id}`);
  await appendAuditEvent(em, {
    kind: 'actingEnded',
    at: new Date(),
    actorId: by.actorId,
    data: { employeeId: acting.employeeId, positionId: acting.positionId, lastDay, reason: by.reason },
  });
}
