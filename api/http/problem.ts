import type { ErrorCode } from '#domain/error-codes.ts';

/** A field of the request that is not as it must be. `path` leads to it, `message` is a code or a sentence. */
export type Issue = { path: string; message: string };

/** A refusal with its code: thrown by handlers, put into RFC 9457 form in one place. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly detail: Record<string, unknown> | undefined;
  readonly issues: readonly Issue[] | undefined;

  constructor(code: ErrorCode, detail?: Record<string, unknown>, issues?: readonly Issue[]) {
    super(code);
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.issues = issues;
  }
}

/** Status of a code; what is not named here is a refused update. */
const STATUS_BY_CODE: Partial<Record<ErrorCode, number>> = {
  'request.malformed': 400,
  'session.required': 401,
  'session.invalid': 401,
  'factor.invalid': 422,
  'password.wrong': 422,
  'password.tooShort': 422,
  'password.tooLong': 422,
  'password.common': 422,
  'password.personal': 422,
  'access.denied': 403,
  'access.notAuthorised': 403,
  'access.ownItem': 403,
  'process.secondPerson': 403,
  'request.crossSite': 403,
  'not.found': 404,
  'request.tooLarge': 413,
  'file.empty': 422,
  'file.tooLarge': 413,
  'file.kind': 422,
  'request.invalid': 422,
  'content.invalid': 422,
  'process.wrongDecision': 422,
  'nip.format': 422,
  'nip.lahir': 422,
  'nip.tahun': 422,
  'nip.jk': 422,
  'nip.urut': 422,
  'nip.bulan': 422,
  'registration.email': 422,
  'session.throttled': 429,
  'training.checkIn.throttled': 429,
  'training.event.times': 422,
  'training.event.placeMissing': 422,
  'training.event.nobodyInvited': 422,
  'training.event.testUntil': 422,
  'training.people.unknown': 422,
  'training.jp.dates': 422,
  'server.error': 500,
  'server.busy': 503,
  'server.unavailable': 503,
  'engine.unavailable': 503,
};

export const statusOf = (code: ErrorCode): number => STATUS_BY_CODE[code] ?? 409;

/** The answer to an id that does not exist or that one may not see: the same for both. */
export const notFound = (): Problem => new Problem('not.found');

/** The value, or 404 when there is none. */
export function found<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw notFound();
  return value;
}
