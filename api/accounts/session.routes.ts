import { normalizeNip } from '#domain/accounts/nip.ts';
import { setLocale } from '#persistence/accounts/me.queries.ts';
import {
  endSession,
  findAccountByNumber,
  listSessions,
  replacePasswordHash,
} from '#persistence/accounts/sessions.repository.ts';
import { open, signedIn, type RequestContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { hashPassword, isOutdated, pretendToVerify, verifyPassword } from './password.ts';
import { writeToken } from './session-cookie.ts';
import { goOn, knownDeviceOf, presentMe } from './sign-in.ts';

export const sessionRoutes = {
  signIn: open.session.signIn.handler(async ({ input, context }) =>
    goOn(context, await checkCredentials(context, normalizeNip(input.number), input.password)),
  ),
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
  revokeSession: signedIn.session.revokeSession.handler(async ({ input, context }) => ({
    revoked: await endSession(context.em, input.id, context.actor.employeeId),
  })),
};

/** The person behind number and password. An unknown number and a wrong password answer alike, in words and in time. */
async function checkCredentials(context: RequestContext, number: string, password: string): Promise<string> {
  const { deps, em, ip } = context;
  const device = await knownDeviceOf(context, { digits: number });
  await deps.throttle.check(number, ip, device);
  const account = await findAccountByNumber(em, number, context.today);
  const matches = account ? await verifyPassword(password, account.passwordHash) : await pretendToVerify(password);
  if (!account || !matches || !account.isActive) {
    await deps.throttle.failed(number, ip, device);
    throw new Problem('session.invalid');
  }
  await deps.throttle.succeeded(number, ip, device);
  if (isOutdated(account.passwordHash)) await replacePasswordHash(em, account.employeeId, await hashPassword(password));
  return account.employeeId;
}
