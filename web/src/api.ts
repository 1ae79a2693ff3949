import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { OpenAPILink } from '@orpc/openapi-client/fetch';
import type { contract } from '#contracts/contract.ts';
import routes from './contract-routes.json';
import { ApiProblem, isAborted, problemFrom, toProblem } from './problem.ts';

export type Api = ContractRouterClient<typeof contract>;

/** Asks the person to sign in again and resolves when they did; rejects when they gave up. Set by the session. */
type Reauthenticate = () => Promise<void>;
let reauthenticate: Reauthenticate | null = null;
export const onSessionEnd = (handler: Reauthenticate | null): void => void (reauthenticate = handler);

const link = new OpenAPILink(routes as never, {
  url: () => `${location.origin}/api`,
  fetch: async (request, init) => asJson(await fetch(request, { ...init, credentials: 'same-origin' })),
  customErrorResponseBodyDecoder: (body, response) => problemFrom(body, response.status),
  interceptors: [
    async ({ next, path, signal }) => {
      try {
        return await next();
      } catch (error) {
        if (isAborted(error) || signal?.aborted) throw error;
        const problem = toProblem(error);
        if (!endsSession(problem, path)) throw problem;
        await reauthenticate!();
        // Signed in again: the same call once more, so that nothing that was typed or asked is lost.
        return next();
      }
    },
  ],
});

/** Problem details are JSON under a name of their own, which the link would hand on as an unread file. */
function asJson(response: Response): Response {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** Calls that are made while nobody is signed in yet: their 401 is an answer. */
const PART_OF_SIGN_IN = new Set([
  'session.signIn',
  'session.me',
  'session.signOut',
  'accounts.passSecondFactor',
  'accounts.beginEnrolment',
  'accounts.confirmEnrolment',
]);

function endsSession(problem: ApiProblem, path: readonly string[]): boolean {
  const isSessionCall = PART_OF_SIGN_IN.has(path.join('.'));
  return problem.status === 401 && !isSessionCall && path[0] !== 'events' && reauthenticate !== null;
}

/** The whole API, typed by the contract. Errors are {@link ApiProblem}. */
export const api: Api = createORPCClient(link);
