import type { EntityManager } from '@mikro-orm/postgresql';
import type { CommandReply } from '#domain/process/reply.ts';
import type { Decision, TaskKind } from '#domain/process/tasks.ts';
import { instantOf, selectOne, sql, TODAY } from '../sql.ts';

export type ReceiptRow = {
  commandId: string;
  number: number;
  decision: Decision;
  acceptedAt: string;
  isLate: boolean;
  state: 'accepted' | 'answered';
  outcome: CommandReply | null;
  taskId: string;
  next: { assignee: string; kind: TaskKind; dueAt: string } | null;
  predikat: string | null;
};

type Raw = Omit<ReceiptRow, 'number'> & { number: string };

/**
 * The receipt of a decision of a person, with what it led to: the open task of the same strand (or of the follow-up that
 * came after it) and, where two ratings were given, the predikat. Null when the id is unknown or somebody else's.
 */
export async function findReceipt(em: EntityManager, commandId: string, actorId: string): Promise<ReceiptRow | null> {
  const row = await selectOne<Raw>(
    em,
    sql`select k.id as "commandId", k.number, k.update_name as decision, k.accepted_at as "acceptedAt", k.accepted_at > t.due_at as "isLate", k.state, k.outcome,
          t.id as "taskId", opened.next,
          case when k.state = 'answered' and k.update_name in ('rateEmployee', 'decideObjection') then
            (select r.predikat from appraisal_result r where r.cycle_id = t.cycle_id order by r.number desc limit 1) end as predikat
        from command k join task t on t.id = k.task_id
        left join lateral (
          select json_build_object('kind', n.kind, 'dueAt', n.due_at, 'assignee', coalesce(
              case n.assignee_kind
                when 'employee' then (select name from employee where id = n.assignee_id)
                when 'position' then (select e.name from position_assignment a join employee e on e.id = a.employee_id where a.position_id = n.assignee_id
                  and a.valid_from <= ${TODAY} and (a.valid_to is null or a.valid_to >= ${TODAY}) order by array_position(array['definitif', 'plt', 'plh'], a.kind) limit 1)
                else (select string_agg(e.name, ', ' order by e.name) from role_assignment r join employee e on e.id = r.employee_id where r.desk_id = n.assignee_id
                  and r.valid_from <= ${TODAY} and (r.valid_to is null or r.valid_to >= ${TODAY})) end,
              (select title from position where id = n.assignee_id), '–')) as next
          from (select * from task where cycle_id = t.cycle_id union all select * from task where procedure_id = t.procedure_id) n
          where n.state = 'open' and n.id <> t.id and (n.procedure_id is not null or n.step = t.step or (t.step = 'appraisal' and n.step = 'followUp'))
          order by n.step = t.step desc, n.opened_at desc limit 1) opened on k.state = 'answered' and k.outcome ->> 'kind' = 'applied'
        where k.id = ${commandId} and k.actor_id = ${actorId}`,
  );
  if (!row) return null;
  return {
    ...row,
    number: Number(row.number),
    acceptedAt: instantOf(row.acceptedAt),
    next: row.next && { ...row.next, dueAt: instantOf(row.next.dueAt) },
  };
}
