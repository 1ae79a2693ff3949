import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { select, selectOne, sql } from '../sql.ts';
import { auditAccount, writeAccountNotice } from './notices.repository.ts';
import { isNotOver } from '../organisation/holding.ts';

/** How long a link holds, and how many mails a person gets in this time at most. */
const RESET_MINUTES = 30;
const MOST_PER_PERSON = 3;

/**
 * Notes that somebody asked for a new password for a number, and writes the mail if an open account has that number. The
 * same statement runs and the same row is written whether there is one or not.
 */
export async function requestReset(em: EntityManager, digits: string, today: CalendarDate): Promise<void> {
  await select(
    em,
    sql`with gone as (delete from password_reset where expires_at < now() - interval '1 day'),
          person as (
            select a.employee_id from employee_number n join account a on a.employee_id = n.employee_id and a.is_active
            where n.number = ${digits} and ${isNotOver('n', today)}
              and (select count(*) from password_reset r where r.employee_id = a.employee_id and r.requested_at > now() - make_interval(mins => ${RESET_MINUTES})) < ${MOST_PER_PERSON}),
          reset as (
            insert into password_reset (employee_id, expires_at) values ((select employee_id from person), now() + make_interval(mins => ${RESET_MINUTES}))
            returning id, employee_id, expires_at)
        insert into outbox (dedupe_key, template, recipient_id, data, created_at)
        select 'password-reset:' || id, 'password-reset', employee_id,
          jsonb_build_object('resetId', id, 'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), now()
        from reset where employee_id is not null`,
  );
  await em.execute(`notify outbox`);
}

/** Makes a secret for a reset's mail and keeps its hash. A mail that is sent again carries another one; the first that is used ends all. */
export async function issueResetToken(em: EntityManager, resetId: string): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await select(
    em,
    sql`insert into password_reset_token (token_hash, reset_id) select ${hashOf(token)}, id from password_reset where id = ${resetId}`,
  );
  return token;
}

export type OpenReset = { employeeId: string; number: string; name: string; email: string; hasSecondFactor: boolean };

/** Whose password a secret may set, locked until the caller's transaction ends; null when it is unknown, used or too old. */
export const findReset = (em: EntityManager, token: string): Promise<OpenReset | null> =>
  selectOne<OpenReset>(
    em,
    sql`select r.employee_id as "employeeId", e.name, e.email,
          coalesce((select number from employee_number where employee_id = e.id order by valid_from desc limit 1), '') as number,
          exists (select 1 from second_factor f where f.employee_id = e.id and f.confirmed_at is not null) as "hasSecondFactor"
        from password_reset_token t join password_reset r on r.id = t.reset_id join account a on a.employee_id = r.employee_id and a.is_active
        join employee e on e.id = r.employee_id
        where t.token_hash = ${hashOf(token)} and r.used_at is null and r.expires_at > now() for update of r`,
  );

/** Sets the password, uses up every link of the person and ends every session. False when the link was used meanwhile. */
export async function completeReset(em: EntityManager, token: string, passwordHash: string): Promise<boolean> {
  const reset = await findReset(em, token);
  if (!reset) return false;
  const { employeeId } = reset;
  await select(
    em,
    sql`update password_reset set used_at = now() where employee_id = ${employeeId} and used_at is null`,
  );
  await setPassword(em, employeeId, passwordHash, null);
  await auditAccount(em, 'passwordReset', employeeId, employeeId);
  await writeAccountNotice(em, employeeId, 'passwordReset');
  return true;
}

/** A password that its owner changed: every other session ends and open links of resets are void. */
export async function changePassword(
  em: EntityManager,
  employeeId: string,
  passwordHash: string,
  sessionId: string,
): Promise<void> {
  await select(
    em,
    sql`update password_reset set used_at = now() where employee_id = ${employeeId} and used_at is null`,
  );
  await setPassword(em, employeeId, passwordHash, sessionId);
  await auditAccount(em, 'passwordChanged', employeeId, employeeId);
  await writeAccountNotice(em, employeeId, 'passwordChanged');
}

async function setPassword(
  em: EntityManager,
  employeeId: string,
  passwordHash: string,
  keepSessionId: string | null,
): Promise<void> {
  await select(
    em,
    sql`update account set password_hash = ${passwordHash}, password_changed_at = now() where employee_id = ${employeeId}`,
  );
  await select(
    em,
    sql`update session set revoked_at = now() where employee_id = ${employeeId} and revoked_at is null and id is distinct from ${keepSessionId}::uuid`,
  );
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
