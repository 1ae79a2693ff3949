import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';

export type Employee = { id: string; positionId: string; superiorId: string; superiorPositionId: string };

const ruleSet = JSON.parse(
  readFileSync(join(import.meta.dirname, '../data/rule-sets/permenpanrb-6-2022-triwulanan.json'), 'utf8'),
) as { code: string };

/**
 * An agency of one unit: a head, 100 superiors below, and so many employees below each of them; with a personnel officer and the
 * quarterly rule set. Nothing is made again in a database that has one.
 */
export async function createAgency(
  em: EntityManager,
  perSuperior: number,
): Promise<{ unitId: string; ruleSetId: string; employees: Employee[] }> {
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

/**
 * Fills the database up to so many open tasks *approve SKP*, each in a cycle of its own, due over the next thirty days, evenly
 * spread over the superiors. The ladder step of `stepDue` of them is due already.
 */
export async function fillTasks(em: EntityManager, target: number, stepDue = 0): Promise<void> {
  const [row] = await em.execute<{ open: number }[]>(`select count(*)::int as open from task where state = 'open'`);
  const missing = target - row!.open;
  if (missing <= 0) return;
  await em.execute(
    `with staff as (select e.id, a.position_id, p.superior_position_id, p.unit_id, row_number() over (order by e.id) - 1 as place
       from employee e join position_assignment a on a.employee_id = e.id join position p on p.id = a.position_id where e.name like 'Pegawai %'),
     numbers as (select i % total as place, 1 + i / total + coalesce((select max(segment) from cycle), 0) as segment
       from generate_series(0, ? - 1) i, (select count(*) as total from staff) counted),
     made as (insert into cycle (id, employee_id, position_id, superior_position_id, superior_of_superior_position_id, unit_id, year, segment, starts_on, ends_on, rule_set_id, workflow_id, time_zone, state, seq)
       select c.id, s.id, s.position_id, s.superior_position_id, null, s.unit_id, 2026, n.segment, '2026-01-01', '2026-12-31', r.id, 'cycle-' || c.id, 'Asia/Jakarta', 'running', 2
       from numbers n join staff s using (place) cross join (select id from rule_set where name = 'bench') r cross join lateral (select gen_random_uuid() as id, n.place) c
       returning id, employee_id, superior_position_id, unit_id, rule_set_id)
     insert into task (cycle_id, kind, step, round, stage, employee_id, unit_id, rule_set_id, assignee_kind, assignee_id, responsible_position_id, opened_at, due_at, level, ladder_at, next_step_at)
     select id, 'approveSkp', 'skp', 1, 'skp', employee_id, unit_id, rule_set_id, 'position', superior_position_id, superior_position_id, now(), due_at, 3,
       array[due_at - interval '5 days', due_at - interval '1 day', due_at, due_at + interval '1 day', due_at + interval '3 days', due_at + interval '5 days', due_at + interval '10 days'],
       case when n <= ? then now() - interval '1 minute' else due_at + interval '1 day' end
     from (select made.*, row_number() over () as n, now() + interval '1 second' * ((row_number() over () * 7919) % 2592000) as due_at from made) filled`,
    [missing, stepDue],
  );
  await em.execute('vacuum analyze');
}
