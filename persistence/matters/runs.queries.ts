import type { EntityManager } from '@mikro-orm/postgresql';
import type { ProcedureOutcome } from '#domain/process/procedures.ts';
import type { OperationKind, RunCount, RunKind, RunStage, RunState } from '#domain/process/runs.ts';
import { civilDateOf } from '../organisation/holding.ts';
import {
  containing,
  instantOf,
  instantOrNull,
  joinSql,
  NO_SQL,
  select,
  selectOne,
  sql,
  whereSql,
  type RowFilter,
  type Sql,
} from '../sql.ts';
import type { NameCursor } from '../organisation/employees.queries.ts';

/** What the administration filters by; `search` is a part of a name, a subject or a workflow id. */
export type RunFilter = {
  search?: string | undefined;
  kind?: RunKind | undefined;
  unitId?: string | undefined;
  stage?: RunStage | undefined;
  state?: RunState | undefined;
  lateOnly?: boolean | undefined;
  year?: number | undefined;
};
export type RunListRow = {
  id: string;
  kind: RunKind;
  workflowId: string;
  name: string;
  subject: string | null;
  unit: { id: string; code: string; name: string };
  year: number;
  timeZone: string;
  stage: RunStage;
  state: RunState;
  outcome: ProcedureOutcome | null;
  openedAt: string;
  finishedAt: string | null;
  lateTasks: number;
  seq: number | null;
  build: string | null;
  ruleSetCode: string | null;
  pendingCommands: number;
};

const yearOf = (at: Sql, zone: Sql): Sql => sql`extract(year from ${civilDateOf(at, zone)})::int`;

const MATTERS = sql`
  select m.kind, m.id, m.workflow_id, e.name, coalesce(m.subject, p.title) as subject, m.unit_id,
    coalesce(c.year, ${yearOf(sql`m.opened_at`, sql`m.time_zone`)}) as year, m.time_zone, m.stage, m.state, m.outcome, m.opened_at, m.finished_at,
    m.seq, m.workflow_build, m.rule_set_id
  from matter m join employee e on e.id = m.employee_id left join cycle c on c.id = m.id left join position p on p.id = c.position_id`;
/** A draft of an event is nothing that runs. */
const TRAININGS = sql`
  select 'trainingEvent', v.id, v.workflow_id, v.title, nullif(v.topic, ''), v.unit_id, ${yearOf(sql`v.starts_at`, sql`v.time_zone`)}, v.time_zone, v.state,
    case when v.state in ('finished', 'cancelled') then 'finished' else 'running' end, null, v.created_at, null::timestamptz, null::int, null, null::uuid
  from training_event v where v.state <> 'draft'`;
const stateOfBulk = (row: Sql): Sql =>
  sql`case ${row}.state when 'running' then 'underWay' else ${row}.state end, case ${row}.state when 'finished' then 'finished' else 'running' end`;
const CAMPAIGNS = sql`
  select 'cycleCampaign', k.id, k.workflow_id, u.name, r.name, k.unit_id, k.year, u.time_zone, ${stateOfBulk(sql`k`)}, null, k.opened_at, k.finished_at,
    null::int, null, k.rule_set_id
  from campaign k join unit u on u.id = k.unit_id join rule_set r on r.id = k.rule_set_id`;
const MOVES = sql`
  select 'ruleSetMove', k.id, k.workflow_id, u.name, k.reason, k.unit_id, ${yearOf(sql`k.opened_at`, sql`u.time_zone`)}, u.time_zone, ${stateOfBulk(sql`k`)}, null,
    k.opened_at, k.finished_at, null::int, null, k.rule_set_id
  from rule_set_move k join unit u on u.id = k.unit_id`;
/** Everything that runs, one row each. PostgreSQL carries conditions on it into its parts. */
const RUNS = sql`(${joinSql([MATTERS, TRAININGS, CAMPAIGNS, MOVES], ' union all ')})`;

const ACCESS = { id: sql`r.id`, unitId: sql`r.unit_id` };
const LATE = sql`from task t where t.matter_id = r.id and t.state = 'open' and t.due_at < now()`;
/** Commands to runs that are no matter name the workflow only. */
const PENDING = sql`from command k where (k.matter_id = r.id or (k.matter_id is null and k.workflow_id = r.workflow_id)) and k.state = 'accepted'`;
const COLUMNS = sql`r.id, r.kind, r.workflow_id as "workflowId", r.name, r.subject, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, r.year,
  r.time_zone as "timeZone", r.stage, r.state, r.outcome, r.opened_at as "openedAt", r.finished_at as "finishedAt", (select count(*)::int ${LATE}) as "lateTasks",
  r.seq, r.workflow_build as build, s.code as "ruleSetCode", (select count(*)::int ${PENDING}) as "pendingCommands"`;
