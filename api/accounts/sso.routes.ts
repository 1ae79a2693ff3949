import type { EntityManager } from '@mikro-orm/postgresql';
import { Router, type Request, type Response } from 'express';
import { normalizeNip } from '#domain/accounts/nip.ts';
import {
  findByNumber,
  findLinked,
  keepAttempt,
  linkIdentity,
  takeAttempt,
  type SsoAttempt,
} from '#persistence/accounts/sso.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { newRequestContext, signIn, type Dependencies, type RequestContext } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { hashToken, newToken, readSsoAttempt, writeSsoAttempt } from './session-cookie.ts';
import { goOn } from './sign-in.ts';
import { createSso, type SsoAnswer } from './sso.ts';

const SIGN_IN = '/sign-in';
const SECURITY = '/profile/security';

type Sso = ReturnType<typeof createSso>;

/**
 * The way through the agency's single sign-on. The browser is sent there and comes back; what goes wrong is said on the
 * page it came from. An attempt belongs to the browser that began it and comes back once.
 */
export function ssoRoutes(deps: Dependencies): Router {
  const router = Router();
  const sso = deps.config.oidc ? createSso(deps.config.oidc, deps.config.publicUrl) : null;
  router.get('/api/sso/start', async (request, response) => {
    const isLinking = request.query['link'] !== undefined;
    await answering(response, isLinking ? SECURITY : SIGN_IN, () =>
      begin(newRequestContext(deps, request, response), sso, request, response, isLinking),
    );
  });
  router.get('/api/sso/callback', async (request, response) => {
    const context = newRequestContext(deps, request, response);
    const attempt = await takeOwnAttempt(context);
    await answering(response, attempt?.linkEmployeeId ? SECURITY : SIGN_IN, () =>
      finish(context, sso, request, response, attempt),
    );
  });
  return router;
}

async function answering(response: Response, page: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem) || !error.code.startsWith('sso.')) throw error;
    response.redirect(303, `${page}?problem=${encodeURIComponent(error.code)}`);
  }
}

async function begin(
  context: RequestContext,
  sso: Sso | null,
  request: Request,
  response: Response,
  isLinking: boolean,
): Promise<void> {
  if (!sso) throw new Problem('sso.off');
  const linkEmployeeId = isLinking ? (await signIn(context)).actor.employeeId : null;
  const { url, ...expected } = await sso.begin();
  const token = newToken();
  await keepAttempt(context.em, hashToken(token), { ...expected, back: pathOf(request.query['back']), linkEmployeeId });
  writeSsoAttempt(response, token, context.deps.config.sessionCookieSecure);
  response.redirect(303, url);
}

async function takeOwnAttempt({ deps, em, request, response }: RequestContext): Promise<SsoAttempt | null> {
  const token = readSsoAttempt(request, deps.config.sessionCookieSecure);
  if (!token) return null;
  writeSsoAttempt(response, null, deps.config.sessionCookieSecure);
  return takeAttempt(em, hashToken(token));
}

async function finish(
  context: RequestContext,
  sso: Sso | null,
  request: Request,
  response: Response,
  attempt: SsoAttempt | null,
): Promise<void> {
  if (!sso) throw new Problem('sso.off');
  if (!attempt) throw new Problem('sso.expired');
  const answer = await sso.finish(new URL(request.originalUrl, context.deps.config.publicUrl).search, attempt);
  if (attempt.linkEmployeeId) {
    await linkOwn(context, answer, attempt.linkEmployeeId);
    return response.redirect(303, `${SECURITY}?linked=1`);
  }
  const employeeId = await personBehind(context, answer);
  const next = await goOn(context, employeeId, { isFactorShown: answer.isFactorShown });
  response.redirect(
    303,
    'next' in next ? `${SIGN_IN}?step=${next.next}&back=${encodeURIComponent(attempt.back)}` : attempt.back,
  );
}

/** The person whose identity is linked, or whose number the provider gives; that one is linked from now on. */
async function personBehind({ em, today }: RequestContext, { issuer, subject, number }: SsoAnswer): Promise<string> {
  const linked = await findLinked(em, issuer, subject);
  const named = number === null ? null : await findByNumber(em, normalizeNip(number), today);
  if (!linked && number === null) throw new Problem('sso.claimMissing');
  if (!linked && !named) throw new Problem('sso.unknownEmployee');
  // A number that changed hands: neither of the two people is let in.
  if (linked && named && linked.employeeId !== named.employeeId) throw new Problem('sso.conflict');
  const person = linked ?? named!;
  if (!person.isActive) throw new Problem('sso.noAccount');
  if (!linked) await link(em, { issuer, subject, employeeId: person.employeeId });
  return person.employeeId;
}

async function linkOwn(
  context: RequestContext,
  { issuer, subject, number }: SsoAnswer,
  employeeId: string,
): Promise<void> {
  const { actor } = await signIn(context);
  if (actor.employeeId !== employeeId) throw new Problem('sso.expired');
  const named = number === null ? null : await findByNumber(context.em, normalizeNip(number), context.today);
  if (named && named.employeeId !== employeeId) throw new Problem('sso.conflict');
  await link(context.em, { issuer, subject, employeeId });
}

async function link(
  em: EntityManager,
  identity: { issuer: string; subject: string; employeeId: string },
): Promise<void> {
  const isLinked = await inTransaction(em, (inner) => linkIdentity(inner, identity));
  if (!isLinked) throw new Problem('sso.conflict');
}

/** Back to a page of this app only. */
const pathOf = (value: unknown): string =>
  typeof value === 'string' && /^\/(?![/\\])[^\s\\]{0,500}$/.test(value) ? value : '/inbox';
