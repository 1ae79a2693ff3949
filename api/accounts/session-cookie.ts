import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';

/** The cookie of a session: `__Host-` where HTTPS is spoken, a plain name on a developer's machine. */
const cookieName = (isSecure: boolean): string => (isSecure ? '__Host-ekinerja' : 'ekinerja');

export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The cookie by which a browser is known again; it opens nothing. */
const deviceCookieName = (isSecure: boolean): string => `${cookieName(isSecure)}-device`;
const DEVICE_SECONDS = 400 * 86_400;

/** The cookie that ties an attempt at the single sign-on provider to this browser. */
const ssoCookieName = (isSecure: boolean): string => `${cookieName(isSecure)}-sso`;
const SSO_SECONDS = 600;

/** The token that a request carries, or null. */
export function readToken(request: IncomingMessage, isSecure: boolean): string | null {
  return tokenIn(request, cookieName(isSecure));
}

/** The token of the browser, or null when it never signed in here. */
export const readDevice = (request: IncomingMessage, isSecure: boolean): string | null =>
  tokenIn(request, deviceCookieName(isSecure));

/** The token of an attempt at the single sign-on provider, or null. */
export const readSsoAttempt = (request: IncomingMessage, isSecure: boolean): string | null =>
  tokenIn(request, ssoCookieName(isSecure));

function tokenIn(request: IncomingMessage, name: string): string | null {
  const token = parseCookie(request.headers.cookie ?? '')[name];
  return token && /^[\w-]{43}$/.test(token) ? token : null;
}

/** Gives the token to the browser, or takes it away (null). */
export function writeToken(response: ServerResponse, token: string | null, isSecure: boolean): void {
  write(response, cookieName(isSecure), token, isSecure);
}

/** Lets the browser be known again for a year and a bit. */
export const writeDevice = (response: ServerResponse, token: string, isSecure: boolean): void =>
  write(response, deviceCookieName(isSecure), token, isSecure, DEVICE_SECONDS);

/** Ties an attempt to this browser, or ends that (null). */
export const writeSsoAttempt = (response: ServerResponse, token: string | null, isSecure: boolean): void =>
  write(response, ssoCookieName(isSecure), token, isSecure, SSO_SECONDS);

function write(response: ServerResponse, name: string, token: string | null, isSecure: boolean, maxAge?: number): void {
  const age = token === null ? 0 : maxAge;
  response.appendHeader(
    'set-cookie',
    stringifySetCookie({
      name,
      value: token ?? '',
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure: isSecure,
      ...(age !== undefined && { maxAge: age }),
    }),
  );
}
