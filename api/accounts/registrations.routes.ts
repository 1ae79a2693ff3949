import type { EntityManager } from '@mikro-orm/postgresql';
import { calendarDate } from '#domain/calendar/calendar-date.ts';
import { formatNip, parseNip } from '#domain/accounts/nip.ts';
import { isOfficialAddress, REGISTRATION } from '#domain/accounts/registration.ts';
import {
  activateAccount, findClaimByToken, findClaimState, noteProof, requestRegistration, type Claim, type LinkPurpose,
} from '#persistence/accounts/registrations.repository.ts';
import { today } from '#persistence/organisation/actor.repository.ts';
import type { OpenedProcedure } from '#persistence/procedures/procedures.repository.ts';
import { open, type RequestContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { open as openProcedure, startOpened } from '../procedures/start-procedure.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword } from './password.ts';

/** Self-registration. Nobody is signed in; what is answered and what is done is the same for numbers that nobody has. */
export const registrationsRoutes = {
  claim: open.registrations.claim.handler(async ({ input, context }) => {
    const nip = parseNip(input.number, calendarDate(today()));
    if (!nip.ok) throw new Problem(nip.code, nip.detail);
    const email = input.email || null;
    if (email && !isOfficialAddress(email)) throw new Problem('registration.email');
    const { digits } = nip.value;
    const subject = `registration:${digits}`;
    await context.deps.throttle.check(subject, context.ip);
    await context.deps.throttle.failed(subject, context.ip);
    const receipt = await inTransaction(context, (em) => requestRegistration(em, { digits, bornOn: input.bornOn, email }));
    return { receipt, until: new Date(Date.now() + REGISTRATION.proofHours * 3_600_000).toISOString() };
  }),

  prove: open.registrations.prove.handler(async ({ input, context }) => {
    const opened = await inTransaction(context, async (em): Promise<OpenedProcedure | null> => {
      const claim = await requireClaim(em, input.token, 'proof');
      // The same link once more shows where the claim stands; it opens nothing twice.
      if (claim.state === 'proved') return null;
      if (claim.state !== 'asked' || isOver(claim) || claim.hasAccount) throw new Problem('registration.linkInvalid');
      const procedure = await openProcedure(em, {
        kind: 'accountRegistration', subject: formatNip(claim.number), subjectId: claim.id, unitId: claim.unitId, employeeId: claim.employeeId, openedById: claim.employeeId,
        data: { rosterEmail: claim.rosterEmail, givenEmail: claim.email, number: claim.number, ...(claim.email && { mailTo: claim.email }) },
      });
      await noteProof(em, claim, procedure.id);
      return procedure;
    });
    if (opened) await startOpened(context, opened);
    return { state: 'waitingForApproval' as const };
  }),

  status: open.registrations.status.handler(async ({ input, context }) => found(await findClaimState(context.em, input.receipt))),

  setPassword: open.registrations.setPassword.handler(async ({ input, context }) => {
    const claim = await inTransaction(context, (em) => requireClaim(em, input.token, 'password'));
    requireUsable(claim);
    requireGoodPassword(input.password, false, { number: claim.number, name: claim.name, email: claim.email ?? claim.rosterEmail });
    const hash = await hashPassword(input.password);
    await inTransaction(context, async (em) => {
      const again = await requireClaim(em, input.token, 'password');
      requireUsable(again);
      if (!(await activateAccount(em, again, hash))) throw new Problem('registration.linkInvalid');
    });
    return { done: true as const };
  }),
};

async function requireClaim(em: EntityManager, token: string, purpose: LinkPurpose): Promise<Claim> {
  const claim = await findClaimByToken(em, token, purpose);
  if (!claim) throw new Problem('registration.linkInvalid');
  return claim;
}

function requireUsable(claim: Claim): void {
  if (claim.state !== 'granted' || isOver(claim) || claim.hasAccount) throw new Problem('registration.linkInvalid');
}

const isOver = (claim: Claim): boolean => new Date(claim.expiresAt).getTime() < Date.now();

const inTransaction = <Result>({ em }: RequestContext, work: (em: EntityManager) => Promise<Result>): Promise<Result> => em.fork().transactional((inner) => work(inner as EntityManager));
