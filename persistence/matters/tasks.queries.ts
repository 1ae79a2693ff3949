import type { EntityManager } from '@mikro-orm/postgresql';
import type { Decision, MatterKind } from '#domain/process/tasks.ts';
import { instantOf, instantOrNull, selectOne, sql } from '../sql.ts';
import { presentTask, TASK_COLUMNS, taskNames, type Reader, type TaskListRow, type TaskRecord } from './task-rows.ts';

/** A task with what rights are checked on and what a decision needs to know. */
export type TaskForDecision = {
  id: string;
  matterId: string;
  matterKind: MatterKind;
  workflowId: string;
  slot: string;
  assigneeKind: 'position' | 'employee' | 'desk';
  assigneeId: string;
  employeeId: string;
  unitId: string;
  isOwnTask: boolean;
  /** People who may not decide it. */
  barredIds: string[];
  dueInstant: string;
  closedAt: string | null;
  decision: Decision | null;
  decidedBy: string | null;
  row: TaskListRow;
};

type Row = TaskRecord & {
  workflow_id: string;
  slot: string;
  assignee_kind: TaskForDecision['assigneeKind'];
  assignee_id: string;
  unit_id: string;
  is_own_task: boolean;
  barred_ids: string[];
  closed_at: string | null;
  decision: Decision | null;
  decided_by: string | null;
};

/** A task as a reader sees it, or null. Whether the reader may see it is for the caller to check. */
export async function findTask(em: EntityManager, id: string, reader: Reader): Promise<TaskForDecision | null> {
  const row = await selectOne<Row>(
    em,
    sql`select ${TASK_COLUMNS}, m.workflow_id, t.barred_ids, t.slot, t.assignee_kind, t.assignee_id, t.unit_id, t.is_own_task, t.closed_at, t.decision, d.name as decided_by
        from task t ${taskNames(reader)} left join employee d on d.id = t.decided_by_id where t.id = ${id}`,
  );
  if (!row) return null;
  return {
    id: row.id,
    matterId: row.matter.id,
    matterKind: row.matter.kind,
    workflowId: row.workflow_id,
    slot: row.slot,
    assigneeKind: row.assignee_kind,
    assigneeId: row.assignee_id,
    employeeId: row.employee_id,
    unitId: row.unit_id,
    isOwnTask: row.is_own_task,
    barredIds: row.barred_ids,
    dueInstant: instantOf(row.due_at),
    closedAt: instantOrNull(row.closed_at),
    decision: row.decision,
    decidedBy: row.decided_by,
    row: presentTask(row, reader.employeeId),
  };
}
