import type { EntityManager } from '@mikro-orm/postgresql';
import { decisionsOf, PROCEDURE_TASK_KINDS } from '#domain/process/tasks.ts';
import { selectOne, sql } from '../sql.ts';

/** Tasks by which somebody sends back what was returned to them. */
const REVISIONS = PROCEDURE_TASK_KINDS.filter((kind) => decisionsOf(kind).includes('resubmit'));

/** Whether a procedure about a subject is not finished. */
export const isInProcedure = async (em: EntityManager, subjectId: string): Promise<boolean> =>
  (await selectOne(em, sql`select 1 from matter where subject_id = ${subjectId} and state <> 'finished' limit 1`)) !==
  null;

/** The open task by which somebody sends back what was returned to them; null when there is none. */
export async function findRevisionTask(
  em: EntityManager,
  subjectId: string,
  employeeId: string,
): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select t.id from matter p join task t on t.matter_id = p.id and t.state = 'open' and t.kind = any(${REVISIONS}::text[]) and t.assignee_id = ${employeeId}
        where p.subject_id = ${subjectId} and p.state <> 'finished' limit 1`,
  );
  return row?.id ?? null;
}

/** Who opens a procedure, in the unit they belong to. */
export async function openerOf(
  em: EntityManager,
  employeeId: string,
): Promise<{ employeeId: string; openedById: string; unitId: string }> {
  const row = await selectOne<{ unitId: string }>(
    em,
    sql`select unit_id as "unitId" from employee where id = ${employeeId}`,
  );
  return { employeeId, openedById: employeeId, unitId: row!.unitId };
}
