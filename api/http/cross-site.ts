import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changing requests that another site made a browser send. Browsers say where a request comes from
 * (`Sec-Fetch-Site`, older ones `Origin`); a program that is no browser sends neither and carries no cookie by accident.
 */
export const refuseCrossSite =
  (publicUrl: string): RequestHandler =>
  (request, _response, next) => {
    if (
      SAFE.has(request.method) ||
      isSameSite(request.headers['sec-fetch-site'], request.headers.origin, [
        new URL(publicUrl).host,
        request.headers.host,
      ])
    )
      return next();
    throw new Problem('request.crossSite');
  };

function isSameSite(
  site: string | string[] | undefined,
  origin: string | undefined,
  hosts: readonly (string | undefined)[],
): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  return URL.canParse(origin) && hosts.includes(new URL(origin).host);
}
