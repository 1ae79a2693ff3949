import type { EntityManager } from '@mikro-orm/postgresql';
import type { Actor, RoleName } from '#domain/access/actor.ts';
import { select, sql } from '../sql.ts';

type ActorRow = { position_ids: string[]; desks: { id: string; role: RoleName; unit_ids: string[] }[] };

/**
 * The authority of a person on a date, read in one query: positions held (also as Plt/Plh), desks, and the units below each desk.
 * Inside a transaction it is the authority at that moment; nothing of it is cached.
 */
export async function loadActor(em: EntityManager, employeeId: string, on: string = today()): Promise<Actor> {
  const [row] = (await select<ActorRow>(
    em,
    sql`select
       coalesce((select array_agg(a.position_id::text) from position_assignment a
         where a.employee_id = ${employeeId} and a.valid_from <= ${on}::date and (a.valid_to is null or a.valid_to >= ${on}::date)), '{}') as position_ids,
       coalesce((select json_agg(json_build_object('id', d.id, 'role', d.role, 'unit_ids',
           (select json_agg(below.id) from unit below where starts_with(below.path, u.path))))
         from role_assignment r join desk d on d.id = r.desk_id join unit u on u.id = d.unit_id
         where r.employee_id = ${employeeId} and r.valid_from <= ${on}::date and (r.valid_to is null or r.valid_to >= ${on}::date)), '[]') as desks`,
  )) as [ActorRow];
  const unitIdsByRole: Partial<Record<RoleName, string[]>> = {};
  for (const desk of row.desks) unitIdsByRole[desk.role] = [...(unitIdsByRole[desk.role] ?? []), ...desk.unit_ids];
  return { employeeId, positionIds: row.position_ids, deskIds: row.desks.map((desk) => desk.id), unitIdsByRole };
}

/** Today's civil date where the national administration sits (WIB); validity dates of posts and roles are civil dates. */
export function today(now: Date = new Date()): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}
