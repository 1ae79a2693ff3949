import type { EntityManager } from '@mikro-orm/postgresql';
import type { Predikat } from '#domain/appraisal/predikat.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { SkpDocument } from '#domain/skp/skp-document.ts';
import { holderOf, holds } from '../organisation/holding.ts';
import { select, selectOne, sql } from '../sql.ts';

export type TeamRow = {
  employee: { id: string; name: string; number: string; positionTitle: string };
  cycleId: string | null;
  year: number | null;
  stage: string | null;
  state: string | null;
  finalPredikat: Predikat | null;
  lateTasks: number;
  reportsAccepted: number;
  reportsDue: number;
};

/** Everybody who reports to one of these positions today, with their cycle of a year (the newest when none is named). */
export async function readTeam(
  em: EntityManager,
  positionIds: readonly string[],
  exceptEmployeeId: string,
  year: number | null,
  today: CalendarDate,
): Promise<TeamRow[]> {
  return select<TeamRow>(
    em,
    sql`select json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, ''), 'positionTitle', p.title) as employee,
          c.id as "cycleId", c.year, m.stage, m.state, c.final_predikat as "finalPredikat",
          (select count(*)::int from task t where t.matter_id = c.id and t.state = 'open' and t.due_at < now()) as "lateTasks",
          coalesce(r.accepted, 0) as "reportsAccepted", coalesce(r.due, 0) as "reportsDue"
        from position p join position_assignment a on a.position_id = p.id and a.kind = 'definitif'
          and ${holds('a', today)}
        join employee e on e.id = a.employee_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        left join lateral (
          select c.* from cycle c where c.employee_id = e.id and c.superior_position_id = any(${positionIds}::uuid[]) and (${year}::int is null or c.year = ${year})
          order by c.year desc, c.segment desc limit 1) c on true
        left join matter m on m.id = c.id
        left join lateral (
          select count(*) filter (where state = 'accepted')::int as accepted, count(*) filter (where state <> 'upcoming')::int as due from period where cycle_id = c.id) r on true
        where p.superior_position_id = any(${positionIds}::uuid[]) and e.id <> ${exceptEmployeeId}
        order by e.name, e.id`,
  );
}

export type SuperiorResults = {
  superiorHasSkp: boolean;
  superiorName: string | null;
  results: { id: string; text: string }[];
};

/** The results of the superior's established SKP of the same year, to be carried by the subordinate. */
export async function readSuperiorResults(
  em: EntityManager,
  cycleId: string,
  today: CalendarDate,
): Promise<SuperiorResults> {
  const row = await selectOne<{ name: string | null; results: { id: string; rencana: string }[] | null }>(
    em,
    sql`select boss.name, skp.content -> 'results' as results
        from cycle c
        left join lateral (
          ${holderOf(sql`c.superior_position_id`, today)}) boss on true
        left join lateral (
          select s.content from cycle bc join skp s on s.cycle_id = bc.id and s.state = 'established'
          where bc.position_id = c.superior_position_id and bc.year = c.year order by bc.segment desc, s.round desc limit 1) skp on true
        where c.id = ${cycleId}`,
  );
  const results = row?.results ?? [];
  return {
    superiorHasSkp: row?.results != null,
    superiorName: row?.name ?? null,
    results: results.map(({ id, rencana }) => ({ id, text: rencana })),
  };
}

/** The established SKP of the same person from the year before, or null. */
export async function readPreviousSkp(
  em: EntityManager,
  cycleId: string,
): Promise<{ content: SkpDocument; year: number } | null> {
  return selectOne<{ content: SkpDocument; year: number }>(
    em,
    sql`select s.content, before.year from cycle c join cycle before on before.employee_id = c.employee_id and before.year = c.year - 1
        join skp s on s.cycle_id = before.id and s.state = 'established'
        where c.id = ${cycleId} order by before.segment desc, s.round desc limit 1`,
  );
}
