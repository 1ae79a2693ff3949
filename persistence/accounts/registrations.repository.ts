import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import {
  claimStateAt,
  MOST_CLAIMS,
  MOST_PROOF_MAILS,
  REGISTRATION,
  type ClaimState,
  type StoredClaimState,
} from '#domain/accounts/registration.ts';
import { auditAccount } from './notices.repository.ts';
import { instantOf, select, selectOne, sql } from '../sql.ts';
import { isNotOver } from '../organisation/holding.ts';

export type NewClaim = { digits: string; bornOn: string; email: string | null; locale: 'id' | 'en' };

/**
 * Notes that somebody claims an account and writes the mail with the proof. To the roster's address it goes only if the roster knows this number with
 * this birth date and it has no account yet. To an address that was given it always goes, some times a day: it names nobody, and what
 * follows from it looks alike. The same statements run and the same row is written whether there is such a person or not. Returns the receipt.
 */
export async function requestRegistration(
  em: EntityManager,
  { digits, bornOn, email, locale }: NewClaim,
  today: CalendarDate,
): Promise<string> {
  const receipt = randomBytes(16).toString('hex').toUpperCase();
  // One claim of an address at a time, so that its mails are counted right.
  await select(
    em,
    sql`select pg_advisory_xact_lock(hashtextextended(${`registration:${email?.toLowerCase() ?? receipt}`}, 0))`,
  );
  await select(
    em,
    sql`with gone as (delete from registration_claim where (state = 'asked' or employee_id is null) and expires_at < now() - interval '30 days'),
          person as (
            select e.id from employee_number n join employee e on e.id = n.employee_id
            where n.number = ${digits} and ${isNotOver('n', today)} and e.born_on = ${bornOn}::date and e.status not in ('pensiun', 'meninggal', 'berhenti')
              and not exists (select 1 from account a where a.employee_id = e.id)
              and not exists (select 1 from registration_claim c where c.employee_id = e.id and c.state = 'proved')
              and (select count(*) from registration_claim c where c.employee_id = e.id and c.requested_at > now() - make_interval(hours => ${REGISTRATION.proofHours})) < ${MOST_CLAIMS}),
          given as (select count(*) as claims from registration_claim where lower(email) = ${email?.toLowerCase() ?? null}::text and requested_at > now() - interval '24 hours'),
          claim as (
            insert into registration_claim (receipt_hash, employee_id, email, expires_at)
            values (${hashOf(receipt)}, (select id from person), ${email}, now() + make_interval(hours => ${REGISTRATION.proofHours})) returning id, employee_id, email, expires_at)
        insert into outbox (dedupe_key, template, recipient_id, address, data, created_at)
        select 'registration-proof:' || id, 'registration-proof', case when email is null then employee_id end, email,
          jsonb_build_object('claimId', id, 'locale', ${locale}::text, 'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), now()
        from claim, given where case when email is null then employee_id is not null else claims < ${MOST_PROOF_MAILS} end`,
  );
  await em.execute(`notify outbox`);
  return receipt;
}

export type LinkPurpose = 'proof' | 'password';

/** Makes the secret of a mail's link and keeps its hash; no table ever holds it. */
export async function issueRegistrationToken(
  em: EntityManager,
  claimId: string,
  purpose: LinkPurpose,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await select(
    em,
    sql`insert into registration_token (token_hash, claim_id, purpose) values (${hashOf(token)}, ${claimId}, ${purpose})`,
  );
  return token;
}

type Claimant = { id: string; name: string; number: string; unitId: string; rosterEmail: string };
export type ProofClaim = {
  id: string;
  email: string | null;
  state: StoredClaimState;
  expiresAt: string;
  claimant: Claimant | null;
};

/**
 * The claim behind a proof's link, locked until the caller's transaction ends; null when there is no such link. It has no claimant when the roster
 * does not know its number and birth date, or when they have an account or another proved claim.
 */
export const findProof = (em: EntityManager, token: string): Promise<ProofClaim | null> =>
  selectOne<ProofClaim>(
    em,
    sql`select c.id, c.email, c.state, c.expires_at as "expiresAt",
          case when e.id is not null then json_build_object('id', e.id, 'name', e.name, 'number', ${NUMBER}, 'unitId', e.unit_id, 'rosterEmail', e.email) end as claimant
        from registration_token t join registration_claim c on c.id = t.claim_id
        left join employee e on e.id = c.employee_id and not exists (select 1 from account a where a.employee_id = e.id)
          and not exists (select 1 from registration_claim other where other.employee_id = e.id and other.state = 'proved')
        where t.token_hash = ${hashOf(token)} and t.purpose = 'proof' for update of c`,
  );

