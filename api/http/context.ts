import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityManager } from '@mikro-orm/postgresql';
import { implement } from '@orpc/server';
import { contract } from '#contracts/contract.ts';
import type { Config } from '#config/config.ts';
import type { Actor } from '#domain/access/actor.ts';
import { findSession } from '#persistence/accounts/sessions.repository.ts';
import { loadActor } from '#persistence/organisation/actor.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { abilityOf, type AppAbility } from '../access/ability.ts';
import { hashToken, readToken } from '../accounts/session-cookie.ts';
import type { Throttle } from '../accounts/throttle.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { Engine } from '../temporal/engine.ts';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';

export type ApiConfig = Pick<
  Config,
  | 'nodeEnv'
  | 'dataDir'
  | 'publicUrl'
  | 'sessionCookieSecure'
  | 'sessionIdleMinutes'
  | 'sessionMaxHours'
  | 'trustProxy'
  | 'commandWaitMs'
  | 'evidenceDir'
  | 'temporalUiUrl'
  | 'temporalNamespace'
  | 'metricsToken'
  | 'secretsKeys'
  | 'secondFactorFor'
  | 'oidc'
>;

/** What handlers work with; made once per process. */
export type Dependencies = { config: ApiConfig; orm: Orm; engine: Engine; live: LiveHub; throttle: Throttle; log: Log };

export type RequestContext = {
  deps: Dependencies;
  em: EntityManager;
  request: IncomingMessage;
  response: ServerResponse;
  ip: string;
};

/** Somebody who acts, with the rights that hold at this moment. */
export type ActingContext = { em: EntityManager; actor: Actor; ability: AppAbility };

/** A request of somebody who is signed in. */
export type SignedInContext = RequestContext & ActingContext & { sessionId: string };

/** A fresh identity map for each request: nothing leaks from one person to the next. */
export const newRequestContext = (
  deps: Dependencies,
  request: IncomingMessage & { ip?: string | undefined },
  response: ServerResponse,
): RequestContext => ({
  deps,
  em: deps.orm.em.fork() as EntityManager,
  request,
  response,
  ip: request.ip ?? request.socket.remoteAddress ?? '',
});

/** Who sends a request; 401 when nobody is signed in. Rights are read anew each time. */
export async function signIn(
  context: RequestContext,
): Promise<Pick<SignedInContext, 'sessionId' | 'actor' | 'ability'>> {
  const { config } = context.deps;
  const token = readToken(context.request, config.sessionCookieSecure);
  const session = token && (await findSession(context.em, hashToken(token), config.sessionIdleMinutes));
  if (!session) throw new Problem('session.required');
  const { actor, ability } = await actAs(context.em, session.employeeId);
  return { sessionId: session.id, actor, ability };
}

/** Loads what a person may do now. */
export async function actAs(em: EntityManager, employeeId: string): Promise<ActingContext> {
  const actor = await loadActor(em, employeeId);
  return { em, actor, ability: abilityOf(actor) };
}

/** The request of somebody who is signed in, for routes outside the contract; 401 when nobody is. */
export async function signedInRequest(
  deps: Dependencies,
  request: Parameters<typeof newRequestContext>[1],
  response: ServerResponse,
): Promise<SignedInContext> {
  const context = newRequestContext(deps, request, response);
  return { ...context, ...(await signIn(context)) };
}

/** The contract's routes, for everybody. */
export const open = implement(contract).$context<RequestContext>();

/** The contract's routes, for people who are signed in. */
export const signedIn = open.use(async ({ context, next }) => next({ context: await signIn(context) }));
