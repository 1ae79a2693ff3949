import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOrNull, select, selectOne, sql } from '../sql.ts';
import { auditAccount, writeAccountNotice } from './notices.repository.ts';

/** A second factor: `secret` is sealed, `lastStep` the newest step a code was accepted for. Unconfirmed ones count for nothing. */
export type StoredFactor = { secret: string; confirmedAt: string | null; lastStep: number };

/** The factor of a person, confirmed or not; null when there is none. */
export async function readFactor(em: EntityManager, employeeId: string): Promise<StoredFactor | null> {
  const row = await selectOne<{ secret: string; confirmed_at: string | null; last_step: string }>(
    em,
    sql`select secret, confirmed_at, last_step from second_factor where employee_id = ${employeeId}`,
  );
  return row && { secret: row.secret, confirmedAt: instantOrNull(row.confirmed_at), lastStep: Number(row.last_step) };
}

/** Whether a person must show a second factor. */
export const hasConfirmedFactor = async (em: EntityManager, employeeId: string): Promise<boolean> =>
  (await readFactor(em, employeeId))?.confirmedAt != null;

/** Keeps a new secret until it is confirmed; an earlier unconfirmed one is replaced. False when there is a confirmed one already. */
export async function beginEnrolment(em: EntityManager, employeeId: string, sealedSecret: string): Promise<boolean> {
  const kept = await select(
    em,
    sql`insert into second_factor (employee_id, secret) values (${employeeId}, ${sealedSecret})
        on conflict (employee_id) do update set secret = excluded.secret, created_at = now(), last_step = 0
          where second_factor.confirmed_at is null returning employee_id`,
  );
  return kept.length > 0;
}

/** Makes the factor count from now on, with the step of its first code and its recovery codes. False when it was confirmed already. */
export async function confirmEnrolment(
  em: EntityManager,
  employeeId: string,
  step: number,
  codeHashes: readonly Buffer[],
): Promise<boolean> {
  const confirmed = await select(
    em,
    sql`update second_factor set confirmed_at = now(), last_step = ${step} where employee_id = ${employeeId} and confirmed_at is null returning employee_id`,
  );
  if (!confirmed.length) return false;
  await storeRecoveryCodes(em, employeeId, codeHashes);
  await auditAccount(em, 'secondFactorAdded', employeeId, employeeId);
  await writeAccountNotice(em, employeeId, 'factorAdded');
  return true;
}

/** Uses up a step: of two requests with the same code one gets false. */
export async function takeStep(em: EntityManager, employeeId: string, step: number): Promise<boolean> {
  const taken = await select(
    em,
    sql`update second_factor set last_step = ${step} where employee_id = ${employeeId} and confirmed_at is not null and last_step < ${step} returning employee_id`,
  );
  return taken.length > 0;
}

/** Uses up a recovery code, once whatever happens at the same time; `spent` when it was used before. */
export async function spendRecoveryCode(
  em: EntityManager,
  employeeId: string,
  codeHash: Buffer,
): Promise<'taken' | 'spent' | 'unknown'> {
  const taken = await select(
    em,
    sql`update recovery_code set used_at = now() where employee_id = ${employeeId} and code_hash = ${codeHash} and used_at is null returning id`,
  );
  if (taken.length) {
    await auditAccount(em, 'recoveryCodeUsed', employeeId, employeeId);
    await writeAccountNotice(em, employeeId, 'recoveryCodeUsed');
    return 'taken';
  }
  const known = await selectOne(
    em,
    sql`select 1 from recovery_code where employee_id = ${employeeId} and code_hash = ${codeHash}`,
  );
  return known ? 'spent' : 'unknown';
}

/** How many recovery codes are left. */
export async function countRecoveryCodes(em: EntityManager, employeeId: string): Promise<number> {
  const row = await selectOne<{ left: number }>(
    em,
    sql`select count(*)::int as left from recovery_code where employee_id = ${employeeId} and used_at is null`,
  );
  return row!.left;
}

/** Puts new recovery codes in the place of all earlier ones. */
export async function replaceRecoveryCodes(
  em: EntityManager,
  employeeId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await storeRecoveryCodes(em, employeeId, codeHashes);
  await auditAccount(em, 'recoveryCodesReplaced', employeeId, employeeId);
  await writeAccountNotice(em, employeeId, 'recoveryCodesReplaced');
}

async function storeRecoveryCodes(em: EntityManager, employeeId: string, codeHashes: readonly Buffer[]): Promise<void> {
  await select(em, sql`delete from recovery_code where employee_id = ${employeeId}`);
  const hashes = codeHashes.map((hash) => hash.toString('hex'));
  await select(
    em,
    sql`insert into recovery_code (employee_id, code_hash) select ${employeeId}, decode(h, 'hex') from unnest(${hashes}::text[]) as h`,
  );
}

/**
 * Takes away a person's second factor and recovery codes, ends all their sessions, writes the audit line and tells them by
 * mail; all in the caller's transaction. The next sign-in asks for the password only, or for a new factor where the role
 * requires one.
 *
 * @param by who decided it, and why; the person themselves, or those who restored their access
 * @returns false when there was none
 */
export async function removeSecondFactor(
  em: EntityManager,
  employeeId: string,
  by: { actorId: string; reason: string; keepSessionId?: string },
): Promise<boolean> {
  const removed = await select(
    em,
    sql`delete from second_factor where employee_id = ${employeeId} returning confirmed_at`,
  );
  await select(em, sql`delete from recovery_code where employee_id = ${employeeId}`);
  if (!removed.length) return false;
  await select(
    em,
    sql`update session set revoked_at = now() where employee_id = ${employeeId} and revoked_at is null and id is distinct from ${by.keepSessionId ?? null}::uuid`,
  );
  await auditAccount(em, 'secondFactorRemoved', by.actorId, employeeId, { reason: by.reason });
  await writeAccountNotice(em, employeeId, 'factorRemoved');
  return true;
}
