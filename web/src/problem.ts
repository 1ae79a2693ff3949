import { ORPCError } from '@orpc/client';
import type { ProblemDetails } from '#contracts/problems.ts';

type ProblemBody = { detail?: Record<string, unknown>; issues?: { path: string; message: string }[]; title?: string };

/** An answer of the API that says no (RFC 9457). `code` has a text in both languages; status 0 means that no answer came. */
export class ApiProblem extends ORPCError<string, ProblemBody> {
  get detail(): Record<string, unknown> {
    return this.data.detail ?? {};
  }
  get issues(): { path: string; message: string }[] {
    return this.data.issues ?? [];
  }
  get isNetwork(): boolean {
    return this.code === 'network.unreachable';
  }
}

/** Reads problem details; anything else that an intermediary may answer becomes `http.<status>`. */
export function problemFrom(body: unknown, status: number): ApiProblem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Partial<ProblemDetails>;
  const code = typeof given.code === 'string' ? given.code : fallbackCode(status);
  const data: ProblemBody = {};
  if (given.detail && typeof given.detail === 'object') data.detail = given.detail;
  if (Array.isArray(given.issues)) data.issues = given.issues;
  if (typeof given.title === 'string') data.title = given.title;
  return new ApiProblem(code, { status, message: data.title ?? code, data });
}

/** Turns whatever was thrown into a problem; what is not an answer means that the network failed. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof ORPCError) return problemFrom({ code: fallbackCode(error.status) }, error.status);
  return new ApiProblem('network.unreachable', { status: 503, message: 'network.unreachable', data: {}, cause: error });
}

export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

function fallbackCode(status: number): string {
  if (status === 502 || status === 503 || status === 504) return 'server.unavailable';
  if (status === 401) return 'session.required';
  if (status === 403) return 'access.denied';
  if (status === 404) return 'not.found';
  return 'server.error';
}
