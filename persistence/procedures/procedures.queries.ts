import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProcedureOutcome } from '#domain/process/procedures.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import {
  containing,
  instantOf,
  instantOrNull,
  joinSql,
  select,
  selectOne,
  sql,
  whereSql,
  type RowFilter,
  type Sql,
} from '../sql.ts';

export type ProcedureRow = {
  id: string;
  kind: ProcedureKind;
  subject: string;
  subjectId: string | null;
  stage: string;
  state: 'starting' | 'running' | 'finished';
  outcome: ProcedureOutcome | null;
  employee: { id: string; name: string; number: string; positionTitle: string };
  openedBy: { id: string; name: string };
  unit: { id: string; code: string; name: string };
  timeZone: string;
  openedAt: string;
  expiresAt: string | null;
  effectiveAt: string | null;
  finishedAt: string | null;
  data: Record<string, unknown>;
};

/** A procedure with the technical side of its run and what rights are checked on. */
export type ProcedureRun = ProcedureRow & {
  unitId: string;
  employeeId: string;
  openedById: string;
  workflowId: string;
  build: string | null;
  seq: number;
  gen: number;
  auditNumber: number;
  auditHash: string;
  pendingCommands: number;
  lateTasks: number;
};

const COLUMNS = sql`pr.id, pr.kind, pr.subject, pr.subject_id as "subjectId", pr.stage, pr.state, pr.outcome, pr.time_zone as "timeZone", pr.data,
  pr.opened_at as "openedAt", pr.expires_at as "expiresAt", pr.effective_at as "effectiveAt", pr.finished_at as "finishedAt",
  pr.unit_id as "unitId", pr.employee_id as "employeeId", pr.opened_by_id as "openedById", pr.workflow_id as "workflowId", pr.workflow_build as build,
  pr.seq, pr.gen, pr.audit_number as "auditNumber", pr.audit_hash as "auditHash",
  json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, ''), 'positionTitle', coalesce(post.title, '')) as employee,
  json_build_object('id', o.id, 'name', o.name) as "openedBy", json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit,
  (select count(*)::int from command k where k.matter_id = pr.id and k.state = 'accepted') as "pendingCommands",
  (select count(*)::int from task t where t.matter_id = pr.id and t.state = 'open' and t.due_at < now()) as "lateTasks"`;
const JOINS = sql`join employee e on e.id = pr.employee_id join employee o on o.id = pr.opened_by_id join unit u on u.id = pr.unit_id
  left join lateral (select number from employee_number where employee_id = e.id order by valid_from desc limit 1) n on true
  left join lateral (select p.title from position_assignment a join position p on p.id = a.position_id
    where a.employee_id = e.id and a.valid_to is null order by array_position(array['definitif', 'plt', 'plh'], a.kind) limit 1) post on true`;

const present = (row: ProcedureRun): ProcedureRun => ({
  ...row,
  openedAt: instantOf(row.openedAt),
  expiresAt: instantOrNull(row.expiresAt),
  effectiveAt: instantOrNull(row.effectiveAt),
  finishedAt: instantOrNull(row.finishedAt),
});

/** A procedure with names; null when there is none. */
export async function findProcedure(em: EntityManager, id: string): Promise<ProcedureRun | null> {
  const row = await selectOne<ProcedureRun>(em, sql`select ${COLUMNS} from matter pr ${JOINS} where pr.id = ${id}`);
  return row && present(row);
}

/** Procedures that a person opened or that concern them, the newest first. */
export async function readOwnProcedures(
  em: EntityManager,
  employeeId: string,
  kinds: readonly ProcedureKind[] | null = null,
): Promise<ProcedureRun[]> {
  const found = await select<ProcedureRun>(
    em,
    sql`select ${COLUMNS} from matter pr ${JOINS}
        where pr.kind <> 'performanceCycle' and (pr.employee_id = ${employeeId} or pr.opened_by_id = ${employeeId}) and (${kinds}::text[] is null or pr.kind = any(${kinds}::text[]))
        order by pr.opened_at desc, pr.id limit 100`,
  );
  return found.map(present);
}

export type ProcedureFilter = {
  search?: string | undefined;
  kind?: ProcedureKind | undefined;
  state?: string | undefined;
};
export type ProcedureCursor = { openedAt: string; id: string };

const ACCESS = {
  id: sql`pr.id`,
  unitId: sql`pr.unit_id`,
  employeeId: sql`pr.employee_id`,
  openedById: sql`pr.opened_by_id`,
};

/** Procedures that a filter lets through, the newest first. */
export async function searchProcedures(
  em: EntityManager,
  access: RowFilter,
  filter: ProcedureFilter,
  after: ProcedureCursor | null,
  limit: number,
): Promise<{ items: ProcedureRun[]; next: ProcedureCursor | null }> {
  const found = await select<ProcedureRun>(
    em,
    sql`select ${COLUMNS} from matter pr ${JOINS} where ${conditions(access, filter, after)} order by pr.opened_at desc, pr.id desc limit ${limit + 1}`,
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(present),
    next: found.length > limit && last ? { openedAt: last.openedAt, id: last.id } : null,
  };
}

function conditions(access: RowFilter, { search, kind, state }: ProcedureFilter, after: ProcedureCursor | null): Sql {
  const parts = [sql`pr.kind <> 'performanceCycle'`, whereSql(access, ACCESS)];
  if (search) parts.push(sql`(pr.subject ilike ${containing(search)} or e.name ilike ${containing(search)})`);
  if (kind) parts.push(sql`pr.kind = ${kind}`);
  if (state) parts.push(sql`pr.state = ${state}`);
  if (after) parts.push(sql`(pr.opened_at, pr.id) < (${after.openedAt}::timestamptz, ${after.id}::uuid)`);
  return joinSql(parts, ' and ');
}
