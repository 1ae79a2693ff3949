import type { EntityManager } from '@mikro-orm/postgresql';
import type { Predikat } from '#domain/appraisal/predikat.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import type { Decision, TaskKind } from '#domain/process/tasks.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { holderOf, holds } from '../organisation/holding.ts';
import { instantOf, selectOne, sql } from '../sql.ts';

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
  predikat: Predikat | null;
};

type Raw = Omit<ReceiptRow, 'number'> & { number: string };

/**
 * The receipt of a decision of a person, with what it led to: the open task of the same strand (or of the follow-up that
 * came after it) and, where two ratings were given, the predikat. Null when the id is unknown or somebody else's.
 */
export async function findReceipt(
  em: EntityManager,
  commandId: string,
  actorId: string,
  today: CalendarDate,
): Promise<ReceiptRow | null> {
  const row = await selectOne<Raw>(
    em,
    sql`select k.id as "commandId", k.number, k.name as decision, k.accepted_at as "acceptedAt", k.accepted_at > t.due_at as "isLate", k.state, k.outcome,
          t.id as "taskId", opened.next,
          case when k.state = 'answered' and k.name in ('rateEmployee', 'decideObjection') then
            (select r.predikat from appraisal_result r where r.cycle_id = t.matter_id order by r.number desc limit 1) end as predikat
        from command k join task t on t.id = k.task_id join matter m on m.id = t.matter_id
        left join lateral (
          select json_build_object('kind', n.kind, 'dueAt', n.due_at, 'assignee', coalesce(
              case n.assignee_kind
                when 'employee' then (select name from employee where id = n.assignee_id)
                when 'position' then (select h.name from (${holderOf(sql`n.assignee_id`, today)}) h)
                else (select string_agg(e.name, ', ' order by e.name) from role_assignment r join employee e on e.id = r.employee_id where r.desk_id = n.assignee_id
                  and ${holds('r', today)}) end,
              (select title from position where id = n.assignee_id), '–')) as next
          from task n
          where n.matter_id = t.matter_id and n.state = 'open' and n.id <> t.id
            and (m.kind <> 'performanceCycle' or n.strand = t.strand or (t.strand = 'appraisal' and n.strand = 'followUp'))
          order by n.strand = t.strand desc, n.opened_at desc limit 1) opened on k.state = 'answered' and k.outcome ->> 'kind' = 'applied'
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
