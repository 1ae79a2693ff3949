import type { EntityManager } from '@mikro-orm/postgresql';
import type { RoleName } from '#domain/access/actor.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { select, sql } from '../sql.ts';
import { definitiveFirst, holds, isNotOver } from './holding.ts';

/**
 * The first position at or above `positionId` that somebody else than `exceptEmployeeIds` holds on a day, or null.
 * A vacant post moves up (rulebook 1.9), and so does one that the employee holds as Plt: nobody decides on their own item.
 */
export async function firstHeldPosition(
  em: EntityManager,
  positionId: string,
  today: CalendarDate,
  ...exceptEmployeeIds: string[]
): Promise<string | null> {
  const [row] = await select<{ id: string }>(
    em,
    sql`with recursive chain as (
       select id, superior_position_id, 0 as depth from position where id = ${positionId}
       union all
       select p.id, p.superior_position_id, c.depth + 1 from position p join chain c on p.id = c.superior_position_id where c.depth < 20)
     select c.id from chain c where exists (
       select 1 from position_assignment a where a.position_id = c.id and a.employee_id <> all(${exceptEmployeeIds}::uuid[])
         and ${holds('a', today)})
     order by c.depth limit 1`,
  );
  return row?.id ?? null;
}

/** The desk of a role that is nearest above a unit and that somebody else than `exceptEmployeeId` sits at on a day, or null. */
export async function findDesk(
  em: EntityManager,
  role: RoleName,
  unitId: string,
  exceptEmployeeId: string,
  today: CalendarDate,
): Promise<string | null> {
  const [row] = await select<{ id: string }>(
    em,
    sql`select d.id from unit own join unit above on starts_with(own.path, above.path) join desk d on d.unit_id = above.id and d.role = ${role}
     where own.id = ${unitId} and exists (select 1 from role_assignment r where r.desk_id = d.id and r.employee_id <> ${exceptEmployeeId}
       and ${holds('r', today)})
     order by length(above.path) desc limit 1`,
  );
  return row?.id ?? null;
}

/** As `findDesk`, for several people who do not count; also the post of one of the others who sit there. */
export async function findDeskMember(
  em: EntityManager,
  role: RoleName,
  unitId: string,
  exceptEmployeeIds: readonly string[],
  today: CalendarDate,
): Promise<{ deskId: string; positionId: string | null } | null> {
  const [row] = await select<{ deskId: string; positionId: string | null }>(
    em,
    sql`select d.id as "deskId", (
       select a.position_id from position_assignment a where a.employee_id = r.employee_id and ${holds('a', today)}
       order by ${definitiveFirst('a')} limit 1) as "positionId"
     from unit own join unit above on starts_with(own.path, above.path) join desk d on d.unit_id = above.id and d.role = ${role}
     join role_assignment r on r.desk_id = d.id and r.employee_id <> all(${exceptEmployeeIds}::uuid[])
       and ${holds('r', today)}
     where own.id = ${unitId} order by length(above.path) desc, r.employee_id limit 1`,
  );
  return row ?? null;
}

/** The position of an employee on a day, or the one they are appointed to from a later day, with the two above it; null when there is none. */
export async function currentPost(
  em: EntityManager,
  employeeId: string,
  today: CalendarDate,
): Promise<{
  positionId: string;
  unitId: string;
  timeZone: string;
  superiorPositionId: string | null;
  superiorOfSuperiorPositionId: string | null;
} | null> {
  const [row] = await select<Record<string, string | null>>(
    em,
    sql`select p.id as position_id, p.unit_id, u.time_zone, p.superior_position_id, s.superior_position_id as above
     from position_assignment a join position p on p.id = a.position_id join unit u on u.id = p.unit_id
     left join position s on s.id = p.superior_position_id
     where a.employee_id = ${employeeId} and a.kind = 'definitif' and ${isNotOver('a', today)}
     order by a.valid_from desc limit 1`,
  );
  if (!row) return null;
  return {
    positionId: row.position_id!,
    unitId: row.unit_id!,
    timeZone: row.time_zone!,
    superiorPositionId: row.superior_position_id ?? null,
    superiorOfSuperiorPositionId: row.above ?? null,
  };
}
