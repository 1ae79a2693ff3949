import { normalizeNip } from '#domain/accounts/nip.ts';
import { shortestPassword } from '#domain/accounts/password-rules.ts';
import {
  changePassword,
  completeReset,
  findReset,
  requestReset,
} from '#persistence/accounts/password-reset.repository.ts';
import {
  beginEnrolment,
  confirmEnrolment,
  countRecoveryCodes,
  hasConfirmedFactor,
  readFactor,
  removeSecondFactor,
  replaceRecoveryCodes,
  spendRecoveryCode,
  takeStep,
} from '#persistence/accounts/second-factor.repository.ts';
import { endOtherSessions, findAccount, type AccountOwner } from '#persistence/accounts/sessions.repository.ts';
import { linkedSince, unlinkIdentity } from '#persistence/accounts/sso.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { open, signedIn, signIn, type RequestContext, type SignedInContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import {
  enrolmentOf,
  hashRecoveryCode,
  isRecoveryCode,
  judgeCode,
  newRecoveryCodes,
  newSecret,
} from './authenticator.ts';
import { requireGoodPassword } from './good-password.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { seal, unseal } from './sealed-secret.ts';
import { knownDeviceOf, needsFactor, presentMe, requireHalfSession, startSession } from './sign-in.ts';
import { FACTOR } from './throttle.ts';

const done = { done: true } as const;

export const accountsRoutes = {
  signInOptions: open.accounts.signInOptions.handler(({ context }) => ({ sso: ssoName(context) })),

  passSecondFactor: open.accounts.passSecondFactor.handler(async ({ input, context }) => {
    const { employeeId } = await requireHalfSession(context, 'secondFactor');
    await requireCode(context, employeeId, input.code);
    await startSession(context, employeeId);
    return presentMe(context, employeeId);
  }),

  beginEnrolment: open.accounts.beginEnrolment.handler(async ({ input, context }) => {
    const employeeId = await whoEnrols(context, input.password);
    const { secretsKeys } = context.deps.config;
    const secret = newSecret();
    if (!(await beginEnrolment(context.em, employeeId, seal(secretsKeys, employeeId, secret))))
      throw new Problem('factor.exists');
    const { name } = found(await findAccount(context.em, employeeId));
    return { ...(await enrolmentOf(secret, name)), serverTime: new Date().toISOString() };
  }),

  confirmEnrolment: open.accounts.confirmEnrolment.handler(async ({ input, context }) => {
    const { employeeId, isHalf } = await whoConfirms(context);
    const factor = await readFactor(context.em, employeeId);
    if (!factor) throw new Problem('factor.notBegun');
    if (factor.confirmedAt) throw new Problem('factor.exists');
    const verdict = await guarded(context, employeeId, async () =>
      judgeCode(unseal(context.deps.config.secretsKeys, employeeId, factor.secret), input.code, 0),
    );
    const recoveryCodes = newRecoveryCodes();
    const isConfirmed = await inTransaction(context.em, (em) =>
      confirmEnrolment(em, employeeId, verdict.step, recoveryCodes.map(hashRecoveryCode)),
    );
    if (!isConfirmed) throw new Problem('factor.exists');
    if (isHalf) await startSession(context, employeeId);
    return { recoveryCodes, me: await presentMe(context, employeeId) };
  }),

  removeFactor: signedIn.accounts.removeFactor.handler(async ({ input, context }) => {
    const { employeeId } = context.actor;
    if (await needsFactor(context, employeeId)) throw new Problem('factor.required');
    await requirePassword(context, input.password);
    await requireCode(context, employeeId, input.code);
    await inTransaction(context.em, (em) =>
      removeSecondFactor(em, employeeId, {
        actorId: employeeId,
        reason: 'removed by the owner',
        keepSessionId: context.sessionId,
      }),
    );
    return done;
  }),

  replaceRecoveryCodes: signedIn.accounts.replaceRecoveryCodes.handler(async ({ input, context }) => {
    const { employeeId } = context.actor;
    await requirePassword(context, input.password);
    if (!(await hasConfirmedFactor(context.em, employeeId))) throw new Problem('factor.none');
    const recoveryCodes = newRecoveryCodes();
    await inTransaction(context.em, (em) => replaceRecoveryCodes(em, employeeId, recoveryCodes.map(hashRecoveryCode)));
    return { recoveryCodes };
  }),

  security: signedIn.accounts.security.handler(async ({ context }) => {
    const { em, actor } = context;
    const [factor, account] = [await readFactor(em, actor.employeeId), found(await findAccount(em, actor.employeeId))];
    const sso = ssoName(context);
    const confirmedAt = factor?.confirmedAt ?? null;
    return {
      factor: confirmedAt === null ? null : { confirmedAt },
      recoveryCodesLeft: await countRecoveryCodes(em, actor.employeeId),
      isFactorRequired: await needsFactor(context, actor.employeeId),
      passwordChangedAt: account.passwordChangedAt,
      shortestPassword: shortestPassword(confirmedAt !== null),
      sso: sso && { ...sso, linkedAt: await linkedSince(em, actor.employeeId) },
      serverTime: new Date().toISOString(),
    };
  }),

  changePassword: signedIn.accounts.changePassword.handler(async ({ input, context }) => {
    const account = await requirePassword(context, input.currentPassword);
    requireGoodPassword(input.newPassword, await hasConfirmedFactor(context.em, account.employeeId), account);
    const hash = await hashPassword(input.newPassword);
    await inTransaction(context.em, (em) => changePassword(em, account.employeeId, hash, context.sessionId));
    return done;
  }),

  revokeOtherSessions: signedIn.accounts.revokeOtherSessions.handler(async ({ context }) => ({
    revoked: await endOtherSessions(context.em, context.actor.employeeId, context.sessionId),
  })),

  requestPasswordReset: open.accounts.requestPasswordReset.handler(async ({ input, context }) => {
    await inTransaction(context.em, (em) => requestReset(em, normalizeNip(input.number), context.today));
    return { accepted: true as const };
  }),

  resetPassword: open.accounts.resetPassword.handler(async ({ input, context }) => {
    const reset = await findReset(context.em, input.token);
    if (!reset) throw new Problem('reset.invalid');
    requireGoodPassword(input.password, reset.hasSecondFactor, reset);
    const hash = await hashPassword(input.password);
    if (!(await inTransaction(context.em, (em) => completeReset(em, input.token, hash))))
      throw new Problem('reset.invalid');
    return done;
  }),

  unlinkSso: signedIn.accounts.unlinkSso.handler(async ({ context }) => {
    await inTransaction(context.em, (em) => unlinkIdentity(em, context.actor.employeeId));
    return done;
  }),
};

