import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { inTransaction } from '../transaction.ts';
import { actingPost, civilDateOf, holderOf } from '../organisation/holding.ts';
import { instantOf, select, selectOne, sql } from '../sql.ts';
import { AuditEvent } from './audit.entities.ts';
import { chainOf, firstBrokenLine } from './audit.repository.ts';

export type StoryLine = {
  number: number;
  at: string;
  kind: string;
  actor: string | null;
  onBehalfOf: string | null;
  data: Record<string, unknown>;
};

/** The event, opening or move that a line of the agency's chain is about; indexed as it stands here. */
const OPERATION = sql`coalesce(v.data ->> 'eventId', v.data ->> 'campaignId', v.data ->> 'moveId')`;
/** A line that belongs to no matter counts in the days of the national administration. */
const ZONE = sql`coalesce(m.time_zone, 'Asia/Jakarta')`;

/**
 * The story of a matter, or what the agency's chain says of another run, in order and with names as they are on `today`: ids of people, posts,
 * units and rule sets inside `data` become their names.
 */
export async function readStory(em: EntityManager, runId: string, today: CalendarDate): Promise<StoryLine[]> {
  const lines = await select<StoryLine>(
    em,
    sql`select v.number, v.at, v.kind, v.data, e.name as actor, acting.title as "onBehalfOf"
        from audit_event v left join matter m on m.id = v.matter_id left join employee e on e.id = v.actor_id
        left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.actor_id`, civilDateOf(sql`v.at`, ZONE))}) acting on true
        where v.matter_id = ${runId} or (v.matter_id is null and ${OPERATION} = ${runId}) order by v.number`,
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
      const head = await selectOne<{ number: number; hash: string }>(
        inner,
        sql`select audit_number as number, audit_hash as hash from matter where id = ${matterId}`,
      );
      const lines = await inner.find(AuditEvent, { chain: chainOf(matterId) }, { orderBy: { number: 'asc' } });
      return firstBrokenLine(lines, head);
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}
