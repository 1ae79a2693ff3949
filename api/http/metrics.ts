import { timingSafeEqual } from 'node:crypto';
import { Router, type Request, type RequestHandler } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { notFound } from './problem.ts';

export type Metrics = { middleware: RequestHandler; routes: Router };

/** Counts and times requests by route pattern, never by id. `/metrics` answers this machine, or whoever has the token. */
export function createMetrics(token: string | undefined): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'ekinerja_' });
  const requests = new Histogram({
    name: 'ekinerja_http_request_seconds',
    help: 'Duration of requests by method, route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 10],
    registers: [register],
  });
  const routes = Router();
  routes.get('/metrics', async (request, response) => {
    if (!mayRead(request, token)) throw notFound();
    response.type(register.contentType).send(await register.metrics());
  });
  return { routes, middleware: measured(requests) };
}

const measured =
  (requests: Histogram<'method' | 'route' | 'status'>): RequestHandler =>
  (request, response, next) => {
    const stop = requests.startTimer();
    const { method, path } = request;
    response.once('finish', () =>
      stop({
        method,
        route: response.statusCode === 404 ? 'unknown' : routeOf(path),
        status: String(response.statusCode),
      }),
    );
    next();
  };

/** The path with ids replaced, and none for what is not there, so that the number of series stays small. */
function routeOf(path: string): string {
  if (!path.startsWith('/api/')) return path.startsWith('/health') || path === '/metrics' ? path : 'page';
  return path
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')
    .replace(/\/[0-9a-f]{32}\b/g, '/{id}')
    .replace(/\/\d+(?=\/|$)/g, '/{n}')
    .slice(0, 80);
}

function mayRead(request: Request, token: string | undefined): boolean {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token && given) return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
  return (
    request.headers['x-forwarded-for'] === undefined &&
    /^(::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? '')
  );
}
