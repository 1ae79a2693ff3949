import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The cookie of a session: `__Host-` where HTTPS is spoken, a plain name on a developer's machine. */
const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-ekinerja' : 'ekinerja');

export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The token that a request carries, or null. */
export function readToken(request: IncomingMessage, isSecure: boolean): string | null {
  const token = parseCookie(request.headers.cookie ?? '')[cookieName(isSecure)];
  return token && /^[\w-]{43}$/.test(token) ? token : null;
}

/** Gives the token to the browser, or takes it away (null). */
export function writeToken(response: ServerResponse, token: string | null, isSecure: boolean): void {
  response.appendHeader(
    'set-cookie',
    stringifySetCookie({ name: cookieName(isSecure), value: token ?? '', httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure, ...(token === null && { maxAge: 0 }) }),
  );
}
