import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { instantOrNull, select, selectOne, sql } from '../sql.ts';
import { auditAccount, writeAccountNotice } from './notices.repository.ts';
import { isNotOver } from '../organisation/holding.ts';

const ATTEMPT_MINUTES = 10;

/** What must come back from the provider unchanged; `linkEmployeeId` when somebody signed in wants to link their account. */
export type SsoAttempt = {
  state: string;
  nonce: string;
  codeVerifier: string;
  back: string;
  linkEmployeeId: string | null;
};

/** Keeps an attempt for ten minutes; the browser holds the secret whose hash this is. */
export async function keepAttempt(em: EntityManager, idHash: Buffer, attempt: SsoAttempt): Promise<void> {
  await select(em, sql`delete from sso_attempt where expires_at < now()`);
  await select(
    em,
    sql`insert into sso_attempt (id_hash, state, nonce, code_verifier, back, link_employee_id, expires_at)
        values (${idHash}, ${attempt.state}, ${attempt.nonce}, ${attempt.codeVerifier}, ${attempt.back}, ${attempt.linkEmployeeId}, now() + make_interval(mins => ${ATTEMPT_MINUTES}))`,
  );
}

/** Takes an attempt out of the table: it can come back once. */
export const takeAttempt = (em: EntityManager, idHash: Buffer): Promise<SsoAttempt | null> =>
  selectOne<SsoAttempt>(
    em,
    sql`delete from sso_attempt where id_hash = ${idHash} and expires_at > now()
        returning state, nonce, code_verifier as "codeVerifier", back, link_employee_id as "linkEmployeeId"`,
  );

export type SsoPerson = { employeeId: string; isActive: boolean };

/** The account behind a linked identity, or null. */
export const findLinked = (em: EntityManager, issuer: string, subject: string): Promise<SsoPerson | null> =>
  selectOne<SsoPerson>(
    em,
    sql`select s.employee_id as "employeeId", coalesce(a.is_active, false) as "isActive" from sso_identity s left join account a on a.employee_id = s.employee_id
        where s.issuer = ${issuer} and s.subject = ${subject}`,
  );

/** The person who has a number on a day; inactive when there is no open account. */
export const findByNumber = (em: EntityManager, digits: string, today: CalendarDate): Promise<SsoPerson | null> =>
  selectOne<SsoPerson>(
    em,
    sql`select n.employee_id as "employeeId", coalesce(a.is_active, false) as "isActive" from employee_number n left join account a on a.employee_id = n.employee_id
        where n.number = ${digits} and ${isNotOver('n', today)}`,
  );

/** Links an identity to a person. False when the person is linked to another one, or the identity to somebody else. */
export async function linkIdentity(
  em: EntityManager,
  { issuer, subject, employeeId }: { issuer: string; subject: string; employeeId: string },
): Promise<boolean> {
  const linked = await select(
    em,
    sql`insert into sso_identity (issuer, subject, employee_id) values (${issuer}, ${subject}, ${employeeId}) on conflict do nothing returning issuer`,
  );
  if (!linked.length) return (await findLinked(em, issuer, subject))?.employeeId === employeeId;
  await auditAccount(em, 'ssoLinked', employeeId, employeeId, { issuer });
  await writeAccountNotice(em, employeeId, 'ssoLinked');
  return true;
}

/** Removes the link of a person; says whether there was one. */
export async function unlinkIdentity(em: EntityManager, employeeId: string): Promise<boolean> {
  const gone = await select<{ issuer: string }>(
    em,
    sql`delete from sso_identity where employee_id = ${employeeId} returning issuer`,
  );
  if (!gone.length) return false;
  await auditAccount(em, 'ssoUnlinked', employeeId, employeeId, { issuer: gone[0]!.issuer });
  await writeAccountNotice(em, employeeId, 'ssoUnlinked');
  return true;
}

/** Since when a person is linked, or null. */
export async function linkedSince(em: EntityManager, employeeId: string): Promise<string | null> {
  const row = await selectOne<{ linked_at: string }>(
    em,
    sql`select linked_at from sso_identity where employee_id = ${employeeId}`,
  );
  return instantOrNull(row?.linked_at);
}
