import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityManager } from '@mikro-orm/postgresql';
import { implement } from '@orpc/server';
import { contract } from '#contracts/contract.ts';
import type { Config } from '#config/config.ts';
import type { Actor } from '#domain/access/actor.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { findSession } from '#persistence/accounts/sessions.repository.ts';
import { loadActor, todayOf } from '#persistence/organisation/actor.repository.ts';
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
  | 'agencyTimeZone'
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
export type Dependencies = {
  config: ApiConfig;
  orm: Orm;
  engine: Engine;
  live: LiveHub;
  throttle: Throttle;
  log: Log;
  /** The clock on the wall; tests set their own. */
  now: () => Date;
};

export type RequestContext = {
  deps: Dependencies;
  em: EntityManager;
  request: IncomingMessage;
  response: ServerResponse;
  ip: string;
} & Moment;

/** When a request is answered: one instant for all of it, and its date: in the zone of the agency for strangers, of the own unit for those who act. */
type Moment = { now: Date; today: CalendarDate };

/** Somebody who acts, with the rights that hold at this moment. */
export type ActingContext = { em: EntityManager; actor: Actor; ability: AppAbility } & Moment;

/** A request of somebody who is signed in. */
export type SignedInContext = RequestContext & ActingContext & { sessionId: string };

/** A fresh identity map for each request: nothing leaks from one person to the next. */
export const newRequestContext = (
  deps: Dependencies,
  request: IncomingMessage & { ip?: string | undefined },
  response: ServerResponse,
): RequestContext => {
  const now = deps.now();
  return {
    deps,
    em: deps.orm.em.fork(),
    request,
    response,
    ip: request.ip ?? request.socket.remoteAddress ?? '',
    now,
    today: civilDate(now, deps.config.agencyTimeZone),
  };
};

/** Who sends a request; 401 when nobody is signed in. Rights are read anew each time. */
export async function signIn(
  context: RequestContext,
): Promise<Pick<SignedInContext, 'sessionId' | 'actor' | 'ability' | 'today'>> {
  const { config } = context.deps;
  const token = readToken(context.request, config.sessionCookieSecure);
  const session = token && (await findSession(context.em, hashToken(token), config.sessionIdleMinutes));
  if (!session) throw new Problem('session.required');
  const today = civilDate(context.now, session.timeZone);
  const actor = await loadActor(context.em, session.employeeId, today);
  return { sessionId: session.id, actor, ability: abilityOf(actor), today };
}

/** Loads what a person may do at an instant. */
export async function actAs(em: EntityManager, employeeId: string, now: Date): Promise<ActingContext> {
  const today = await todayOf(em, employeeId, now);
  const actor = await loadActor(em, employeeId, today);
  return { em, actor, ability: abilityOf(actor), now, today };
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
