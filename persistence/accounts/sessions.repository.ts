import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { instantOf, select, selectOne, sql } from '../sql.ts';
import { isNotOver } from '../organisation/holding.ts';

export type SignInCandidate = { employeeId: string; passwordHash: string; isActive: boolean };

/** The account behind a NIP or NI PPPK that is not over, or null. */
export async function findAccountByNumber(
  em: EntityManager,
  digits: string,
  today: CalendarDate,
): Promise<SignInCandidate | null> {
  const row = await selectOne<{ employee_id: string; password_hash: string; is_active: boolean }>(
    em,
    sql`select a.employee_id, a.password_hash, a.is_active from employee_number n join account a on a.employee_id = n.employee_id
        where n.number = ${digits} and ${isNotOver('n', today)}`,
  );
  return row && { employeeId: row.employee_id, passwordHash: row.password_hash, isActive: row.is_active };
}

/** Replaces a hash that was made with older parameters. */
export async function replacePasswordHash(em: EntityManager, employeeId: string, passwordHash: string): Promise<void> {
  await select(em, sql`update account set password_hash = ${passwordHash} where employee_id = ${employeeId}`);
}

/** `full`: signed in. The others can do one thing only: show the second factor, or set one up. */
export type SessionStage = 'full' | 'secondFactor' | 'enrolment';

/** What is not a whole session yet ends after so many minutes. */
const HALF_SESSION_MINUTES = 10;

export type NewSession = {
  employeeId: string;
  tokenHash: Buffer;
  userAgent: string;
  maxHours: number;
  stage?: SessionStage;
  deviceId?: string | null;
};

/** Opens a session; only the hash of its token is stored. */
export async function openSession(em: EntityManager, session: NewSession): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into session (token_hash, employee_id, user_agent, stage, device_id, expires_at)
        values (${session.tokenHash}, ${session.employeeId}, ${session.userAgent.slice(0, 300)}, ${session.stage ?? 'full'}, ${session.deviceId ?? null},
          now() + ${(session.stage ?? 'full') === 'full' ? sql`make_interval(hours => ${session.maxHours})` : sql`make_interval(mins => ${HALF_SESSION_MINUTES})`})
        returning id`,
  );
  return row!.id;
}

/** `timeZone` is that of the person's own unit: their days begin in it. */
export type LiveSession = { id: string; employeeId: string; timeZone: IndonesianZone };

/** The session of a token, if it was not ended, did not idle too long and its account is open. Notes its use once a minute. */
export async function findSession(
  em: EntityManager,
  tokenHash: Buffer,
  idleMinutes: number,
): Promise<LiveSession | null> {
  const row = await selectOne<{ id: string; employee_id: string; time_zone: IndonesianZone; is_stale: boolean }>(
    em,
    sql`select s.id, s.employee_id, u.time_zone, s.last_seen_at < now() - interval '1 minute' as is_stale
        from session s join account a on a.employee_id = s.employee_id join employee e on e.id = s.employee_id join unit u on u.id = e.unit_id
        where s.token_hash = ${tokenHash} and s.stage = 'full' and s.revoked_at is null and s.expires_at > now()
          and s.last_seen_at > now() - make_interval(mins => ${idleMinutes}) and a.is_active`,
  );
  if (!row) return null;
  if (row.is_stale) await select(em, sql`update session set last_seen_at = now() where id = ${row.id}`);
  return { id: row.id, employeeId: row.employee_id, timeZone: row.time_zone };
}

export type HalfSession = { id: string; employeeId: string; stage: Exclude<SessionStage, 'full'> };

/** The session of somebody whose password was right and whose second factor is still missing, or null. */
export const findHalfSession = (em: EntityManager, tokenHash: Buffer): Promise<HalfSession | null> =>
  selectOne<HalfSession>(
    em,
    sql`select s.id, s.employee_id as "employeeId", s.stage from session s join account a on a.employee_id = s.employee_id
        where s.token_hash = ${tokenHash} and s.stage <> 'full' and s.revoked_at is null and s.expires_at > now() and a.is_active`,
  );

/** Ends a session; by its owner only. Says whether there was one. */
export async function endSession(em: EntityManager, id: string, employeeId: string): Promise<boolean> {
  const ended = await select(
    em,
    sql`update session set revoked_at = now() where id = ${id} and employee_id = ${employeeId} and revoked_at is null returning id`,
  );
  return ended.length > 0;
}

/** Ends the session of a token, whoever owns it: what a new sign-in in the same browser does. */
export async function endSessionOfToken(em: EntityManager, tokenHash: Buffer): Promise<void> {
  await select(em, sql`update session set revoked_at = now() where token_hash = ${tokenHash} and revoked_at is null`);
}

/** Ends all sessions of a person but one; returns how many there were. */
export async function endOtherSessions(em: EntityManager, employeeId: string, keepId: string): Promise<number> {
  const ended = await select(
    em,
    sql`update session set revoked_at = now() where employee_id = ${employeeId} and id <> ${keepId} and revoked_at is null and expires_at > now() returning id`,
  );
  return ended.length;
}

export type SessionRow = { id: string; createdAt: string; lastSeenAt: string; userAgent: string };

/** Open sessions of a person, the last used first. */
export async function listSessions(em: EntityManager, employeeId: string, idleMinutes: number): Promise<SessionRow[]> {
  const found = await select<{ id: string; created_at: string; last_seen_at: string; user_agent: string }>(
    em,
    sql`select id, created_at, last_seen_at, user_agent from session
        where employee_id = ${employeeId} and stage = 'full' and revoked_at is null and expires_at > now() and last_seen_at > now() - make_interval(mins => ${idleMinutes})
        order by last_seen_at desc limit 50`,
  );
  return found.map((row) => ({
    id: row.id,
    createdAt: instantOf(row.created_at),
    lastSeenAt: instantOf(row.last_seen_at),
    userAgent: row.user_agent,
  }));
}

/** What the checks of a new password and the names in mails need of a person. */
export type AccountOwner = {
  employeeId: string;
  name: string;
  email: string;
  number: string;
  passwordHash: string;
  passwordChangedAt: string;
};

/** The account of a person, or null. */
export async function findAccount(em: EntityManager, employeeId: string): Promise<AccountOwner | null> {
  const row = await selectOne<AccountOwner>(
    em,
    sql`select e.id as "employeeId", e.name, e.email, a.password_hash as "passwordHash", a.password_changed_at as "passwordChangedAt",
          coalesce((select number from employee_number where employee_id = e.id order by valid_from desc limit 1), '') as number
        from employee e join account a on a.employee_id = e.id where e.id = ${employeeId}`,
  );
  return row && { ...row, passwordChangedAt: instantOf(row.passwordChangedAt) };
}