const JOINS = sql`join unit u on u.id = r.unit_id left join rule_set s on s.id = r.rule_set_id`;

const present = (row: RunListRow): RunListRow => ({
  ...row,
  openedAt: instantOf(row.openedAt),
  finishedAt: instantOrNull(row.finishedAt),
});

/** Runs that a filter lets through, by name. */
export async function searchRuns(
  em: EntityManager,
  access: RowFilter,
  filter: RunFilter,
  after: NameCursor | null,
  limit: number,
): Promise<{ items: RunListRow[]; next: NameCursor | null }> {
  const found = await select<RunListRow>(
    em,
    sql`select ${COLUMNS} from (
          select * from ${RUNS} r where ${conditions(access, filter)} ${filter.stage ? sql`and r.stage = ${filter.stage}` : NO_SQL}
            ${after ? sql`and (r.name, r.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
          order by r.name, r.id limit ${limit + 1}) r ${JOINS} order by r.name, r.id`,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(present), next: found.length > limit && last ? { name: last.name, id: last.id } : null };
}

/** How many of these runs stand at each stage; the stage itself is not filtered. */
export async function countRunsByStage(
  em: EntityManager,
  access: RowFilter,
  filter: RunFilter,
): Promise<Partial<Record<RunStage, number>>> {
  const row = await selectOne<{ stages: Partial<Record<RunStage, number>> }>(
    em,
    sql`select coalesce(json_object_agg(stage, n), '{}') as stages from (
          select r.stage, count(*)::int as n from ${RUNS} r where ${conditions(access, filter)} group by r.stage) counted`,
  );
  return row!.stages;
}

/** One run that a filter lets through; null when there is none. */
export async function findRun(em: EntityManager, access: RowFilter, id: string): Promise<RunListRow | null> {
  const row = await selectOne<RunListRow>(
    em,
    sql`select ${COLUMNS} from ${RUNS} r ${JOINS} where r.id = ${id} and ${whereSql(access, ACCESS)}`,
  );
  return row && present(row);
}

function conditions(access: RowFilter, { search, kind, unitId, state, lateOnly, year }: RunFilter): Sql {
  const parts = [whereSql(access, ACCESS)];
  if (search) {
    const like = containing(search);
    parts.push(sql`(r.name ilike ${like} or r.subject ilike ${like} or r.workflow_id ilike ${like})`);
  }
  if (kind) parts.push(sql`r.kind = ${kind}`);
  if (unitId)
    parts.push(
      sql`r.unit_id in (select below.id from unit below join unit top on top.id = ${unitId} and starts_with(below.path, top.path))`,
    );
  if (state) parts.push(sql`r.state = ${state}`);
  if (year) parts.push(sql`r.year = ${year}`);
  if (lateOnly) parts.push(sql`exists (select 1 ${LATE})`);
  return joinSql(parts, ' and ');
}

/** What is counted in each kind of run that is no matter. */
const COUNTS: Record<OperationKind, (id: string) => Sql> = {
  cycleCampaign: (id) => sql`select total, started, skipped, refused from campaign where id = ${id}`,
  ruleSetMove: (id) => sql`
    select count(*)::int as total, count(*) filter (where state = 'moved')::int as moved, count(*) filter (where state = 'refused')::int as refused,
      count(*) filter (where state in ('planned', 'sent'))::int as open from rule_set_move_item where move_id = ${id}`,
  trainingEvent: (id) => sql`
    select count(*) filter (where is_invited)::int as invited, count(*) filter (where attended_at is not null)::int as attended,
      (select count(*)::int from training_certificate where event_id = ${id}) as certificates from training_participant where event_id = ${id}`,
};

export type RunCounts = Partial<Record<RunCount, number>>;

/** How far an event, an opening or a move has come. */
export const readRunCounts = async (em: EntityManager, kind: OperationKind, id: string): Promise<RunCounts> =>
  (await selectOne<RunCounts>(em, COUNTS[kind](id))) ?? {};
