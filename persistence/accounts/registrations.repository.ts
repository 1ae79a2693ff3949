import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { claimStateAt, MOST_CLAIMS, REGISTRATION, type ClaimState, type StoredClaimState } from '#domain/accounts/registration.ts';
import { PROCEDURES } from '#domain/process/procedures.ts';
import { auditAccount } from './notices.repository.ts';
import { instantOf, select, selectOne, sql, TODAY } from '../sql.ts';

export type NewClaim = { digits: string; bornOn: string; email: string | null };

/**
 * Notes that somebody claims an account and writes the mail with the proof if the roster knows this number with this birth date and
 * it has no account yet. The same statement runs and the same row is written whether there is such a person or not. Returns the receipt.
 */
export async function requestRegistration(em: EntityManager, { digits, bornOn, email }: NewClaim): Promise<string> {
  const receipt = randomBytes(16).toString('hex').toUpperCase();
  await select(
    em,
    sql`with gone as (delete from registration_claim where state = 'asked' and expires_at < now() - interval '30 days'),
          person as (
            select e.id from employee_number n join employee e on e.id = n.employee_id
            where n.number = ${digits} and (n.valid_to is null or n.valid_to >= ${TODAY}) and e.born_on = ${bornOn}::date and e.status not in ('pensiun', 'meninggal', 'berhenti')
              and not exists (select 1 from account a where a.employee_id = e.id)
              and not exists (select 1 from registration_claim c where c.employee_id = e.id and c.state = 'proved')
              and (select count(*) from registration_claim c where c.employee_id = e.id and c.requested_at > now() - make_interval(hours => ${REGISTRATION.proofHours})) < ${MOST_CLAIMS}),
          claim as (
            insert into registration_claim (receipt_hash, employee_id, email, expires_at)
            values (${hashOf(receipt)}, (select id from person), ${email}, now() + make_interval(hours => ${REGISTRATION.proofHours})) returning id, employee_id, email, expires_at)
        insert into outbox (dedupe_key, template, recipient_id, address, data, created_at)
        select 'registration-proof:' || id, 'registration-proof', employee_id, email,
          jsonb_build_object('claimId', id, 'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), now()
        from claim where employee_id is not null`,
  );
  await em.execute(`notify outbox`);
  return receipt;
}

export type LinkPurpose = 'proof' | 'password';

/** Makes the secret of a mail's link and keeps its hash; no table ever holds it. */
export async function issueRegistrationToken(em: EntityManager, claimId: string, purpose: LinkPurpose): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await select(em, sql`insert into registration_token (token_hash, claim_id, purpose) values (${hashOf(token)}, ${claimId}, ${purpose})`);
  return token;
}

export type Claim = {
  id: string; employeeId: string; name: string; number: string; unitId: string; rosterEmail: string; email: string | null; state: StoredClaimState; expiresAt: string; hasAccount: boolean;
};

/** The claim behind a link, locked until the caller's transaction ends; null when the link is unknown or not for this purpose. */
export const findClaimByToken = (em: EntityManager, token: string, purpose: LinkPurpose): Promise<Claim | null> =>
  selectOne<Claim>(em, sql`select ${CLAIM} from registration_token t join registration_claim c on c.id = t.claim_id ${OWNER} where t.token_hash = ${hashOf(token)} and t.purpose = ${purpose} for update of c`);

/** The claim of a procedure, locked. */
export const findClaimOfProcedure = (em: EntityManager, procedureId: string): Promise<Claim | null> =>
  selectOne<Claim>(em, sql`select ${CLAIM} from registration_claim c ${OWNER} where c.procedure_id = ${procedureId} for update of c`);

const CLAIM = sql`c.id, c.employee_id as "employeeId", e.name, e.unit_id as "unitId", e.email as "rosterEmail", c.email, c.state, c.expires_at as "expiresAt",
  coalesce((select number from employee_number where employee_id = e.id order by valid_from desc limit 1), '') as number,
  exists (select 1 from account a where a.employee_id = e.id) as "hasAccount"`;
const OWNER = sql`join employee e on e.id = c.employee_id`;

/** The address is proved: the claim now waits for its procedure. Other open claims of the person end. */
export async function noteProof(em: EntityManager, claim: Claim, procedureId: string): Promise<void> {
  await select(em, sql`update registration_claim set state = 'expired' where employee_id = ${claim.employeeId} and id <> ${claim.id} and state = 'asked'`);
  await select(em, sql`update registration_claim set state = 'proved', proved_at = now(), procedure_id = ${procedureId} where id = ${claim.id}`);
}

/** The end of a claim's procedure. An approved one opens the way to the password for some days. */
export async function settleClaim(em: EntityManager, claimId: string, state: 'granted' | 'rejected' | 'expired', reason: string | null): Promise<{ expiresAt: string }> {
  const row = await selectOne<{ expiresAt: string }>(
    em,
    sql`update registration_claim set state = ${state}, decided_at = now(), reason = ${reason},
          expires_at = case when ${state} = 'granted' then now() + make_interval(days => ${REGISTRATION.passwordDays}) else expires_at end
        where id = ${claimId} returning expires_at as "expiresAt"`,
  );
  return { expiresAt: instantOf(row!.expiresAt) };
}

/** Opens the account with its first password, once. An address that was approved with the claim takes the place of the roster's. */
export async function activateAccount(em: EntityManager, claim: Claim, passwordHash: string): Promise<boolean> {
  const opened = await select(em, sql`insert into account (employee_id, password_hash) values (${claim.employeeId}, ${passwordHash}) on conflict do nothing returning employee_id`);
  await select(em, sql`update registration_claim set state = 'activated' where id = ${claim.id}`);
  if (!opened.length) return false;
  if (claim.email && claim.email !== claim.rosterEmail) await select(em, sql`update employee set email = ${claim.email} where id = ${claim.employeeId}`);
  await auditAccount(em, 'accountActivated', claim.employeeId, claim.employeeId, { addressChanged: claim.email !== null && claim.email !== claim.rosterEmail });
  return true;
}

/** Where a claim stands, by its receipt; null when there is no such receipt. */
export async function findClaimState(em: EntityManager, receipt: string, now: Date = new Date()): Promise<{ state: ClaimState; until: string; reason: string | null } | null> {
  const row = await selectOne<{ state: StoredClaimState; expiresAt: string; procedureExpiresAt: string | null; reason: string | null }>(
    em,
    sql`select c.state, c.expires_at as "expiresAt", coalesce(p.expires_at, c.proved_at + make_interval(days => ${PROCEDURES.accountRegistration.expiresAfterDays})) as "procedureExpiresAt", c.reason
        from registration_claim c left join procedure p on p.id = c.procedure_id where c.receipt_hash = ${hashOf(receipt.trim().toUpperCase())}`,
  );
  if (!row) return null;
  const until = row.state === 'proved' && row.procedureExpiresAt ? row.procedureExpiresAt : row.expiresAt;
  return { state: claimStateAt(row.state, new Date(row.expiresAt).getTime(), now.getTime()), until: instantOf(until), reason: row.reason };
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
