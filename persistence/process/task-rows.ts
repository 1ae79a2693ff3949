import type { Stage, TaskKind } from '#domain/process/tasks.ts';
import { instantOf, sql, TODAY, type Sql } from '../sql.ts';

/** A task with the names a list shows. */
export type TaskListRow = {
  id: string;
  /** Of a cycle or of a procedure. */
  cycleId: string | null;
  procedureId: string | null;
  /** What a procedure is about. */
  subject: string | null;
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
  cycle_id: string | null;
  procedure_id: string | null;
  subject: string | null;
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
export const TASK_COLUMNS = sql`t.id, t.cycle_id, t.procedure_id, pr.subject, t.kind, t.stage, t.round, t.period_no, t.employee_id, t.opened_at, t.due_at, t.state,
  case t.state when 'open' then t.due_at < now() else t.is_late end as is_late,
  e.name as employee_name, coalesce(p.title, '') as position_title, u.name as unit_name, coalesce(c.time_zone, pr.time_zone) as time_zone, acting.title as on_behalf_of`;

/** Joins the names; `acting` is the post through which the reader is asked when they hold it as Plt or Plh. */
export const taskNames = (readerId: string): Sql => sql`
  left join cycle c on c.id = t.cycle_id left join procedure pr on pr.id = t.procedure_id
  join employee e on e.id = t.employee_id left join position p on p.id = c.position_id join unit u on u.id = t.unit_id
  left join lateral (
    select ap.title from position_assignment a join position ap on ap.id = a.position_id
    where t.assignee_kind = 'position' and a.position_id = t.assignee_id and a.employee_id = ${readerId} and a.kind in ('plt', 'plh')
      and a.valid_from <= ${TODAY} and (a.valid_to is null or a.valid_to >= ${TODAY}) limit 1) acting on true`;

export function presentTask(row: TaskRecord, readerId: string): TaskListRow {
  return {
    id: row.id,
    cycleId: row.cycle_id,
    procedureId: row.procedure_id,
    subject: row.subject,
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
