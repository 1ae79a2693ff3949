import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { MatterKind, Stage, TaskKind } from '#domain/process/tasks.ts';
import { actingPost } from '../organisation/holding.ts';
import { instantOf, sql, type Sql } from '../sql.ts';

/** Who reads, and on which day. */
export type Reader = { employeeId: string; today: CalendarDate };

/** A task with the names a list shows. */
export type TaskListRow = {
  id: string;
  /** What it belongs to; a year has no subject. */
  matter: { id: string; kind: MatterKind; subject: string | null };
  kind: TaskKind;
  stage: Stage;
  round: number;
  periodNo: number | null;
  employee: { id: string; name: string; positionTitle: string; unitName: string };
  isOwn: boolean;
  onBehalfOf: string | null;
  openedAt: string;
  dueAt: string;
  isLate: boolean;
  timeZone: string;
  state: 'open' | 'done' | 'lapsed';
};

export type TaskRecord = {
  id: string;
  matter: TaskListRow['matter'];
  kind: TaskKind;
  stage: Stage;
  round: number;
  period_no: number | null;
  employee_id: string;
  employee_name: string;
  position_title: string;
  unit_name: string;
  on_behalf_of: string | null;
  opened_at: string;
  due_at: string;
  is_late: boolean;
  time_zone: string;
  state: TaskListRow['state'];
};

/** Columns of a task `t` joined by `taskNames`. */
export const TASK_COLUMNS = sql`t.id, json_build_object('id', m.id, 'kind', m.kind, 'subject', m.subject) as matter, t.kind, t.stage, t.round, t.period_no, t.employee_id,
  t.opened_at, t.due_at, t.state, case t.state when 'open' then t.due_at < now() else t.is_late end as is_late,
  e.name as employee_name, coalesce(p.title, '') as position_title, u.name as unit_name, m.time_zone, acting.title as on_behalf_of`;

/** Joins the names; `acting` is the post through which the reader is asked when they hold it as Plt or Plh. */
export const taskNames = ({ employeeId, today }: Reader): Sql => sql`
  join matter m on m.id = t.matter_id left join cycle c on c.id = t.matter_id
  join employee e on e.id = t.employee_id left join position p on p.id = c.position_id join unit u on u.id = t.unit_id
  left join lateral (${actingPost(sql`t.assignee_id`, sql`${employeeId}::uuid`, today)}) acting on t.assignee_kind = 'position'`;

export function presentTask(row: TaskRecord, readerId: string): TaskListRow {
  return {
    id: row.id,
    matter: row.matter,
    kind: row.kind,
    stage: row.stage,
    round: row.round,
    periodNo: row.period_no,
    employee: {
      id: row.employee_id,
      name: row.employee_name,
      positionTitle: row.position_title,
      unitName: row.unit_name,
    },
    isOwn: row.employee_id === readerId,
    onBehalfOf: row.on_behalf_of,
    openedAt: instantOf(row.opened_at),
    dueAt: instantOf(row.due_at),
    isLate: row.is_late,
    timeZone: row.time_zone,
    state: row.state,
  };
}
