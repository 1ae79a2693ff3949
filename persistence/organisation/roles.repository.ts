import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { RoleName } from '#domain/access/actor.ts';
import type { HeldRole } from '#domain/access/role-grants.ts';
import { appendAuditEvent } from '../audit/audit.repository.ts';
import { containing, NO_SQL, select, selectOne, sql, whereSql, type RowFilter } from '../sql.ts';
import { holds, standingOf } from './holding.ts';

export type RoleRow = {
  id: string;
  role: RoleName;
  unit: { id: string; code: string; name: string };
  employee: { id: string; name: string };
  number: string;
  validFrom: string;
  validTo: string | null;
  state: 'current' | 'future' | 'past';
  grantedBy: string | null;
  reason: string;
};

export type RoleQuery = {
  role?: RoleName | undefined;
  unitId?: string | undefined;
  employeeId?: string | undefined;
  search?: string | undefined;
  includesPast?: boolean | undefined;
};

/** Who holds which role where and when, that a filter lets through: current and coming ones, and past ones when asked for. */
export const listRoles = (
  em: EntityManager,
  filter: RowFilter,
  { role, unitId, employeeId, search, includesPast }: RoleQuery,
  today: CalendarDate,
): Promise<RoleRow[]> => {
  const state = standingOf('r', today);
  return select<RoleRow>(
    em,
    sql`select r.id, d.role, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, json_build_object('id', e.id, 'name', e.name) as employee,
          coalesce(n.number, '') as number, r.valid_from as "validFrom", r.valid_to as "validTo", ${state} as state, g.name as "grantedBy", r.reason
        from role_assignment r join desk d on d.id = r.desk_id join unit u on u.id = d.unit_id join employee e on e.id = r.employee_id
        left join employee g on g.id = r.granted_by_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        where ${whereSql(filter, { id: sql`r.id`, unitId: sql`d.unit_id` })}
          ${role ? sql`and d.role = ${role}` : NO_SQL} ${unitId ? sql`and d.unit_id = ${unitId}` : NO_SQL} ${employeeId ? sql`and r.employee_id = ${employeeId}` : NO_SQL}
          ${search ? sql`and e.name ilike ${containing(search)}` : NO_SQL} ${includesPast ? NO_SQL : sql`and ${state} <> 'past'`}
        order by ${state} = 'past', u.path, d.role, e.name, r.valid_from limit 300`,
  );
};

/** All roles of a person, for the rules on what must stay apart. */
export const heldRoles = (em: EntityManager, employeeId: string): Promise<HeldRole[]> =>
  select<HeldRole>(
    em,
    sql`select d.role, u.path as "unitPath", r.valid_from as "validFrom", r.valid_to as "validTo" from role_assignment r join desk d on d.id = r.desk_id join unit u on u.id = d.unit_id
        where r.employee_id = ${employeeId} and (r.valid_to is null or r.valid_to >= r.valid_from)`,
  );

/** Chain of codes of a unit; null when unknown. */
export async function unitPath(em: EntityManager, unitId: string): Promise<string | null> {
  return (await selectOne<{ path: string }>(em, sql`select path from unit where id = ${unitId}`))?.path ?? null;
}

export type NewRole = {
  employeeId: string;
  role: RoleName;
  unitId: string;
  validFrom: string;
  validTo: string | null;
  reason: string;
  actorId: string;
};

/** Seats a person at the desk of a role in a unit, in the caller's transaction. */
export async function grantRole(
  em: EntityManager,
  { employeeId, role, unitId, validFrom, validTo, reason, actorId }: NewRole,
): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`with desk_of as (insert into desk (role, unit_id) values (${role}, ${unitId}) on conflict (role, unit_id) do update set role = excluded.role returning id)
        insert into role_assignment (employee_id, desk_id, valid_from, valid_to, granted_by_id, reason)
        select ${employeeId}, id, ${validFrom}::date, ${validTo}::date, ${actorId}, ${reason} from desk_of returning id`,
  );
  await appendAuditEvent(em, {
    kind: 'roleGranted',
    at: new Date(),
    actorId,
    data: { employeeId, role, unitId, validFrom, validTo, reason },
  });
  return row!.id;
}

export type RoleForAct = {
  id: string;
  employeeId: string;
  role: RoleName;
  unitId: string;
  isTopUnit: boolean;
  validFrom: string;
  validTo: string | null;
};

/** A role of a person, locked; null when unknown. */
export const lockRole = (em: EntityManager, id: string): Promise<RoleForAct | null> =>
  selectOne<RoleForAct>(
    em,
    sql`select r.id, r.employee_id as "employeeId", d.role, d.unit_id as "unitId", u.parent_id is null as "isTopUnit", r.valid_from as "validFrom", r.valid_to as "validTo"
        from role_assignment r join desk d on d.id = r.desk_id join unit u on u.id = d.unit_id where r.id = ${id} for update of r`,
  );

/** Whether somebody else sits at the same desk after a day, without an end in sight. */
export async function hasSuccessor(em: EntityManager, role: RoleForAct, after: string): Promise<boolean> {
  const row = await selectOne(
    em,
    sql`select 1 from role_assignment r join desk d on d.id = r.desk_id join employee e on e.id = r.employee_id
        where d.role = ${role.role} and d.unit_id = ${role.unitId} and r.id <> ${role.id} and r.employee_id <> ${role.employeeId} and e.status = 'aktif'
          and ${holds('r', sql`(${after}::date + 1)`)} limit 1`,
  );
  return row !== null;
}

/** Lets a role end with a day. A day before its start takes it back. */
export async function endRole(
  em: EntityManager,
  role: RoleForAct,
  lastDay: string,
  by: { actorId: string; reason: string },
): Promise<void> {
  await select(
    em,
    sql`update role_assignment set valid_to = ${lastDay}::date, ended_by_id = ${by.actorId} where id = ${role.id}`,
  );
  await appendAuditEvent(em, {
    kind: 'roleEnded',
    at: new Date(),
    actorId: by.actorId,
    data: { employeeId: role.employeeId, role: role.role, unitId: role.unitId, lastDay, reason: by.reason },
  });
}
