import type { EntityManager } from '@mikro-orm/postgresql';

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
     planned as (select c.id, s.id as employee_id, s.position_id, s.superior_position_id, s.unit_id, n.segment, r.id as rule_set_id
       from numbers n join staff s using (place) cross join (select id from rule_set where name = 'bench') r cross join lateral (select gen_random_uuid() as id, n.place) c),
     matters as (insert into matter (id, kind, employee_id, unit_id, rule_set_id, time_zone, workflow_id, stage, state, seq, process)
       select id, 'performanceCycle', employee_id, unit_id, rule_set_id, 'Asia/Jakarta', 'matter-' || id, 'skp', 'running', 1, '{}' from planned),
     cycles as (insert into cycle (id, employee_id, position_id, superior_position_id, year, segment, starts_on, ends_on)
       select id, employee_id, position_id, superior_position_id, 2026, segment, '2026-01-01', '2026-12-31' from planned)
     insert into task (matter_id, kind, strand, slot, round, stage, employee_id, unit_id, rule_set_id, assignee_kind, assignee_id, responsible_position_id, opened_at, due_at, level, ladder_at, next_step_at)
     select id, 'approveSkp', 'skp', 'skp', 1, 'skp', employee_id, unit_id, rule_set_id, 'position', superior_position_id, superior_position_id, now(), due_at, 3,
       array[due_at - interval '5 days', due_at - interval '1 day', due_at, due_at + interval '1 day', due_at + interval '3 days', due_at + interval '5 days', due_at + interval '10 days'],
       case when n <= ? then now() - interval '1 minute' else due_at + interval '1 day' end
     from (select planned.*, row_number() over () as n, now() + interval '1 second' * ((row_number() over () * 7919) % 2592000) as due_at from planned) filled`,
    [missing, stepDue],
  );
  await em.execute('vacuum analyze');
}
