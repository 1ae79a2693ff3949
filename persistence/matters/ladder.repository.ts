import type { EntityManager } from '@mikro-orm/postgresql';
import { civilDateOf, holds } from '../organisation/holding.ts';
import { selectOne, sql, type Sql } from '../sql.ts';

/** Tasks raised in one statement; small enough that a decision never waits long for a row. */
const BATCH = 1000;

/**
 * Takes the next ladder step of open tasks whose step is due at `now`: raises the level, re-addresses the task when the step
 * says so, and writes the mails and the line of the story, all in one statement. Several sweepers can run side by side: each skips rows
 * that another one, or a decision, holds. One task per matter at a time, since the lines of its story are chained.
 * Returns how many steps were taken.
 */
export async function takeDueLadderSteps(em: EntityManager, now: Date | null): Promise<number> {
  // The planner overrates the search for held posts; compiling the statement would take longer than running it.
  await em.execute(`set local jit = off`);
  const row = await selectOne<{ taken: number }>(em, sweep(now, BATCH));
  const { taken } = row!;
  if (taken > 0) await em.execute(`notify outbox`);
  return taken;
}

/** The canonical text of a line of the story, as `persistence/audit` hashes it: keys in the order of the alphabet, at every depth. */
const LINE_TEXT = sql`'{"actorId":null,"at":"' || at_text || '","chain":"matter:' || matter_id || '","data":' || data_text || ',"kind":"' || story_kind ||
  '","number":' || (audit_number + 1) || ',"onBehalfOfPositionId":null,"previousHash":"' || audit_hash || '","taskId":"' || id || '"}'`;

/**
 * The nearest post at or above `from` that somebody else than the task's subject holds now, as `alias (id, superior_position_id)`. A vacant
 * post moves up as it does when a task is opened, and nothing is handed to somebody who could not decide it.
 */
const heldAtOrAbove = (from: Sql, alias: Sql): Sql => sql`
  left join lateral (
    with recursive chain as (
      select p.id, p.superior_position_id, 0 as depth from position p where p.id = ${from}
      union all
      select p.id, p.superior_position_id, c.depth + 1 from chain c join position p on p.id = c.superior_position_id where c.depth < 20)
    select c.id, c.superior_position_id from chain c
    where exists (select 1 from position_assignment a where a.position_id = c.id and a.employee_id <> due.employee_id and a.employee_id <> all(due.barred_ids) and ${holds('a', sql`due.today`)})
    order by c.depth limit 1) ${alias} on true`;

