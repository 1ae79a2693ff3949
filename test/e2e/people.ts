import type { EntityManager } from '@mikro-orm/postgresql';
import { vi } from 'vitest';
import { select, sql } from '#persistence/sql.ts';

/** Somebody of the demo agency. */
export type DemoPerson = {
  id: string;
  name: string;
  nip: string;
  email: string;
  bornOn: string;
  unitId: string;
  unitName: string;
};

/**
 * Which units of the demo agency a story takes its people from. Stories run beside each other on one product: two of
 * them must not share a unit, nor change what belongs to the whole agency. The tour's accounts `employee` and `superior`
 * are of unit 02.
 */
export const UNIT_OF = {
  year: '02',
  joining: '04',
  registration: '05',
  guideline: '03',
  training: '07',
  uploads: '0102',
  accounts: '0103',
} as const;

/** Ordinary employees of a unit and those below it: in service, with a superior, without subordinates or a role. */
export const staffOf = (em: EntityManager, unitCode: string): Promise<DemoPerson[]> =>
  select<DemoPerson>(
    em,
    sql`select e.id, e.name, n.number as nip, e.email, e.born_on::text as "bornOn", u.id as "unitId", u.name as "unitName"
        from employee e join unit u on u.id = e.unit_id join account a on a.employee_id = e.id and a.is_active
        join employee_number n on n.employee_id = e.id and n.valid_to is null
        join position_assignment h on h.employee_id = e.id and h.kind = 'definitif' and h.valid_to is null
        join position p on p.id = h.position_id and p.superior_position_id is not null
        where u.code like ${`${unitCode}%`} and e.status = 'aktif' and e.notes = ''
          and not exists (select 1 from role_assignment r where r.employee_id = e.id)
          and not exists (select 1 from position below where below.superior_position_id = p.id)
        order by n.number`,
  );

/** The personnel officer who looks after a unit. */
export async function officerOf(em: EntityManager, unitCode: string): Promise<{ nip: string }> {
  const [officer] = await select<{ nip: string }>(
    em,
    sql`select n.number as nip from role_assignment r join desk d on d.id = r.desk_id and d.role = 'personnelOfficer'
        join unit u on u.id = d.unit_id join unit own on starts_with(own.path, u.path) and own.code = ${unitCode}
        join employee_number n on n.employee_id = r.employee_id and n.valid_to is null limit 1`,
  );
  return officer!;
}

/** Somebody at the desk that is asked for the open task of this kind, about this person if one is named; waits for the task. */
export async function untilAsked(
  em: () => EntityManager,
  taskKind: string,
  aboutId: string | null = null,
): Promise<{ nip: string }> {
  return vi.waitUntil(
    async () => {
      const [asked] = await select<{ nip: string }>(
        em(),
        sql`select n.number as nip from task t join role_assignment r on r.desk_id = t.assignee_id
            join employee_number n on n.employee_id = r.employee_id and n.valid_to is null
            join account a on a.employee_id = r.employee_id
            where t.kind = ${taskKind} and t.state = 'open' and r.employee_id <> t.employee_id
              and t.employee_id = coalesce(${aboutId}::uuid, t.employee_id)
            order by n.employee_id limit 1`,
      );
      return asked;
    },
    { timeout: 60_000, interval: 200 },
  );
}
