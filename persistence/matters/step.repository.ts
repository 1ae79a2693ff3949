import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import type { AuditLine } from '../audit/audit.repository.ts';
import type { Command } from '../commands/commands.entities.ts';
import { fromJson, jsonRows, toJson } from '../json-rows.ts';
import { mailsToWrite, type NewMail } from '../notifications/mails.repository.ts';
import { definitiveFirst, holds } from '../organisation/holding.ts';
import { selectOne, sql } from '../sql.ts';
import type { Matter, Task } from './matters.entities.ts';

/**
 * A step of a matter costs three statements whatever it does: the lock, one that reads all that it may need, one that writes all that it changed.
 * What a stage does of its own (an SKP, a report) it writes itself in between, in the same transaction.
 */

export type MatterRow = { [K in keyof Matter]: Matter[K] };
export type TaskRow = { [K in keyof Task]: Task[K] };
export type CommandRow = { [K in keyof Command]: Command[K] };

/** Locks the row of a matter until the transaction ends; null when there is none. */
export async function lockMatter(em: EntityManager, id: string): Promise<MatterRow | null> {
  const row = await selectOne<{ matter: Record<string, unknown> }>(
    em,
    sql`select to_jsonb(m) as matter from matter m where m.id = ${id} for update`,
  );
  return row && fromJson<MatterRow>(row.matter);
}

/** In what capacity somebody may decide a task: as themselves, at a desk, or as the holder of its post. */
export type Capacity =
  | { kind: 'self' | 'desk' }
  | { kind: 'position'; positionId: string; holding: 'definitif' | 'plt' | 'plh' };

export type StepFacts = {
  /** What a step with this key replied when it was done; null when it was not. */
  done: { reply: unknown } | null;
  /** Open tasks of the matter, the oldest first. */
  openTasks: TaskRow[];
  decision: { command: CommandRow; task: TaskRow; capacity: Capacity | null } | null;
};

/**
 * All that a step needs to know, read after the matter is locked: what another step has committed meanwhile is seen. Authority is that of
 * the command's actor on `today`.
 */
export async function readStep(
  em: EntityManager,
  step: { matterId: string; key: string; commandId?: string; taskId?: string; today: CalendarDate },
): Promise<StepFacts> {
  const { matterId, key, commandId = null, taskId = null, today } = step;
  const row = await selectOne<{
    done: { reply: unknown } | null;
    tasks: Record<string, unknown>[];
    command: Record<string, unknown> | null;
    task: Record<string, unknown> | null;
    capacity: Capacity | null;
  }>(
    em,
    sql`select (select jsonb_build_object('reply', reply) from effect where key = ${key}) as done,
          (select coalesce(jsonb_agg(to_jsonb(o) order by o.opened_at, o.id), '[]') from task o where o.matter_id = ${matterId} and o.state = 'open') as tasks,
          to_jsonb(k) as command, to_jsonb(t) as task,
          case t.assignee_kind
            when 'employee' then case when t.assignee_id = k.actor_id then '{"kind":"self"}'::jsonb end
            when 'desk' then (select '{"kind":"desk"}'::jsonb from role_assignment r
              where r.desk_id = t.assignee_id and r.employee_id = k.actor_id and ${holds('r', today)} limit 1)
            else (select jsonb_build_object('kind', 'position', 'positionId', a.position_id, 'holding', a.kind) from position_assignment a
              where a.position_id = t.assignee_id and a.employee_id = k.actor_id and ${holds('a', today)} order by ${definitiveFirst('a')} limit 1)
          end as capacity
        from (select 1) one
        left join command k on k.id = ${commandId}::uuid
        left join task t on t.id = ${taskId}::uuid and t.matter_id = ${matterId}`,
  );
  const { done, tasks, command, task, capacity } = row!;
  return {
    done,
    openTasks: tasks.map((one) => fromJson<TaskRow>(one)),
    decision: command && task && { command: fromJson<CommandRow>(command), task: fromJson<TaskRow>(task), capacity },
  };
}

export type StepWrites = {
  /** The matter as it is now. */
  matter: MatterRow;
  /** Open tasks that were closed, re-addressed or given another date. */
  changed: readonly TaskRow[];
  opened: readonly TaskRow[];
  story: readonly AuditLine[];
  mails: readonly NewMail[];
  /** The command that is answered. */
  answer: { commandId: string; reply: CommandReply } | null;
  effect: { key: string; reply: unknown };
  /** What open pages hear; null when nothing that they show has changed. */
  live: Announcement | null;
  today: CalendarDate;
};

/** What the API hears of a step: whose tasks changed, and which command is answered. Ids only. */
type Announcement = { assigneeIds: readonly string[]; matterId: string; taskId: string | null; commandId?: string };

/** Writes all that a step changed, in one statement. */
export async function writeStep(em: EntityManager, step: StepWrites): Promise<void> {
  const { matter, changed, opened, story, answer, effect, live, today } = step;
  await selectOne(
    em,
    sql`with moved as (
        update matter m set subject = r.subject, rule_set_id = r.rule_set_id, workflow_build = r.workflow_build, stage = r.stage, state = r.state,
          outcome = r.outcome, seq = r.seq, gen = r.gen, process = r.process, agenda = r.agenda, audit_number = r.audit_number, audit_hash = r.audit_hash,
          data = r.data, effective_at = r.effective_at, expires_at = r.expires_at, started_at = r.started_at, finished_at = r.finished_at
        from jsonb_populate_record(null::matter, ${JSON.stringify(toJson(matter))}::jsonb) r where m.id = r.id),
      changed as (
        update task t set state = r.state, closed_at = r.closed_at, is_late = r.is_late, decision = r.decision, decided_by_id = r.decided_by_id,
          due_at = r.due_at, level = r.level, ladder_at = r.ladder_at, next_step_at = r.next_step_at, rule_set_id = r.rule_set_id,
          assignee_kind = r.assignee_kind, assignee_id = r.assignee_id, responsible_position_id = r.responsible_position_id, reassigned_from_id = r.reassigned_from_id
        from jsonb_populate_recordset(null::task, ${jsonRows(changed)}::jsonb) r where t.id = r.id),
      opened as (insert into task select r.* from jsonb_populate_recordset(null::task, ${jsonRows(opened)}::jsonb) r),
      story as (
        insert into audit_event (chain, number, matter_id, task_id, at, kind, actor_id, on_behalf_of_position_id, data, previous_hash, hash)
        select chain, number, matter_id, task_id, at, kind, actor_id, on_behalf_of_position_id, data, previous_hash, hash
        from jsonb_populate_recordset(null::audit_event, ${jsonRows(story)}::jsonb)),
      ${mailsToWrite(step.mails, today)},
      answered as (
        update command set state = 'answered', outcome = ${JSON.stringify(answer?.reply ?? null)}::jsonb, answered_at = clock_timestamp()
        where id = ${answer?.commandId ?? null}::uuid),
      done as (insert into effect (key, reply) values (${effect.key}, ${JSON.stringify(effect.reply)}::jsonb)),
      heard as (select pg_notify('live', told.text) from (select ${live ? JSON.stringify({ ...live, assigneeIds: [...new Set(live.assigneeIds)] }) : null}::text as text) told where told.text is not null)
      select (select count(*) from heard), (select count(*) from told_mailer)`,
  );
}
