import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { inTransaction } from '../transaction.ts';
import { AuditEvent } from '../audit/audit.entities.ts';
import { chainOf, firstBrokenLine } from '../audit/audit.repository.ts';
import { actingPost, civilDateOf, holderOf } from '../organisation/holding.ts';
import {
  containing,
  instantOf,
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

export type RunFilter = {
  search?: string | undefined;
  unitId?: string | undefined;
  stage?: string | undefined;
  state?: string | undefined;
  lateOnly?: boolean | undefined;
  year?: number | undefined;
};
export type RunListRow = {
  cycleId: string;
  workflowId: string;
  employee: { id: string; name: string };
  unitName: string;
  year: number;
  stage: string;
  state: 'starting' | 'running' | 'finished';
  lateTasks: number;
  seq: number;
  build: string | null;
  ruleSetCode: string;
  pendingCommands: number;
};

const COLUMNS = { id: sql`c.id`, unitId: sql`m.unit_id` };
const LATE = sql`select 1 from task t where t.matter_id = c.id and t.state = 'open' and t.due_at < now()`;

/** Runs that a filter lets through, by the employee's name. */
export async function searchRuns(
  em: EntityManager,
  access: RowFilter,
  filter: RunFilter,
  after: NameCursor | null,
  limit: number,
): Promise<{ items: RunListRow[]; next: NameCursor | null }> {
  const found = await select<RunListRow>(
    em,
    sql`select c.id as "cycleId", c.workflow_id as "workflowId", json_build_object('id', c.employee_id, 'name', c.name) as employee, u.name as "unitName", c.year, c.stage, c.state, c.seq,
          c.workflow_build as build, r.code as "ruleSetCode",
          (select count(*)::int from task t where t.matter_id = c.id and t.state = 'open' and t.due_at < now()) as "lateTasks",
          (select count(*)::int from command k where k.matter_id = c.id and k.state = 'accepted') as "pendingCommands"
        from (
          select c.*, m.unit_id, m.rule_set_id, m.workflow_id, m.workflow_build, m.stage, m.state, m.seq, e.name from cycle c join matter m on m.id = c.id join employee e on e.id = c.employee_id
          where ${conditions(access, filter)} ${filter.stage ? sql`and m.stage = ${filter.stage}` : NO_SQL}
            ${after ? sql`and (e.name, c.id) > (${after.name}, ${after.id}::uuid)` : NO_SQL}
          order by e.name, c.id limit ${limit + 1}) c
        join unit u on u.id = c.unit_id join rule_set r on r.id = c.rule_set_id
        order by c.name, c.id`,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? { name: last.employee.name, id: last.cycleId } : null };
}

/** How many of these runs stand at each stage; the stage itself is not filtered. */
export async function countRunsByStage(
  em: EntityManager,
  access: RowFilter,
  filter: RunFilter,
): Promise<Record<string, number>> {
  const row = await selectOne<{ stages: Record<string, number> }>(
    em,
    sql`select coalesce(json_object_agg(stage, n), '{}') as stages from (
          select m.stage, count(*)::int as n from cycle c join matter m on m.id = c.id join employee e on e.id = c.employee_id where ${conditions(access, filter)} group by m.stage) counted`,
  );
  return row!.stages;
}

function conditions(access: RowFilter, { search, unitId, state, lateOnly, year }: RunFilter): Sql {
  const parts = [whereSql(access, COLUMNS)];
  if (search) parts.push(sql`e.name ilike ${containing(search)}`);
  if (unitId)
    parts.push(
      sql`m.unit_id in (select below.id from unit below join unit top on top.id = ${unitId} and starts_with(below.path, top.path))`,
    );
  if (state) parts.push(sql`m.state = ${state}`);
  if (year) parts.push(sql`c.year = ${year}`);
  if (lateOnly) parts.push(sql`exists (${LATE})`);
  return joinSql(parts, ' and ');
}

export type RunHead = { workflowId: string; build: string | null; seq: number; auditNumber: number; auditHash: string };

/** The technical side of a run. */
export const readRunHead = (em: EntityManager, matterId: string): Promise<RunHead | null> =>
  selectOne<RunHead>(
    em,
    sql`select workflow_id as "workflowId", workflow_build as build, seq, audit_number as "auditNumber", audit_hash as "auditHash" from matter where id = ${matterId}`,
  );

export type StoryLine = {
  number: number;
  at: string;
  kind: string;
  actor: string | null;
  onBehalfOf: string | null;
  data: Record<string, unknown>;
};

/** The story of a matter in order, with names as they are on `today`. Ids of people and posts inside `data` get their names beside them. */
export async function readStory(em: EntityManager, matterId: string, today: CalendarDate): Promise<StoryLine[]> {
  const lines = await select<StoryLine>(
    em,
    sql`select v.number, v.at, v.kind, v.data, e.name as actor, acting.title as "onBehalfOf"
        from audit_event v join matter m on m.id = v.matter_id left join employee e on e.id = v.actor_id
        left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.actor_id`, civilDateOf(sql`v.at`, sql`m.time_zone`))}) acting on true
        where v.matter_id = ${matterId} order by v.number`,
  );
  const names = await readNames(em, lines.flatMap(({ data }) => Object.values(data)).filter(isUuid), today);
  return lines.map((line) => ({ ...line, at: instantOf(line.at), data: withNames(line.data, names) }));
}

const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);

async function readNames(em: EntityManager, ids: readonly string[], today: CalendarDate): Promise<Map<string, string>> {
  if (!ids.length) return new Map();
  const found = await select<{ id: string; name: string }>(
    em,
    sql`select id, name from employee where id = any(${ids}::uuid[])
        union all select p.id, coalesce(h.name || ' (' || p.title || ')', p.title) from position p left join lateral (${holderOf(sql`p.id`, today)}) h on true
          where p.id = any(${ids}::uuid[])
        union all select id, name from unit where id = any(${ids}::uuid[])
        union all select id, code from rule_set where id = any(${ids}::uuid[])`,
  );
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** Every id that stands for something with a name is replaced by the name. */
const withNames = (data: Record<string, unknown>, names: ReadonlyMap<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, isUuid(value) ? (names.get(value) ?? value) : value]),
  );

/**
 * The first line of a matter's story that does not fit its hash; null when all are as they were written. Lines and head are
 * read at one moment: a matter that moves on meanwhile is not taken for a broken one.
 */
export function findBrokenLine(em: EntityManager, matterId: string): Promise<number | null> {
  return inTransaction(
    em,
    async (inner) => {
      const head = await readRunHead(inner, matterId);
      const lines = await inner.find(AuditEvent, { chain: chainOf(matterId) }, { orderBy: { number: 'asc' } });
      return firstBrokenLine(lines, head && { number: head.auditNumber, hash: head.auditHash });
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}
