import type { EntityManager } from '@mikro-orm/postgresql';
import { IsolationLevel } from '@mikro-orm/core';
import { inTransaction } from '../transaction.ts';
import { AuditEvent } from '../audit/audit.entities.ts';
import { appendAuditEvent, firstBrokenLine } from '../audit/audit.repository.ts';
import { civilDateOf } from '../organisation/holding.ts';
import { select, selectOne, sql, type Sql } from '../sql.ts';

/** The chain of days on which guidelines were acknowledged. */
const ACKNOWLEDGEMENTS_CHAIN = 'acknowledgements';

/** What a line of it says: how many acknowledged each version on a day, and the hash over who and when. */
type AcknowledgementDay = { day: string; versions: Record<string, { count: number; hash: string }> };

/** An acknowledgement may be written a moment before it can be seen; a day is closed only so long after its end. */
const CLOSED_AFTER = sql`interval '1 hour'`;

/** Days of the chain are those of WIB for good, whatever the zone of the agency: what was closed once is counted again the same way. */
const ZONE = sql`'Asia/Jakarta'`;
const dayOf = (instant: Sql): Sql => civilDateOf(instant, ZONE);
const startOf = (day: string): Sql => sql`(${day}::date::timestamp at time zone ${ZONE})`;

const COUNT_AND_HASH = sql`count(*)::int as count,
  encode(sha256(convert_to(string_agg(employee_id || ' ' || to_char(acknowledged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), E'\n' order by employee_id), 'UTF8')), 'hex') as hash`;

/**
 * Puts the next day that is over at an instant into the chain of acknowledgements, one line for all that were given on it, also when there were none. So a hundred thousand
 * people do not wait for one head of a chain, and nothing can be changed, added or taken away later. Returns how many days were closed: one or none.
 */
export async function closeAcknowledgementDay(em: EntityManager, at: Date): Promise<number> {
  const lock = await selectOne<{ isOurs: boolean }>(
    em,
    sql`select pg_try_advisory_xact_lock(hashtext(${`audit:${ACKNOWLEDGEMENTS_CHAIN}`})) as "isOurs"`,
  );
  if (!lock!.isOurs) return 0;
  const next = await selectOne<{ day: string | null }>(
    em,
    sql`select day::text from (select coalesce(
          (select (data ->> 'day')::date + 1 from audit_event where chain = ${ACKNOWLEDGEMENTS_CHAIN} order by number desc limit 1),
          (select ${dayOf(sql`min(acknowledged_at)`)} from guideline_reader where acknowledged_at is not null)) as day) next
        where day < ${dayOf(sql`${at}::timestamptz - ${CLOSED_AFTER}`)}`,
  );
  if (!next?.day) return 0;
  const rows = await select<{ versionId: string; count: number; hash: string }>(
    em,
    sql`select version_id as "versionId", ${COUNT_AND_HASH} from guideline_reader
        where acknowledged_at >= ${startOf(next.day)} and acknowledged_at < ${startOf(next.day)} + interval '1 day' group by version_id order by version_id`,
  );
  const data: AcknowledgementDay = {
    day: next.day,
    versions: Object.fromEntries(rows.map(({ versionId, count, hash }) => [versionId, { count, hash }])),
  };
  await appendAuditEvent(em, { kind: 'acknowledgementsClosed', at, data }, ACKNOWLEDGEMENTS_CHAIN);
  return 1;
}

export type AcknowledgementProof = { closedUntil: string | null; brokenOn: string | null; count: number };

/**
 * Whether the acknowledgements of a version are still those of the chain: until which day they lie in it, how many they are, and the first day that
 * does not fit any more. Chain and rows are read at one moment.
 */
export function checkAcknowledgements(em: EntityManager, versionId: string): Promise<AcknowledgementProof> {
  return inTransaction(
    em,
    async (inner) => {
      const lines = await inner.find(AuditEvent, { chain: ACKNOWLEDGEMENTS_CHAIN }, { orderBy: { number: 'asc' } });
      const days = lines.map(({ data }) => data as AcknowledgementDay);
      const closedUntil = days.at(-1)?.day ?? null;
      if (closedUntil === null) return { closedUntil, brokenOn: null, count: 0 };
      const given = await select<{ day: string; count: number; hash: string }>(
        inner,
        sql`select ${dayOf(sql`acknowledged_at`)}::text as day, ${COUNT_AND_HASH} from guideline_reader
            where version_id = ${versionId} and acknowledged_at < ${startOf(closedUntil)} + interval '1 day' group by 1 order by 1`,
      );
      const brokenLine = firstBrokenLine(lines, null);
      const broken = [
        ...(brokenLine === null ? [] : [days[brokenLine - 1]?.day ?? closedUntil]),
        ...daysThatDiffer(days, versionId, given),
      ].sort();
      return { closedUntil, brokenOn: broken[0] ?? null, count: given.reduce((sum, { count }) => sum + count, 0) };
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

function daysThatDiffer(
  days: readonly AcknowledgementDay[],
  versionId: string,
  given: readonly { day: string; count: number; hash: string }[],
): string[] {
  const closed = new Map(
    days.flatMap(({ day, versions }) => (versions[versionId] ? [[day, versions[versionId]] as const] : [])),
  );
  const now = new Map(given.map((row) => [row.day, row]));
  return [...new Set([...closed.keys(), ...now.keys()])].filter(
    (day) => closed.get(day)?.hash !== now.get(day)?.hash || closed.get(day)?.count !== now.get(day)?.count,
  );
}
