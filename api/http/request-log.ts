import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pino, type Logger } from 'pino';
import { pinoHttp } from 'pino-http';

/** Names of fields that tell who somebody is or let one act as them: never written. */
const PERSONAL = ['nip', 'number', 'name', 'nama', 'email', 'surel', 'password', 'token', 'employeeName'];

/** The log of a process: one JSON line per event, personal data blanked out. */
export const createLog = (level: string): Logger =>
  pino({
    level,
    redact: {
      paths: [...PERSONAL, ...PERSONAL.map((field) => `*.${field}`), 'req.headers', 'res.headers'],
      censor: '[…]',
    },
    serializers: { err: withoutParameters },
  });

/** One line per request with its id, which the answer carries too. The query is left out: people search for names there. */
export const requestLog = (log: Logger) =>
  pinoHttp({
    logger: log,
    genReqId: (request, response) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : randomUUID();
      response.setHeader('x-request-id', id);
      return id;
    },
    serializers: {
      req: (request: { id: unknown; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: pathOf(request.url),
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      err: () => undefined,
    },
    autoLogging: { ignore: (request: IncomingMessage) => /^\/(health|metrics|assets)\b/.test(request.url ?? '') },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
  });

const pathOf = (url: string): string => url.split('?', 1)[0]!;

/** Database errors carry the query's values in their message: only the first line of it, without the values, is written. */
function withoutParameters(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'no error object' };
  const [firstLine] = error.message.split('\n');
  const isQuery = /^(select|insert|update|delete|with|begin)\b/i.test(error.message);
  return {
    type: error.name,
    code: (error as { code?: unknown }).code,
    message: isQuery ? error.message.split(' - ').at(-1)?.slice(0, 200) : firstLine?.slice(0, 300),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .join('\n'),
  };
}