const sweep = (now: Date | null, limit: number): Sql => sql`
with clock as (select date_trunc('milliseconds', coalesce(${now?.toISOString() ?? null}::timestamptz, clock_timestamp())) as at),
picked as (
  select t.*, c.audit_number, c.audit_hash, ${civilDateOf(sql`select at from clock`, sql`c.time_zone`)} as today
  from task t join matter c on c.id = t.matter_id
  where t.state = 'open' and t.next_step_at <= (select at from clock)
  order by t.next_step_at limit ${limit}
  for update of t, c skip locked),
due as (
  select distinct on (matter_id) * from picked order by matter_id, level, id),
ladder as (
  select r.id as rule_set_id, (s.position - 1)::int as level, s.step->>'action' as action, s.step->'to' as recipients,
         (s.step->>'offsetWorkingDays')::int as offset_days
  from rule_set r cross join lateral jsonb_array_elements(r.data->'ladder') with ordinality as s(step, position)
  where r.id in (select rule_set_id from due)),
officer as (
  select distinct on (own.id) own.id as unit_id, d.id as desk_id
  from (select distinct unit_id, today from due) late join unit own on own.id = late.unit_id
  join unit above on starts_with(own.path, above.path) join desk d on d.unit_id = above.id and d.role = 'personnelOfficer'
  where exists (select 1 from role_assignment r where r.desk_id = d.id and ${holds('r', sql`late.today`)})
  order by own.id, length(above.path) desc),
step as (
  select due.*, l.recipients, l.offset_days, o.desk_id, superior.id as superior_id, above.id as above_superior_id,
         case when l.action is null then 'none'
              when l.action = 'reassign' and (due.is_own_task or superior.id is null) then 'escalate'
              else l.action end as action
  from due
  left join ladder l on l.rule_set_id = due.rule_set_id and l.level = due.level
  left join position own on own.id = due.responsible_position_id
  ${heldAtOrAbove(sql`own.superior_position_id`, sql`superior`)}
  ${heldAtOrAbove(sql`superior.superior_position_id`, sql`above`)}
  left join officer o on o.unit_id = due.unit_id),
addressed as (
  select id, today, 'assignee' as role, assignee_kind as kind, assignee_id as address from step where jsonb_exists(recipients, 'assignee')
  union all select id, today, 'superior', 'position', superior_id from step where jsonb_exists(recipients, 'superior')
  union all select id, today, 'superiorOfSuperior', 'position', above_superior_id from step where jsonb_exists(recipients, 'superiorOfSuperior')
  union all select id, today, 'personnelOfficer', 'desk', desk_id from step where jsonb_exists(recipients, 'personnelOfficer')),
person as (
  select distinct on (id, employee_id) id, role, employee_id from (
    select id, role, address as employee_id from addressed where kind = 'employee'
    union all select ad.id, ad.role, a.employee_id from addressed ad join position_assignment a on ad.kind = 'position' and a.position_id = ad.address and ${holds('a', sql`ad.today`)}
    union all select ad.id, ad.role, r.employee_id from addressed ad join role_assignment r on ad.kind = 'desk' and r.desk_id = ad.address and ${holds('r', sql`ad.today`)}
  ) resolved
  order by id, employee_id, case role when 'assignee' then 0 when 'superior' then 1 when 'superiorOfSuperior' then 2 else 3 end),
recipients_of as (select id, string_agg('"' || employee_id || '"', ',' order by employee_id::text) as ids from person group by id),
told as (
  select step.*, clock.at,
         to_char(clock.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at_text,
         case action when 'remind' then 'reminded' when 'reassign' then 'reassigned' else 'escalated' end as story_kind,
         '{"dueAt":"' || to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' ||
         case when action = 'reassign' then ',"from":"' || assignee_id || '"' else '' end ||
         ',"level":' || (level + 1) || ',"offsetWorkingDays":' || offset_days || ',"periodNo":' || coalesce(period_no::text, 'null') ||
         ',"recipientIds":[' || coalesce(recipients_of.ids, '') || ']' ||
         ',"taskKind":"' || kind || '"' ||
         case when action = 'reassign' then ',"to":"' || superior_id || '"' else '' end || '}' as data_text
  from step cross join clock left join recipients_of on recipients_of.id = step.id where action <> 'none'),
line as (select told.*, encode(sha256(convert_to(${LINE_TEXT}, 'UTF8')), 'hex') as hash from told),
story as (
  insert into audit_event (chain, number, matter_id, task_id, at, kind, data, previous_hash, hash)
  select 'matter:' || matter_id, audit_number + 1, matter_id, id, at, story_kind, data_text::jsonb, audit_hash, hash from line),
chained as (
  update matter c set audit_number = line.audit_number + 1, audit_hash = line.hash from line where c.id = line.matter_id),
mail as (
  insert into outbox (dedupe_key, template, recipient_id, matter_id, task_id, data, created_at)
  select concat_ws(':', 'step', told.id, told.level, p.employee_id, told.rule_set_id),
         case when told.action = 'remind' then 'reminder'
              when told.action = 'reassign' and p.role in ('assignee', 'superior') then 'reassigned'
              else 'escalation' end,
         p.employee_id, told.matter_id, told.id,
         jsonb_build_object('taskKind', told.kind, 'dueAt', to_char(told.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'periodNo', told.period_no,
           'level', told.level + 1, 'offsetWorkingDays', told.offset_days,
           'role', case when told.action = 'reassign' and p.role = 'superior' then 'new' when told.action = 'reassign' and p.role = 'assignee' then 'old' else p.role end,
           'waitingForId', case when told.assignee_kind = 'employee' then told.assignee_id
             else (select a.employee_id from position_assignment a where a.position_id = told.assignee_id and ${holds('a', sql`told.today`)} limit 1) end,
           'fromPositionId', case when told.action = 'reassign' then told.assignee_id end),
         told.at
  from told join person p on p.id = told.id
  on conflict (dedupe_key) do nothing),
raised as (
  update task t set
    level = t.level + 1,
    next_step_at = case when step.action = 'none' then null else t.ladder_at[t.level + 2] end,
    reassigned_from_id = case when step.action = 'reassign' then t.assignee_id else t.reassigned_from_id end,
    assignee_kind = case when step.action = 'reassign' then 'position' else t.assignee_kind end,
    assignee_id = case when step.action = 'reassign' then step.superior_id else t.assignee_id end,
    responsible_position_id = case when step.action = 'reassign' then step.superior_id else t.responsible_position_id end
  from step where t.id = step.id
  returning t.id),
live as (
  select pg_notify('live', json_build_object('assigneeIds', json_build_array(assignee_id, superior_id), 'matterId', matter_id, 'taskId', id)::text)
  from step where action = 'reassign')
select (select count(*)::int from raised) as taken, (select count(*) from live) as notified`;
