import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { TaskKind } from '#domain/process/tasks.ts';
import { definitiveFirst, holds } from '../organisation/holding.ts';
import { instantOf, select, sql } from '../sql.ts';

export type WaitingForRow = {
  taskId: string;
  kind: TaskKind;
  assignee: string;
  positionTitle: string | null;
  openedAt: string;
  dueAt: string;
  isLate: boolean;
  level: number;
};

/** Who is waited for in matters, by matter: the holders of the position, the employee, or those who sit at the desk on `today`. */
export async function readWaitingFor(
  em: EntityManager,
  matterIds: readonly string[],
  today: CalendarDate,
): Promise<Map<string, WaitingForRow[]>> {
  type Row = WaitingForRow & { ownerId: string };
  const found = await select<Row>(
    em,
    sql`select t.matter_id as "ownerId", t.id as "taskId", t.kind, coalesce(people.names, p.title, '–') as assignee, p.title as "positionTitle",
          t.opened_at as "openedAt", t.due_at as "dueAt", t.due_at < now() as "isLate", t.level
        from task t left join position p on t.assignee_kind = 'position' and p.id = t.assignee_id
        left join lateral (
          select string_agg(name, ', ' order by rank, name) as names from (
            select e.name, ${definitiveFirst('a')} as rank from position_assignment a join employee e on e.id = a.employee_id
              where t.assignee_kind = 'position' and a.position_id = t.assignee_id and ${holds('a', today)}
            union all
            select e.name, 1 from employee e where t.assignee_kind = 'employee' and e.id = t.assignee_id
            union all
            select e.name, 1 from role_assignment r join employee e on e.id = r.employee_id
              where t.assignee_kind = 'desk' and r.desk_id = t.assignee_id and ${holds('r', today)}
            limit 3) first_few) people on true
        where t.matter_id = any(${matterIds}::uuid[]) and t.state = 'open'
        order by t.due_at, t.id`,
  );
  const byOwner = new Map<string, WaitingForRow[]>();
  for (const { ownerId, ...row } of found) {
    const line = { ...row, openedAt: instantOf(row.openedAt), dueAt: instantOf(row.dueAt) };
    byOwner.set(ownerId, [...(byOwner.get(ownerId) ?? []), line]);
  }
  return byOwner;
}
