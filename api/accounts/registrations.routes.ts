import type { EntityManager } from '@mikro-orm/postgresql';
import { addDays } from '#domain/calendar/calendar-date.ts';
import { CIVIL_CLOCK, endOfDay } from '#domain/calendar/clock.ts';
import { formatNip, parseNip } from '#domain/accounts/nip.ts';
import { isOfficialAddress, REGISTRATION } from '#domain/accounts/registration.ts';
import { PROCEDURES } from '#domain/process/procedures.ts';
import {
  activateAccount,
  findClaimState,
  findGranted,
  findProof,
  noteProof,
  requestRegistration,
  stateOf,
  type Claim,
  type ProofClaim,
} from '#persistence/accounts/registrations.repository.ts';
import { openProcedureOf } from '#persistence/procedures/procedures.repository.ts';
import { instantOf } from '#persistence/sql.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { open, type RequestContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword } from './password.ts';

/** Self-registration. Nobody is signed in; what is answered and what is done is the same for numbers that nobody has. */
export const registrationsRoutes = {
  claim: open.registrations.claim.handler(async ({ input, context }) => {
    const nip = parseNip(input.number, context.today);
    if (!nip.ok) throw new Problem(nip.code, nip.detail);
    const email = input.email || null;
    if (email && !isOfficialAddress(email)) throw new Problem('registration.email');
    const { digits } = nip.value;
    const subject = `registration:${digits}`;
    await context.deps.throttle.check(subject, context.ip);
    await context.deps.throttle.failed(subject, context.ip);
    const receipt = await inTransaction(context.em, (em) =>
      requestRegistration(em, { digits, bornOn: input.bornOn, email, locale: input.locale }, context.today),
    );
    return { receipt, until: new Date(Date.now() + REGISTRATION.proofHours * 3_600_000).toISOString() };
  }),

  prove: open.registrations.prove.handler(({ input, context }) =>
    inTransaction(context.em, async (em) => {
      const claim = await findProof(em, input.token);
      const state = claim && stateOf(claim);
      // The same link once more shows where the claim stands; it opens nothing twice.
      if (claim && state === 'waitingForApproval') return { state, until: instantOf(claim.expiresAt) };
      if (!claim || state !== 'waitingForProof') throw new Problem('registration.linkInvalid');
      const until = await noteProof(em, claim, await askOfficer(em, claim), lastInstant(context));
      return { state: 'waitingForApproval' as const, until };
    }),
  ),

  status: open.registrations.status.handler(async ({ input, context }) =>
    found(await findClaimState(context.em, input.receipt)),
  ),

  setPassword: open.registrations.setPassword.handler(async ({ input, context }) => {
    const claim = await inTransaction(context.em, (em) => requireClaim(em, input.token));
    requireUsable(claim);
    requireGoodPassword(input.password, false, {
      number: claim.number,
      name: claim.name,
      email: claim.email ?? claim.rosterEmail,
    });
    const hash = await hashPassword(input.password);
    await inTransaction(context.em, async (em) => {
      const again = await requireClaim(em, input.token);
      requireUsable(again);
      if (!(await activateAccount(em, again, hash))) throw new Problem('registration.linkInvalid');
    });
    return { done: true as const };
  }),
};

/** A proved claim waits for so many days, to the end of the last one. */
const lastInstant = ({ today, deps }: RequestContext): Date => {
  const lastDay = addDays(today, PROCEDURES.accountRegistration.expiresAfterDays!);
  return new Date(endOfDay(lastDay, deps.config.agencyTimeZone, CIVIL_CLOCK));
};

/** Opens the procedure of a claim that has a claimant. The relay starts it, so that the answer takes as long as when there is none. */
async function askOfficer(em: EntityManager, { id, email, claimant }: ProofClaim): Promise<string | null> {
  const procedure = await openProcedureOf(em, {
    kind: 'accountRegistration',
    subject: formatNip(claimant?.number ?? ''),
    subjectId: id,
    unitId: claimant?.unitId ?? null,
    employeeId: claimant?.id ?? null,
    openedById: claimant?.id ?? null,
    data: {
      rosterEmail: claimant?.rosterEmail,
      givenEmail: email,
      number: claimant?.number,
      ...(email && { mailTo: email }),
    },
    today: civilDate(Date.now(), 'Asia/Jakarta'),
    isLeftToRelay: true,
  });
  return procedure?.id ?? null;
}

async function requireClaim(em: EntityManager, token: string): Promise<Claim> {
  const claim = await findGranted(em, token);
  if (!claim) throw new Problem('registration.linkInvalid');
  return claim;
}

function requireUsable(claim: Claim): void {
  if (stateOf(claim) !== 'approved' || claim.hasAccount) throw new Problem('registration.linkInvalid');
}
