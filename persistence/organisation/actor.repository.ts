import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor, RoleName } from '#domain/access/actor.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { select, selectOne, sql } from '../sql.ts';
import { holds } from './holding.ts';

type ActorRow = { position_ids: string[]; desks: { id: string; role: RoleName; unit_ids: string[] }[] };

/**
 * The authority of a person on a day, read in one query: positions held (also as Plt/Plh), desks, and the units below each desk.
 * Inside a transaction it is the authority at that moment; nothing of it is cached.
 */
export async function loadActor(em: EntityManager, employeeId: string, today: CalendarDate): Promise<Actor> {
  const [row] = (await select<ActorRow>(
    em,
    sql`select
       coalesce((select array_agg(a.position_id::text) from position_assignment a
         where a.employee_id = ${employeeId} and ${holds('a', today)}), '{}') as position_ids,
       coalesce((select json_agg(json_build_object('id', d.id, 'role', d.role, 'unit_ids',
           (select json_agg(below.id) from unit below where starts_with(below.path, u.path))))
         from role_assignment r join desk d on d.id = r.desk_id join unit u on u.id = d.unit_id
         where r.employee_id = ${employeeId} and ${holds('r', today)}), '[]') as desks`,
  )) as [ActorRow];
  const unitIdsByRole: Partial<Record<RoleName, string[]>> = {};
  for (const desk of row.desks) unitIdsByRole[desk.role] = [...(unitIdsByRole[desk.role] ?? []), ...desk.unit_ids];
  return { employeeId, positionIds: row.position_ids, deskIds: row.desks.map((desk) => desk.id), unitIdsByRole };
}

/** The date at an instant in the unit of a person. Throws when the person is unknown. */
export async function todayOf(em: EntityManager, employeeId: string, now: Date): Promise<CalendarDate> {
  const row = await selectOne<{ timeZone: IndonesianZone }>(
    em,
    sql`select u.time_zone as "timeZone" from employee e join unit u on u.id = e.unit_id where e.id = ${employeeId}`,
  );
  if (!row) throw new Error(`no employee ${employeeId}`);
  return civilDate(now, row.timeZone);
}
