import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { RoleName } from '#domain/access/actor.ts';
import { select, selectOne, sql } from '../sql.ts';
import { holds } from '../organisation/holding.ts';

export type Me = {
  employee: { id: string; name: string; number: string; unitName: string; timeZone: string; locale: 'id' | 'en' };
  positions: { id: string; title: string; unitName: string; kind: 'definitif' | 'plt' | 'plh' }[];
  roles: { role: RoleName; unitName: string }[];
  hasSubordinates: boolean;
};

type Row = { employee: Me['employee']; positions: Me['positions']; roles: Me['roles']; has_subordinates: boolean };

/** Who a person is on a day: posts, roles, and whether somebody reports to them. */
export async function readMe(em: EntityManager, employeeId: string, today: CalendarDate): Promise<Me | null> {
  const row = await selectOne<Row>(
    em,
    sql`with held as (
          select p.id, p.title, u.name as unit_name, a.kind from position_assignment a join position p on p.id = a.position_id join unit u on u.id = p.unit_id
          where a.employee_id = ${employeeId} and ${holds('a', today)})
        select json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, ''), 'unitName', u.name, 'timeZone', u.time_zone, 'locale', e.locale) as employee,
          coalesce((select json_agg(json_build_object('id', id, 'title', title, 'unitName', unit_name, 'kind', kind) order by kind, title) from held), '[]') as positions,
          coalesce((select json_agg(json_build_object('role', d.role, 'unitName', du.name) order by d.role, du.path)
            from role_assignment r join desk d on d.id = r.desk_id join unit du on du.id = d.unit_id
            where r.employee_id = e.id and ${holds('r', today)}), '[]') as roles,
          exists (select 1 from position below join position_assignment b on b.position_id = below.id
            where below.superior_position_id in (select id from held) and b.employee_id <> e.id
              and ${holds('b', today)}) as has_subordinates
        from employee e join unit u on u.id = e.unit_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        where e.id = ${employeeId}`,
  );
  return (
    row && { employee: row.employee, positions: row.positions, roles: row.roles, hasSubordinates: row.has_subordinates }
  );
}

/** Sets the language of screens and mails. */
export async function setLocale(em: EntityManager, employeeId: string, locale: 'id' | 'en'): Promise<void> {
  await select(em, sql`update employee set locale = ${locale} where id = ${employeeId}`);
}
