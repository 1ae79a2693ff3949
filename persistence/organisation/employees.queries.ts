import type { CycleStage } from '#domain/process/tasks.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { containing, NO_SQL, select, sql, whereSql, type RowFilter } from '../sql.ts';
import { holderOf, holds } from './holding.ts';

export type EmployeeListRow = {
  id: string;
  name: string;
  number: string;
  email: string;
  employment: 'PNS' | 'PPPK';
  grade: string;
  status: string;
  unit: { id: string; code: string; name: string };
  position: { id: string; title: string } | null;
  superior: { id: string; name: string } | null;
  currentCycle: { id: string; year: number; stage: CycleStage | 'finished'; state: string } | null;
};
export type NameCursor = { name: string; id: string };
export type EmployeeQuery = { search?: string | undefined; unitId?: string | undefined };

const COLUMNS = { id: sql`e.id`, unitId: sql`e.unit_id` };

/** Employees that a filter lets through, by name; a unit means all below it too. Names of superiors and cycles are looked up for the page only. */
export async function listEmployees(
  em: EntityManager,
  filter: RowFilter,
  { search, unitId }: EmployeeQuery,
  after: NameCursor | null,
  limit: number,
  today: CalendarDate,
): Promise<{ items: EmployeeListRow[]; next: NameCursor | null }> {
  const digits = search?.replace(/[\s.-]/g, '') ?? '';
  const found = await select<EmployeeListRow>(
    em,
    sql`select e.id, e.name, coalesce(n.number, '') as number, e.email, e.employment, e.grade, e.status,
          json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
          case when p.id is null then null else json_build_object('id', p.id, 'title', p.title) end as position,
          boss.person as superior,
          case when c.id is null then null else json_build_object('id', c.id, 'year', c.year, 'stage', c.stage, 'state', c.state) end as "currentCycle"
        from (
          select e.* from employee e where ${whereSql(filter, COLUMNS)}
            ${unitId ? sql`and e.unit_id in (select below.id from unit below join unit top on top.id = ${unitId} and starts_with(below.path, top.path))` : NO_SQL}
            ${search ? sql`and (e.name ilike ${containing(search)} ${/^\d{8,18}$/.test(digits) ? sql`or exists (select 1 from employee_number x where x.employee_id = e.id and x.number like ${`${digits}%`})` : NO_SQL})` : NO_SQL}
            ${after ? sql`and (e.name, e.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
          order by e.name, e.id limit ${limit + 1}) e
        join unit u on u.id = e.unit_id
        left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
        left join lateral (
          select p.id, p.title, p.superior_position_id from position_assignment a join position p on p.id = a.position_id
          where a.employee_id = e.id and a.kind = 'definitif' and ${holds('a', today)} order by a.valid_from desc limit 1) p on true
        left join lateral (${holderOf(sql`p.superior_position_id`, today)}) boss on true
        left join lateral (select c.id, c.year, m.stage, m.state from cycle c join matter m on m.id = c.id where c.employee_id = e.id order by c.year desc, c.segment desc limit 1) c on true
        order by e.name, e.id`,
  );
  return pageOf(found, limit);
}

function pageOf<Row extends NameCursor>(found: Row[], limit: number): { items: Row[]; next: NameCursor | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? { name: last.name, id: last.id } : null };
}

export type UnitListRow = {
  id: string;
  code: string;
  name: string;
  parentId: string | null;
  timeZone: string;
  employees: number;
};

/** The tree of units, parents first, with how many people each has itself. */
export const listUnits = (em: EntityManager): Promise<UnitListRow[]> =>
  select<UnitListRow>(
    em,
    sql`select u.id, u.code, u.name, u.parent_id as "parentId", u.time_zone as "timeZone", (select count(*)::int from employee e where e.unit_id = u.id) as employees
        from unit u order by u.path`,
  );

export type PositionListRow = { id: string; title: string; unitName: string; holder: string | null };

/** Positions whose title, unit or holder has this text: some to choose from, leaders first. */
export const searchPositions = (
  em: EntityManager,
  filter: RowFilter,
  search: string,
  today: CalendarDate,
): Promise<PositionListRow[]> =>
  select<PositionListRow>(
    em,
    sql`select p.id, p.title, u.name as "unitName", h.name as holder
        from position p join unit u on u.id = p.unit_id left join lateral (${holderOf(sql`p.id`, today)}) h on true
        where ${whereSql(filter, { id: sql`p.id`, unitId: sql`p.unit_id` })}
          and (p.title ilike ${containing(search)} or u.name ilike ${containing(search)} or h.name ilike ${containing(search)})
        order by p.is_unit_head desc, p.grade_level = 'Pengawas' desc, p.title, u.path limit 50`,
  );
