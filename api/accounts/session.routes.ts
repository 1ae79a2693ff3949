import type { Me } from '#contracts/session.contract.ts';
import { normalizeNip } from '#domain/accounts/nip.ts';
import { rulesFor } from '#domain/access/rules.ts';
import { readMe, setLocale } from '#persistence/accounts/me.queries.ts';
import { endSession, endSessionOfToken, findAccountByNumber, listSessions, openSession, replacePasswordHash } from '#persistence/accounts/sessions.repository.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import { open, signedIn, type RequestContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { hashPassword, isOutdated, pretendToVerify, verifyPassword } from './password.ts';
import { hashToken, newToken, readToken, writeToken } from './session-cookie.ts';

export const sessionRoutes = {
  signIn: open.session.signIn.handler(async ({ input, context }) => {
    const employeeId = await checkCredentials(context, normalizeNip(input.number), input.password);
    await startSession(context, employeeId);
    return presentMe(context, employeeId);
  }),
  signOut: signedIn.session.signOut.handler(async ({ context }) => {
    await endSession(context.em, context.sessionId, context.actor.employeeId);
    writeToken(context.response, null, context.deps.config.sessionCookieSecure);
    return { signedOut: true as const };
  }),
  me: signedIn.session.me.handler(({ context }) => presentMe(context, context.actor.employeeId)),
  setLocale: signedIn.session.setLocale.handler(async ({ input, context }) => {
    await setLocale(context.em, context.actor.employeeId, input.locale);
    return presentMe(context, context.actor.employeeId);
  }),
  listSessions: signedIn.session.listSessions.handler(async ({ context }) => {
    const sessions = await listSessions(context.em, context.actor.employeeId, context.deps.config.sessionIdleMinutes);
    return sessions.map((session) => ({ ...session, isCurrent: session.id === context.sessionId }));
  }),
  revokeSession: signedIn.session.revokeSession.handler(async ({ input, context }) => ({ revoked: await endSession(context.em, input.id, context.actor.employeeId) })),
};

/** The person behind number and password. An unknown number and a wrong password answer alike, in words and in time. */
async function checkCredentials({ deps, em, ip }: RequestContext, number: string, password: string): Promise<string> {
  await deps.throttle.check(number, ip);
  const account = await findAccountByNumber(em, number);
  const matches = account ? await verifyPassword(password, account.passwordHash) : await pretendToVerify(password);
  if (!account || !matches || !account.isActive) {
    await deps.throttle.failed(number, ip);
    throw new Problem('session.invalid');
  }
  await deps.throttle.succeeded(number, ip);
  if (isOutdated(account.passwordHash)) await replacePasswordHash(em, account.employeeId, await hashPassword(password));
  return account.employeeId;
}

/** A new token at each sign-in; the one the browser had ends. */
async function startSession({ deps, em, request, response }: RequestContext, employeeId: string): Promise<void> {
  const { sessionCookieSecure, sessionMaxHours } = deps.config;
  const before = readToken(request, sessionCookieSecure);
  if (before) await endSessionOfToken(em, hashToken(before));
  const token = newToken();
  await openSession(em, { employeeId, tokenHash: hashToken(token), userAgent: request.headers['user-agent'] ?? '', maxHours: sessionMaxHours });
  writeToken(response, token, sessionCookieSecure);
}

async function presentMe({ em }: RequestContext, employeeId: string): Promise<Me> {
  const me = found(await readMe(em, employeeId));
  const rules = rulesFor(await loadActor(em, employeeId));
  return { ...me, rules, serverTime: new Date().toISOString() } as Me;
}
