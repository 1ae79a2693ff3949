import type { EntityManager } from '@mikro-orm/postgresql';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { queueFacts, type QueuedMessage } from '../commands/facts.repository.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';
import { isNotOver } from './holding.ts';

/** An act of the personnel administration; all writes are the caller's transaction. `effectiveOn` is today or in the past. */
export type PersonnelAct = { employeeId: string; effectiveOn: string; reason: string; actorId: string };

export type EmployeeForAct = { id: string; unitId: string; status: string; positionId: string | null };

/** The employee with the post they hold definitively, locked until the act is done; null when unknown. */
export const lockEmployee = (em: EntityManager, id: string): Promise<EmployeeForAct | null> =>
  selectOne<EmployeeForAct>(
    em,
    sql`select e.id, e.unit_id as "unitId", e.status,
          (select a.position_id from position_assignment a where a.employee_id = e.id and a.kind = 'definitif' and a.valid_to is null order by a.valid_from desc limit 1) as "positionId"
        from employee e where e.id = ${id} for update of e`,
  );

export type PositionForAct = { id: string; unitId: string; isHeldDefinitively: boolean };

/** A position with whether somebody holds it definitively; null when unknown. */
export const findPosition = (em: EntityManager, id: string): Promise<PositionForAct | null> =>
  selectOne<PositionForAct>(
    em,
    sql`select p.id, p.unit_id as "unitId", exists (select 1 from position_assignment a where a.position_id = p.id and a.kind = 'definitif' and a.valid_to is null) as "isHeldDefinitively"
        from position p where p.id = ${id}`,
  );

/** Whether `below` is `above` itself or somewhere under it in the line of superiors. */
export async function isInLine(em: EntityManager, below: string, above: string): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`with recursive line as (
          select id, superior_position_id, 0 as depth from position where id = ${below}
          union all select p.id, p.superior_position_id, l.depth + 1 from position p join line l on p.id = l.superior_position_id where l.depth < 30)
        select 1 from line where id = ${above} limit 1`,
  );
  return row !== null;
}

/** Puts a post under another superior. Open tasks of running cycles go to the new one. */
export async function changeSuperior(
  em: EntityManager,
  act: PersonnelAct & { positionId: string; superiorPositionId: string },
): Promise<QueuedMessage[]> {
  const [before] = await select<{ from: string | null }>(
    em,
    sql`select superior_position_id as "from" from position where id = ${act.positionId}`,
  );
  await select(
    em,
    sql`update position set superior_position_id = ${act.superiorPositionId} where id = ${act.positionId}`,
  );
  await audit(em, act, 'superiorChanged', {
    fromPositionId: before?.from ?? null,
    toPositionId: act.superiorPositionId,
  });
  return queueFacts(em, {
    about: { employeeIds: [act.employeeId], positionIds: [act.positionId] },
    signal: 'superiorChanged',
    actorId: act.actorId,
  });
}

/** Moves a person to another post. The running cycle ends its segment; the workflow opens the next one. */
export async function transfer(
  em: EntityManager,
  act: PersonnelAct & { fromPositionId: string; toPositionId: string; toUnitId: string },
): Promise<QueuedMessage[]> {
  await endPosts(em, act, sql`a.kind = 'definitif'`);
  await select(
    em,
    sql`insert into position_assignment (position_id, employee_id, kind, valid_from) values (${act.toPositionId}, ${act.employeeId}, 'definitif', ${act.effectiveOn}::date)`,
  );
  await select(em, sql`update employee set unit_id = ${act.toUnitId} where id = ${act.employeeId}`);
  await audit(em, act, 'employeeTransferred', { fromPositionId: act.fromPositionId, toPositionId: act.toPositionId });
  return [
    ...(await queueFacts(em, {
      about: { employeeIds: [act.employeeId] },
      signal: 'employeeTransferred',
      actorId: act.actorId,
    })),
    ...(await queueFacts(em, {
      about: { positionIds: [act.fromPositionId, act.toPositionId] },
      signal: 'superiorChanged',
      actorId: act.actorId,
    })),
  ];
}

