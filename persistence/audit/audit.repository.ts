import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { StoryKind } from '#domain/process/story.ts';
import { AuditEvent } from './audit.entities.ts';

/** A line of a story; of a matter's its kind is one of `domain/process/story.ts`, so each has its words. */
export type StoryEvent<Kind extends string = StoryKind> = {
  kind: Kind;
  at: Date;
  taskId?: string | null;
  actorId?: string | null;
  onBehalfOfPositionId?: string | null;
  data?: Record<string, unknown>;
};

/** The chain of acts that belong to no matter (people, roles, campaigns). */
export const AGENCY_CHAIN = 'agency';

/** The chain of a matter's story. */
export const chainOf = (matterId: string): string => `matter:${matterId}`;

/** A line of a matter's story as it is written. */
export type AuditLine = ReturnType<typeof chained> & { matterId: string };

/**
 * The next lines of a matter's story. The matter's row must be locked by the caller; it holds the head of the chain, which is moved on.
 */
export function tellStory(
  matter: { id: string; auditNumber: number; auditHash: string },
  events: readonly StoryEvent[],
): AuditLine[] {
  return events.map((event) => {
    const { auditNumber, auditHash } = matter;
    const line = chained({
      chain: chainOf(matter.id),
      number: auditNumber + 1,
      previousHash: auditHash,
      ...normalised(event),
    });
    matter.auditNumber = line.number;
    matter.auditHash = line.hash;
    return { ...line, matterId: matter.id };
  });
}

/** Appends a line to the agency's chain, or another one that belongs to no row, one writer at a time. Runs in the caller's transaction. */
export async function appendAuditEvent(
  em: EntityManager,
  event: StoryEvent<string>,
  chain = AGENCY_CHAIN,
): Promise<void> {
  await em.execute(`select pg_advisory_xact_lock(hashtext(?))`, [`audit:${chain}`]);
  const [last] = await em.execute<{ number: number; hash: string }[]>(
    `select number, hash from audit_event where chain = ? order by number desc limit 1`,
    [chain],
  );
  const line = chained({
    chain,
    number: (last?.number ?? 0) + 1,
    previousHash: last?.hash ?? '',
    ...normalised(event),
  });
  await em.insert(AuditEvent, { ...line, matterId: null });
}

/** The number of the first line that was changed, lost or reordered; null when the chain is intact. `head` is the last hash, kept elsewhere. */
export function firstBrokenLine(
  lines: readonly AuditEvent[],
  head: { number: number; hash: string } | null,
): number | null {
  let previousHash = '';
  for (const [index, line] of lines.entries()) {
    const expected = chained({
      chain: line.chain,
      number: index + 1,
      previousHash,
      kind: line.kind,
      at: line.at,
      taskId: line.taskId ?? null,
      actorId: line.actorId ?? null,
      onBehalfOfPositionId: line.onBehalfOfPositionId ?? null,
      data: line.data,
    });
    if (line.number !== index + 1 || line.hash !== expected.hash || line.previousHash !== previousHash)
      return index + 1;
    previousHash = line.hash;
  }
  if (head && (head.number !== lines.length || head.hash !== previousHash)) return lines.length + 1;
  return null;
}

type Line = ReturnType<typeof normalised> & { chain: string; number: number; previousHash: string };

function normalised(event: StoryEvent<string>) {
  return {
    kind: event.kind,
    at: event.at,
    taskId: event.taskId ?? null,
    actorId: event.actorId ?? null,
    onBehalfOfPositionId: event.onBehalfOfPositionId ?? null,
    data: event.data ?? {},
  };
}

function chained(line: Line): Line & { hash: string } {
  const text = canonical({ ...line, at: line.at.toISOString() });
  return { ...line, hash: createHash('sha256').update(text).digest('hex') };
}

/** JSON with sorted keys: the database does not keep the order of keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`;
}
