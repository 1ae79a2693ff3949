import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProcedureOutcome } from '#domain/process/procedures.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import { instantOf, instantOrNull, select, selectOne, sql } from '../sql.ts';

type ProcedureRow = {
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

/** A procedure with its workflow and what rights are checked on. */
export type ProcedureRun = ProcedureRow & {
  unitId: string;
  employeeId: string;
  openedById: string;
  workflowId: string;
};

const COLUMNS = sql`pr.id, pr.kind, pr.subject, pr.subject_id as "subjectId", pr.stage, pr.state, pr.outcome, pr.time_zone as "timeZone", pr.data,
  pr.opened_at as "openedAt", pr.expires_at as "expiresAt", pr.effective_at as "effectiveAt", pr.finished_at as "finishedAt",
  pr.unit_id as "unitId", pr.employee_id as "employeeId", pr.opened_by_id as "openedById", pr.workflow_id as "workflowId",
  json_build_object('id', e.id, 'name', e.name, 'number', coalesce(n.number, ''), 'positionTitle', coalesce(post.title, '')) as employee,
  json_build_object('id', o.id, 'name', o.name) as "openedBy", json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit`;
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