/** Ends the service of a person: retirement leaves the account open for the last appraisal, death closes it. */
export async function endService(
  em: EntityManager,
  act: PersonnelAct & { kind: 'retired' | 'died' },
): Promise<QueuedMessage[]> {
  const vacated = await endPosts(em, act, sql`true`);
  await select(
    em,
    sql`update role_assignment set valid_to = ${act.effectiveOn}::date where employee_id = ${act.employeeId} and (valid_to is null or valid_to > ${act.effectiveOn}::date)`,
  );
  await select(
    em,
    sql`update employee set status = ${act.kind === 'died' ? 'meninggal' : 'pensiun'} where id = ${act.employeeId}`,
  );
  if (act.kind === 'died') {
    await select(em, sql`update account set is_active = false where employee_id = ${act.employeeId}`);
    await select(
      em,
      sql`update session set revoked_at = now() where employee_id = ${act.employeeId} and revoked_at is null`,
    );
  }
  const signal = act.kind === 'died' ? 'employeeDied' : 'employeeRetired';
  await audit(em, act, signal, {});
  return [
    ...(await queueFacts(em, { about: { employeeIds: [act.employeeId] }, signal, actorId: act.actorId })),
    ...(await queueFacts(em, { about: { positionIds: vacated }, signal: 'superiorChanged', actorId: act.actorId })),
  ];
}

/** Begins a leave. One that vacates the posts lets the tasks of those below go elsewhere. */
export async function startLeave(
  em: EntityManager,
  act: PersonnelAct & { status: string | null; vacatesPosts: boolean; leaveKind: string },
): Promise<QueuedMessage[]> {
  if (act.status) await select(em, sql`update employee set status = ${act.status} where id = ${act.employeeId}`);
  const vacated = act.vacatesPosts ? await endPosts(em, act, sql`true`) : [];
  await audit(em, act, 'leaveStarted', { leaveKind: act.leaveKind });
  return queueFacts(em, { about: { positionIds: vacated }, signal: 'superiorChanged', actorId: act.actorId });
}

/** Brings somebody back from leave, to their post or to another one when they hold none any more. */
export async function settleIn(
  em: EntityManager,
  act: PersonnelAct & { position: PositionForAct | null },
): Promise<QueuedMessage[]> {
  await select(em, sql`update employee set status = 'aktif' where id = ${act.employeeId}`);
  if (act.position) {
    await endPosts(em, act, sql`a.kind = 'definitif'`);
    await select(
      em,
      sql`insert into position_assignment (position_id, employee_id, kind, valid_from) values (${act.position.id}, ${act.employeeId}, 'definitif', ${act.effectiveOn}::date)`,
    );
    await select(em, sql`update employee set unit_id = ${act.position.unitId} where id = ${act.employeeId}`);
  }
  await audit(em, act, 'leaveEnded', { positionId: act.position?.id ?? null });
  return queueFacts(em, {
    about: { positionIds: act.position ? [act.position.id] : [] },
    signal: 'superiorChanged',
    actorId: act.actorId,
  });
}

/** Ends current posts on the day before the act takes effect; returns the positions. */
async function endPosts(em: EntityManager, act: PersonnelAct, which: Sql): Promise<string[]> {
  const ended = await select<{ positionId: string }>(
    em,
    sql`update position_assignment a set valid_to = greatest(a.valid_from - 1, ${act.effectiveOn}::date - 1)
        where a.employee_id = ${act.employeeId} and ${isNotOver('a', sql`${act.effectiveOn}::date`)} and ${which} returning a.position_id as "positionId"`,
  );
  return ended.map(({ positionId }) => positionId);
}

const audit = (em: EntityManager, act: PersonnelAct, kind: string, data: Record<string, unknown>): Promise<void> =>
  appendAuditEvent(em, {
    kind,
    at: new Date(),
    actorId: act.actorId,
    data: { employeeId: act.employeeId, effectiveOn: act.effectiveOn, reason: act.reason, ...data },
  });
