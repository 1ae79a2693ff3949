import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';

export type Employee = { id: string; positionId: string; superiorId: string; superiorPositionId: string };

export type Agency = { unitId: string; ruleSetId: string; employees: Employee[] };

const ruleSet = JSON.parse(
  readFileSync(join(import.meta.dirname, '../data/rule-sets/permenpanrb-6-2022-triwulanan.json'), 'utf8'),
) as { code: string };

/**
 * An agency of one unit: a head, 100 superiors below, and so many employees below each of them; with a personnel officer and the
 * quarterly rule set. Nothing is made again in a database that has one.
 */
export async function createAgency(em: EntityManager, perSuperior = 50): Promise<Agency> {
  const [found] = await em.execute<{ id: string }[]>(`select id from unit`);
  if (!found) {
    await em.transactional(async (inside) => {
      await inside.execute(
        `insert into rule_set (code, name, valid_from, data) values (?, 'bench', '2023-01-31', ?::jsonb)`,
        [ruleSet.code, JSON.stringify(ruleSet)],
      );
      await inside.execute(
        `insert into unit (code, name, path, time_zone) values ('00', 'Kementerian Contoh', '/00/', 'Asia/Jakarta')`,
      );
      await addStaff(inside as EntityManager, 'Kepala', 1, null);
      await addStaff(inside as EntityManager, 'Atasan', 100, 'Kepala');
      await addStaff(inside as EntityManager, 'Pegawai', 100 * perSuperior, 'Atasan');
      await inside.execute(`insert into desk (role, unit_id) select 'personnelOfficer', id from unit`);
      await inside.execute(
        `insert into role_assignment (employee_id, desk_id, valid_from) select e.id, d.id, '2020-01-01' from employee e, desk d where e.name = 'Kepala 1'`,
      );
    });
    await em.execute('vacuum analyze');
  }
  const [one] = await em.execute<{ unit_id: string; rule_set_id: string }[]>(
    `select u.id as unit_id, r.id as rule_set_id from unit u, rule_set r where r.name = 'bench'`,
  );
  const employees = await em.execute<Record<string, string>[]>(
    `select e.id, p.id as position_id, s.employee_id as superior_id, s.position_id as superior_position_id
     from employee e join position_assignment a on a.employee_id = e.id join position p on p.id = a.position_id
     join position_assignment s on s.position_id = p.superior_position_id where e.name like 'Pegawai %' order by e.id`,
  );
  return {
    unitId: one!.unit_id,
    ruleSetId: one!.rule_set_id,
    employees: employees.map((row) => ({
      id: row['id']!,
      positionId: row['position_id']!,
      superiorId: row['superior_id']!,
      superiorPositionId: row['superior_position_id']!,
    })),
  };
}

/** People with a post each, spread evenly below the posts of `above`. */
async function addStaff(em: EntityManager, title: string, count: number, above: string | null): Promise<void> {
  await em.execute(
    `with upper as (select id, row_number() over (order by id) - 1 as place, count(*) over () as total from position where title = ?),
     post as (insert into position (unit_id, title, kind, grade_level, superior_position_id)
       select u.id, ?, 'Fungsional', 'Ahli Muda', upper.id from unit u, generate_series(0, ? - 1) i left join upper on upper.place = i % upper.total returning id),
     person as (insert into employee (name, born_on, sex, email, employment, grade, unit_id)
       select ? || ' ' || i, '1985-03-01', 'L', lower(?) || i || '@contoh.go.id', 'PNS', 'III/c', u.id from unit u, generate_series(1, ?) i returning id)
     insert into position_assignment (position_id, employee_id, valid_from)
     select post.id, person.id, '2020-01-01' from (select id, row_number() over () as n from post) post join (select id, row_number() over () as n from person) person using (n)`,
    [above, title, count, title, title, count],
  );
}