export type Claim = {
  id: string;
  employeeId: string;
  name: string;
  number: string;
  rosterEmail: string;
  email: string | null;
  state: StoredClaimState;
  expiresAt: string;
  hasAccount: boolean;
};

/** The claim behind the link to the first password, locked until the caller's transaction ends; null when there is no such link. */
export const findGranted = (em: EntityManager, token: string): Promise<Claim | null> =>
  selectOne<Claim>(
    em,
    sql`select ${CLAIM} from registration_token t join registration_claim c on c.id = t.claim_id ${OWNER} where t.token_hash = ${hashOf(token)} and t.purpose = 'password' for update of c`,
  );

/** The claim of a procedure, locked. */
export const findClaimOfProcedure = (em: EntityManager, procedureId: string): Promise<Claim | null> =>
  selectOne<Claim>(
    em,
    sql`select ${CLAIM} from registration_claim c ${OWNER} where c.matter_id = ${procedureId} for update of c`,
  );

const NUMBER = sql`coalesce((select number from employee_number where employee_id = e.id order by valid_from desc limit 1), '')`;
const CLAIM = sql`c.id, c.employee_id as "employeeId", e.name, e.email as "rosterEmail", c.email, c.state, c.expires_at as "expiresAt", ${NUMBER} as number,
  exists (select 1 from account a where a.employee_id = e.id) as "hasAccount"`;
const OWNER = sql`join employee e on e.id = c.employee_id`;

/**
 * The address is proved: the claim now waits until an instant, for its procedure or for nothing. Other open claims of the person go on as claims of nobody.
 * Returns until when it waits.
 */
export async function noteProof(
  em: EntityManager,
  claim: ProofClaim,
  procedureId: string | null,
  until: Date,
): Promise<string> {
  await select(
    em,
    sql`update registration_claim set employee_id = null where employee_id = ${claim.claimant?.id ?? null} and id <> ${claim.id} and state = 'asked'`,
  );
  const row = await selectOne<{ expiresAt: string }>(
    em,
    sql`update registration_claim set state = 'proved', proved_at = now(), matter_id = ${procedureId}, employee_id = ${claim.claimant?.id ?? null},
          expires_at = ${until}
        where id = ${claim.id} returning expires_at as "expiresAt"`,
  );
  return instantOf(row!.expiresAt);
}

/** The end of a claim's procedure. An approved one opens the way to the password for some days. */
export async function settleClaim(
  em: EntityManager,
  claimId: string,
  state: 'granted' | 'rejected' | 'expired',
  reason: string | null,
): Promise<{ expiresAt: string }> {
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
  const opened = await select(
    em,
    sql`insert into account (employee_id, password_hash) values (${claim.employeeId}, ${passwordHash}) on conflict do nothing returning employee_id`,
  );
  await select(em, sql`update registration_claim set state = 'activated' where id = ${claim.id}`);
  if (!opened.length) return false;
  if (claim.email && claim.email !== claim.rosterEmail)
    await select(em, sql`update employee set email = ${claim.email} where id = ${claim.employeeId}`);
  await auditAccount(em, 'accountActivated', claim.employeeId, claim.employeeId, {
    addressChanged: claim.email !== null && claim.email !== claim.rosterEmail,
  });
  return true;
}

/** Where a claim stands, by its receipt; null when there is no such receipt. Everything is read from the claim itself: there may be no procedure behind it. */
export async function findClaimState(
  em: EntityManager,
  receipt: string,
  now: Date = new Date(),
): Promise<{ state: ClaimState; until: string; reason: string | null } | null> {
  const row = await selectOne<{ state: StoredClaimState; expiresAt: string; reason: string | null }>(
    em,
    sql`select state, expires_at as "expiresAt", reason from registration_claim where receipt_hash = ${hashOf(receipt.trim().toUpperCase())}`,
  );
  return row && { state: stateOf(row, now), until: instantOf(row.expiresAt), reason: row.reason };
}

/** Where a claim stands now. */
export const stateOf = (
  { state, expiresAt }: { state: StoredClaimState; expiresAt: string },
  now: Date = new Date(),
): ClaimState => claimStateAt(state, new Date(expiresAt).getTime(), now.getTime());

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