const ssoName = ({ deps }: RequestContext): { name: string } | null =>
  deps.config.oidc ? { name: deps.config.oidc.name } : null;

/** Somebody signed in who types their password again, or somebody whose sign-in demands a factor. */
async function whoEnrols(context: RequestContext, password: string | undefined): Promise<string> {
  const { employeeId, isHalf, sessionId } = await whoConfirms(context);
  if (!isHalf) await requirePassword({ ...context, actor: { employeeId }, sessionId }, password ?? '');
  return employeeId;
}

async function whoConfirms(
  context: RequestContext,
): Promise<{ employeeId: string; isHalf: boolean; sessionId: string }> {
  const half = await requireHalfSession(context, 'enrolment').catch(() => null);
  if (half) return { employeeId: half.employeeId, isHalf: true, sessionId: half.id };
  const { actor, sessionId } = await signIn(context);
  return { employeeId: actor.employeeId, isHalf: false, sessionId };
}

/** The owner's password once more, before something that matters; guessing is slowed down like at the sign-in. */
async function requirePassword(
  context: RequestContext & { actor: Pick<SignedInContext['actor'], 'employeeId'>; sessionId: string },
  password: string,
): Promise<AccountOwner> {
  const { deps, em, ip, actor } = context;
  const account = found(await findAccount(em, actor.employeeId));
  const who = [`again:${actor.employeeId}`, ip, await knownDeviceOf(context, actor)] as const;
  await deps.throttle.check(...who);
  if (!(await verifyPassword(password, account.passwordHash))) {
    await deps.throttle.failed(...who);
    throw new Problem('password.wrong');
  }
  await deps.throttle.succeeded(...who);
  return account;
}

/** A code of the authenticator or a recovery code; each counts once. */
async function requireCode(context: RequestContext, employeeId: string, code: string): Promise<void> {
  const factor = await readFactor(context.em, employeeId);
  if (!factor?.confirmedAt) throw new Problem('factor.none');
  if (isRecoveryCode(code)) return requireRecoveryCode(context, employeeId, code);
  const { step } = await guarded(context, employeeId, async () =>
    judgeCode(unseal(context.deps.config.secretsKeys, employeeId, factor.secret), code, factor.lastStep),
  );
  if (!(await takeStep(context.em, employeeId, step))) throw new Problem('factor.codeUsed');
}

async function requireRecoveryCode(context: RequestContext, employeeId: string, code: string): Promise<void> {
  await guarded(context, employeeId, async () => {
    const outcome = await inTransaction(context.em, (em) => spendRecoveryCode(em, employeeId, hashRecoveryCode(code)));
    if (outcome === 'spent') throw new Problem('factor.recoverySpent');
    return outcome === 'taken' ? { step: 0 } : 'invalid';
  });
}

/** Slows down guessing at codes. Only somebody who knows the password comes so far, so the account as a whole may wait. */
async function guarded(
  context: RequestContext,
  employeeId: string,
  judge: () => Promise<{ step: number } | 'invalid' | 'used'>,
): Promise<{ step: number }> {
  const { deps, ip } = context;
  const who = [`${FACTOR}${employeeId}`, ip, await knownDeviceOf(context, { employeeId })] as const;
  await deps.throttle.check(...who);
  const verdict = await judge();
  if (verdict === 'used') throw new Problem('factor.codeUsed');
  if (verdict === 'invalid') {
    await deps.throttle.failed(...who);
    throw new Problem('factor.invalid', { serverTime: new Date().toISOString() });
  }
  await deps.throttle.succeeded(...who);
  return verdict;
}
