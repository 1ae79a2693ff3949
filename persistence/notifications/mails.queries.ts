import type { EntityManager } from '@mikro-orm/postgresql';
import {
  containing,
  instantOf,
  instantOrNull,
  joinSql,
  select,
  selectOne,
  sql,
  whereSql,
  type RowFilter,
  type Sql,
} from '../sql.ts';
import { CYCLE_ID, isAbout, JOIN_MATTER, UNIT_OF_MATTER } from './mail-matter.ts';

export type MailState = 'waiting' | 'sending' | 'sent' | 'failed' | 'dropped';
export type MailListRow = {
  id: string;
  template: string;
  recipient: { id: string | null; name: string; email: string };
  subject: string | null;
  state: MailState;
  attempts: number;
  createdAt: string;
  sentAt: string | null;
  lastError: string | null;
  cycleId: string | null;
};
export type MailCursor = { createdAt: string; id: string };

const COLUMNS = sql`m.id, m.template, m.subject, m.state, m.attempts, m.created_at as "createdAt", m.sent_at as "sentAt", m.last_error as "lastError", ${CYCLE_ID} as "cycleId",
  json_build_object('id', e.id, 'name', coalesce(e.name, ''), 'email', coalesce(m.address, e.email)) as recipient`;
const FROM = sql`from outbox m left join employee e on e.id = m.recipient_id ${JOIN_MATTER}`;
/** A mail belongs to the unit of its matter, else of its recipient. */
const UNIT_ID = sql`coalesce(${UNIT_OF_MATTER}, e.unit_id)`;
const ACCESS = { id: sql`m.id`, unitId: UNIT_ID };

const present = (row: MailListRow): MailListRow => ({
  ...row,
  createdAt: instantOf(row.createdAt),
  sentAt: instantOrNull(row.sentAt),
});

/** The mail log that a filter lets through, the newest first. */
export async function searchMails(
  em: EntityManager,
  access: RowFilter,
  filter: { state?: MailState | undefined; search?: string | undefined },
  after: MailCursor | null,
  limit: number,
): Promise<{ items: MailListRow[]; next: MailCursor | null }> {
  const found = await select<MailListRow>(
    em,
    sql`select ${COLUMNS} ${FROM} where ${conditions(access, filter, after)} order by m.created_at desc, m.id desc limit ${limit + 1}`,
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(present),
    next: found.length > limit && last ? { createdAt: last.createdAt, id: last.id } : null,
  };
}

function conditions(
  access: RowFilter,
  { state, search }: { state?: MailState | undefined; search?: string | undefined },
  after: MailCursor | null,
): Sql {
  const parts = [whereSql(access, ACCESS)];
  if (state) parts.push(sql`m.state = ${state}`);
  if (search)
    parts.push(sql`(e.name ilike ${containing(search)} or coalesce(m.address, e.email) ilike ${containing(search)})`);
  if (after) parts.push(sql`(m.created_at, m.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`);
  return joinSql(parts, ' and ');
}

/** Mails about a year or a procedure in order. */
export async function readMailsOfMatter(em: EntityManager, matterId: string): Promise<MailListRow[]> {
  const found = await select<MailListRow>(
    em,
    sql`select ${COLUMNS} ${FROM} where ${isAbout(matterId)} order by m.created_at, m.id limit 500`,
  );
  return found.map(present);
}

/** The unit a mail belongs to and its state; null when unknown. */
export const findMail = (
  em: EntityManager,
  id: string,
): Promise<{ id: string; unitId: string | null; state: MailState } | null> =>
  selectOne<{ id: string; unitId: string | null; state: MailState }>(
    em,
    sql`select m.id, ${UNIT_ID} as "unitId", m.state ${FROM} where m.id = ${id}`,
  );

/** Puts a mail that failed or was dropped back in line; says whether it was one of those. */
export async function resendMail(em: EntityManager, id: string): Promise<boolean> {
  const again = await select(
    em,
    sql`update outbox set state = 'waiting', attempts = 0, available_at = now(), claimed_at = null, last_error = null where id = ${id} and state in ('failed', 'dropped') returning id`,
  );
  if (again.length) await select(em, sql`notify outbox`);
  return again.length > 0;
}
