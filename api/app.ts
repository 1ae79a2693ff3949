import { resolve } from 'node:path';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { ORPCError } from '@orpc/server';
import { BodyLimitPlugin } from '@orpc/server/node';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { ssoRoutes } from './accounts/sso.routes.ts';
import { refuseCrossSite } from './http/cross-site.ts';
import { newRequestContext, type Dependencies, type RequestContext } from './http/context.ts';
import { healthRoutes } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { openApiRoutes } from './http/openapi.ts';
import { pages } from './http/pages.ts';
import { toProblemAnswer } from './http/problem-details.ts';
import { notFound, Problem } from './http/problem.ts';
import { requestLog } from './http/request-log.ts';
import { securityHeaders } from './http/security-headers.ts';
import { uploadRoutes } from './files/uploads.ts';
import { guidelineAttachment, guidelineFileRoutes } from './guidelines/guideline-files.ts';
import { rosterFile, rosterFileRoutes } from './organisation/roster-files.routes.ts';
import { evidenceRoutes, reportEvidence } from './reporting/evidence-files.ts';
import { routes } from './routes.ts';
import { jpEvidence, trainingFileRoutes, trainingMaterial } from './training/training-files.ts';

const KILOBYTE = 1024;
const JSON_LIMIT = 256 * KILOBYTE;

/** What files are uploaded for. */
export const UPLOAD_PURPOSES = [reportEvidence, guidelineAttachment, trainingMaterial, jpEvidence, rosterFile];

/** The application without a port: everything it needs is given. */
export function createApp(
  deps: Dependencies & { log: Logger },
  webFolder = resolve(import.meta.dirname, '../web/dist'),
): Express {
  const { config } = deps;
  const app = express();
  const metrics = createMetrics(config.metricsToken);
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('strict routing', true);

  app.use(securityHeaders(config.sessionCookieSecure), requestLog(deps.log), metrics.middleware);
  app.use(healthRoutes(deps), metrics.routes, openApiRoutes(config.publicUrl));
  app.use('/api', neverStored, refuseCrossSite(config.publicUrl));
  app.use(uploadRoutes(deps, UPLOAD_PURPOSES));
  app.use(
    evidenceRoutes(deps),
    trainingFileRoutes(deps),
    guidelineFileRoutes(deps),
    rosterFileRoutes(deps),
    ssoRoutes(deps),
  );
  app.use('/api', contractRoutes(deps));
  app.use('/api', () => {
    throw notFound();
  });
  app.use(pages(webFolder));
  app.use(() => {
    throw notFound();
  });
  app.use(answerProblem(deps));
  return app;
}

/** Answers hold personal data: no cache keeps them. */
const neverStored: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** The routes of the contract. Failures leave oRPC untouched and are answered where all failures are. */
function contractRoutes(deps: Dependencies): RequestHandler {
  const failures = new WeakMap<RequestContext, unknown>();
  /** Requests whose body could be read: what fails before is the client's doing. */
  const called = new WeakSet<RequestContext>();
  const handler = new OpenAPIHandler<RequestContext>(routes, {
    plugins: [new BodyLimitPlugin({ maxBodySize: JSON_LIMIT })],
    interceptors: [
      async ({ next, context }) => {
        try {
          return await next();
        } catch (error) {
          failures.set(
            context,
            called.has(context) || error instanceof ORPCError ? error : new Problem('request.malformed'),
          );
          return { matched: false, response: undefined };
        }
      },
    ],
    clientInterceptors: [
      ({ next, context }) => {
        called.add(context as RequestContext);
        return next();
      },
    ],
    eventIteratorKeepAliveEnabled: true,
    eventIteratorKeepAliveInterval: 20_000,
  });

  return async (request, response, next) => {
    const context = newRequestContext(deps, request, response);
    const { matched } = await handler.handle(request, response, { prefix: '/api', context });
    if (failures.has(context)) throw failures.get(context);
    if (!matched) next();
  };
}

/** The last stop of every failure (RFC 9457). */
const answerProblem =
  ({ log }: Pick<Dependencies, 'log'>): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const answer = toProblemAnswer(error);
    if (answer.isUnexpected) log.error({ err: error as unknown, requestId: request.id }, 'unexpected failure');
    if (response.headersSent) return void response.destroy();
    response.status(answer.status).set(answer.headers).send(JSON.stringify(answer.body));
  };
