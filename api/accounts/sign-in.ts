import type { Me, SecondStep } from '#contracts/session.contract.ts';
import type { RoleName } from '#domain/access/actor.ts';
import { isFactorRequired } from '#domain/accounts/second-factor.ts';
import { rulesFor } from '#domain/access/rules.ts';
import { isDeviceOf, isKnownDevice, rememberDevice } from '#persistence/accounts/devices.repository.ts';
import { readMe } from '#persistence/accounts/me.queries.ts';
import { hasConfirmedFactor } from '#persistence/accounts/second-factor.repository.ts';
import {
  endSessionOfToken,
  findHalfSession,
  openSession,
  type HalfSession,
  type SessionStage,
} from '#persistence/accounts/sessions.repository.ts';
import { loadActor, todayOf } from '#persistence/organisation/actor.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import type { RequestContext } from '../http/context.ts';
import { found, Problem } from '../http/problem.ts';
import { deviceName } from './device-name.ts';
import { hashToken, newToken, readDevice, readToken, writeDevice, writeToken } from './session-cookie.ts';

/** The hash of the browser's token when this person used the browser before; what the throttle goes by. */
export async function knownDeviceOf(
  { deps, em, request }: RequestContext,
  person: { digits: string } | { employeeId: string },
): Promise<string | null> {
  const token = readDevice(request, deps.config.sessionCookieSecure);
  if (!token) return null;
  const hash = hashToken(token);
  const isKnown =
    'digits' in person ? await isKnownDevice(em, person.digits, hash) : await isDeviceOf(em, person.employeeId, hash);
  return isKnown ? hash.toString('hex') : null;
}

/**
 * After the first step of a sign-in (password or single sign-on): signed in, or a session that can do one thing only.
 *
 * @param isFactorShown the provider of the single sign-on says that it asked for a second factor itself
 */
export async function goOn(
  context: RequestContext,
  employeeId: string,
  { isFactorShown = false } = {},
): Promise<Me | SecondStep> {
  const stage = isFactorShown ? 'full' : await stageFor(context, employeeId);
  if (stage === 'full') {
    await startSession(context, employeeId);
    return presentMe(context, employeeId);
  }
  await openIn(context, employeeId, stage, null);
  return { next: stage, serverTime: new Date().toISOString() };
}

async function stageFor(context: RequestContext, employeeId: string): Promise<SessionStage> {
  if (await hasConfirmedFactor(context.em, employeeId)) return 'secondFactor';
  return (await needsFactor(context, employeeId)) ? 'enrolment' : 'full';
}

/** Whether a person's roles of today require a second factor. */
export async function needsFactor({ deps, em, now }: RequestContext, employeeId: string): Promise<boolean> {
  const rule = deps.config.secondFactorFor;
  if (rule === 'all' || rule === 'none') return rule === 'all';
  const { unitIdsByRole } = await loadActor(em, employeeId, await todayOf(em, employeeId, now));
  return isFactorRequired(rule, Object.keys(unitIdsByRole) as RoleName[]);
}

/** A whole session: a new token in any case, the browser remembered, and its owner told when it is new. */
export async function startSession(context: RequestContext, employeeId: string): Promise<void> {
  const { deps, request, response } = context;
  const isSecure = deps.config.sessionCookieSecure;
  const userAgent = request.headers['user-agent'] ?? '';
  const before = readDevice(request, isSecure);
  const token = before ?? newToken();
  const deviceId = await inTransaction(context.em, (em) =>
    rememberDevice(em, { employeeId, tokenHash: hashToken(token), userAgent, device: deviceName(userAgent) }),
  );
  await openIn(context, employeeId, 'full', deviceId);
  writeDevice(response, token, isSecure);
}

/** A new token at each step; the one the browser had ends. */
async function openIn(
  { deps, em, request, response }: RequestContext,
  employeeId: string,
  stage: SessionStage,
  deviceId: string | null,
): Promise<void> {
  const { sessionCookieSecure, sessionMaxHours } = deps.config;
  const before = readToken(request, sessionCookieSecure);
  if (before) await endSessionOfToken(em, hashToken(before));
  const token = newToken();
  await openSession(em, {
    employeeId,
    tokenHash: hashToken(token),
    userAgent: request.headers['user-agent'] ?? '',
    maxHours: sessionMaxHours,
    stage,
    deviceId,
  });
  writeToken(response, token, sessionCookieSecure);
}

/** The half session of a request, of one of these stages; 401 when there is none. */
export async function requireHalfSession(
  { deps, em, request }: RequestContext,
  stage: HalfSession['stage'],
): Promise<HalfSession> {
  const token = readToken(request, deps.config.sessionCookieSecure);
  const session = token && (await findHalfSession(em, hashToken(token)));
  if (!session || session.stage !== stage) throw new Problem('session.required');
  return session;
}

/** Who is signed in, as the screens need it. */
export async function presentMe({ em, now }: RequestContext, employeeId: string): Promise<Me> {
  const today = await todayOf(em, employeeId, now);
  const me = found(await readMe(em, employeeId, today));
  const rules = rulesFor(await loadActor(em, employeeId, today));
  return { ...me, rules, serverTime: new Date().toISOString() } satisfies Me;
}
