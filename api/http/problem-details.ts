import { STATUS_CODES } from 'node:http';
import { ForbiddenError } from '@casl/ability';
import { NotFoundError } from '@mikro-orm/core';
import { ORPCError, ValidationError } from '@orpc/server';
import { ZodError } from 'zod';
import type { ErrorCode } from '#domain/error-codes.ts';
import type { ProblemDetails } from '#contracts/problems.ts';
import { Problem, statusOf, type Issue } from './problem.ts';

/** A failure as the client hears of it (RFC 9457). `isUnexpected` ones are logged and say nothing of their cause. */
export type ProblemAnswer = {
  status: number;
  headers: Record<string, string>;
  body: ProblemDetails;
  isUnexpected: boolean;
};

/** The one place where errors become answers. */
export function toProblemAnswer(error: unknown): ProblemAnswer {
  const problem = toProblem(error);
  const status = statusOf(problem.code);
  const retryAfter = problem.detail?.['retryAfterSeconds'] ?? (status === 503 ? 5 : undefined);
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
    body: {
      type: `urn:ekinerja:problem:${problem.code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code: problem.code,
      ...(problem.detail && { detail: problem.detail }),
      ...(problem.issues && { issues: [...problem.issues] }),
    },
    isUnexpected: problem.code === 'server.error',
  };
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) return new Problem('request.invalid', undefined, error.issues.map(toIssue));
  if (error instanceof ForbiddenError) return new Problem('access.denied');
  if (error instanceof NotFoundError) return new Problem('not.found');
  if (error instanceof ORPCError) return fromTransport(error);
  if (isDatabaseAway(error)) return new Problem('server.unavailable');
  return new Problem(codeOfHttpError(error));
}

/** Errors of the HTTP layer itself: a body that is no JSON, too large, or not what the contract says. */
function fromTransport(error: ORPCError<string, unknown>): Problem {
  if (error.code === 'PAYLOAD_TOO_LARGE') return new Problem('request.tooLarge');
  if (error.code === 'BAD_REQUEST' && error.cause instanceof ValidationError)
    return new Problem('request.invalid', undefined, error.cause.issues.map(toIssue));
  if (error.code === 'BAD_REQUEST') return new Problem('request.malformed');
  return new Problem('server.error');
}

function codeOfHttpError(error: unknown): ErrorCode {
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return 'request.tooLarge';
  if (status === 404) return 'not.found';
  return typeof status === 'number' && status >= 400 && status < 500 ? 'request.malformed' : 'server.error';
}

type AnyIssue = { message: string; path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined };

function toIssue(issue: AnyIssue): Issue {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return { path, message: issue.message };
}

/** Connection failures and the SQLSTATEs of a server that is starting, stopping or full. */
const AWAY = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|57P01|57P02|57P03|08\d\d\d|53300)$/;

function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && AWAY.test(code)) return true;
    if (
      /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
        cause.message,
      )
    )
      return true;
  }
  return false;
}
