import type { EntityManager } from '@mikro-orm/postgresql';
import { select, selectOne, sql, type Sql } from '../sql.ts';

/** The password of every demo account. */
export const DEMO_PASSWORD = 'kinerja-2026-demo';

export type DemoAccount = { role: string; name: string; nip: string; password: string };

/**
 * People for a tour: a superior with several subordinates, one of them, the superior's superior, and one person of each role.
 * The superior leads a team of the human resources bureau's directorate general and is no administrator.
 */
export async function chooseDemoAccounts(em: EntityManager): Promise<DemoAccount[]> {
  const chain = await selectOne<{ superiorId: string; employeeId: string; aboveId: string }>(
    em,
    sql`select boss.employee_id as "superiorId", above.employee_id as "aboveId", min(staff.employee_id::text) as "employeeId"
        from position p join position_assignment boss on boss.position_id = p.id and boss.kind = 'definitif'
        join position_assignment above on above.position_id = p.superior_position_id and above.kind = 'definitif'
        join position below on below.superior_position_id = p.id
        join position_assignment staff on staff.position_id = below.id and staff.kind = 'definitif'
        join employee be on be.id = boss.employee_id and be.status = 'aktif' and be.notes = ''
        join employee se on se.id = staff.employee_id and se.status = 'aktif' and se.notes = ''
        where not exists (select 1 from role_assignment r where r.employee_id in (boss.employee_id, above.employee_id, staff.employee_id))
          and not p.is_unit_head
        group by boss.employee_id, above.employee_id order by count(*) desc, boss.employee_id limit 1`,
  );
  const people: [string, Sql][] = [
    ...(chain
      ? ([
          ['employee', sql`e.id = ${chain.employeeId}`],
          ['superior', sql`e.id = ${chain.superiorId}`],
          ['superiorOfSuperior', sql`e.id = ${chain.aboveId}`],
        ] as [string, Sql][])
      : []),
    ['actingSuperior', sql`exists (select 1 from position_assignment a where a.employee_id = e.id and a.kind = 'plt')`],
  ];
  if (chain) people.push(['personnelOfficer', officerFor(chain.employeeId)]);
  for (const role of ['agencyAdmin', 'systemAdmin', 'auditor', 'ppk']) people.push([role, sits(role)]);

  const accounts: DemoAccount[] = [];
  for (const [role, condition] of people) {
    const [person] = await select<{ name: string; nip: string }>(
      em,
      sql`select e.name, n.number as nip from employee e join employee_number n on n.employee_id = e.id join account a on a.employee_id = e.id and a.is_active
          where ${condition} order by e.id limit 1`,
    );
    if (person) accounts.push({ role, ...person, password: DEMO_PASSWORD });
  }
  return accounts;
}

const sits = (role: string): Sql =>
  sql`exists (select 1 from role_assignment r join desk d on d.id = r.desk_id where r.employee_id = e.id and d.role = ${role})`;

/** The personnel officer whose desk serves a person's unit. */
const officerFor = (employeeId: string): Sql => sql`exists (
  select 1 from role_assignment r join desk d on d.id = r.desk_id and d.role = 'personnelOfficer' join unit du on du.id = d.unit_id
  join employee x on x.id = ${employeeId} join unit xu on xu.id = x.unit_id where r.employee_id = e.id and starts_with(xu.path, du.path))`;
