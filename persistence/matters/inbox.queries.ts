import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { assigneeIdsOf, type Actor } from '#domain/access/actor.ts';
import type { TaskKind } from '#domain/process/tasks.ts';
import { containing, joinSql, limitTo, NO_SQL, select, selectOne, sql, type Sql } from '../sql.ts';
import { presentTask, TASK_COLUMNS, taskNames, type TaskListRow, type TaskRecord } from './task-rows.ts';

export type InboxFilter = { kind?: TaskKind | undefined; due: 'all' | 'late' | 'soon'; search?: string | undefined };
/** Whose inbox, on which day. */
export type InboxReader = { actor: Actor; today: CalendarDate };
/** Where a page begins: the due instant, as PostgreSQL writes it, and the id of the last row before it. */
export type InboxCursor = { dueAt: string; id: string };

const SOON = sql`interval '3 days'`;

/**
 * Open tasks of a person, soonest due first, one page. Each assignee id walks its own part of the index `task_inbox` from
 * the cursor on, so that a page costs the same however many tasks are open; names are looked up for the page only.
 */
export async function readInbox(
  em: EntityManager,
  reader: InboxReader,
  filter: InboxFilter,
  after: InboxCursor | null,
  limit: number,
): Promise<{ items: TaskListRow[]; next: InboxCursor | null }> {
  const found = await select<TaskRecord>(em, inboxQuery(reader, filter, after, limit + 1));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => presentTask(row, reader.actor.employeeId)),
    next: found.length > limit && last ? { dueAt: last.due_at, id: last.id } : null,
  };
}

/**
 * The query of a page; its plan is looked at by a test. The number of addresses and of rows stands in its text: they decide the
 * plan, which PostgreSQL then keeps instead of making it anew for each page.
 */
export function inboxQuery(
  { actor, today }: InboxReader,
  filter: InboxFilter,
  after: InboxCursor | null,
  limit: number,
): Sql {
  return sql`select ${TASK_COLUMNS} from (
      select mine.* from (values ${joinSql(
        assigneeIdsOf(actor).map((id) => sql`(${id}::uuid)`),
        ', ',
      )}) as me(id)
      cross join lateral (
        select t.* from task t where t.assignee_id = me.id and t.state = 'open' ${conditions(filter)}
          ${after ? sql`and (t.due_at, t.id) > (${after.dueAt}::timestamptz, ${after.id}::uuid)` : NO_SQL}
        order by t.due_at, t.id ${limitTo(limit)}) mine
      order by mine.due_at, mine.id ${limitTo(limit)}) t
    ${taskNames({ employeeId: actor.employeeId, today })}
    order by t.due_at, t.id`;
}

function conditions({ kind, due, search }: InboxFilter): Sql {
  return joinSql(
    [
      kind ? sql`and t.kind = ${kind}` : NO_SQL,
      due === 'late' ? sql`and t.due_at < now()` : NO_SQL,
      due === 'soon' ? sql`and t.due_at >= now() and t.due_at < now() + ${SOON}` : NO_SQL,
      search
        ? sql`and exists (select 1 from employee e where e.id = t.employee_id and e.name ilike ${containing(search)})`
        : NO_SQL,
    ],
    ' ',
  );
}

export type InboxCounts = { open: number; late: number; soon: number; byKind: Record<string, number> };

/** How many tasks are open, late and due within three days. */
export async function countInbox(em: EntityManager, actor: Actor): Promise<InboxCounts> {
  const row = await selectOne<InboxCounts & { by_kind: Record<string, number> }>(
    em,
    sql`with mine as (
          select t.kind, count(*)::int as open, count(*) filter (where t.due_at < now())::int as late,
            count(*) filter (where t.due_at >= now() and t.due_at < now() + ${SOON})::int as soon
          from task t where t.assignee_id = any(${assigneeIdsOf(actor)}::uuid[]) and t.state = 'open' group by t.kind)
        select coalesce(sum(open), 0)::int as open, coalesce(sum(late), 0)::int as late, coalesce(sum(soon), 0)::int as soon,
          coalesce(json_object_agg(kind, open), '{}') as by_kind from mine`,
  );
  return { open: row!.open, late: row!.late, soon: row!.soon, byKind: row!.by_kind };
}
