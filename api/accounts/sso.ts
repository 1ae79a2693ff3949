import * as oidc from 'openid-client';
import type { ErrorCode } from '#domain/error-codes.ts';
import { Problem } from '../http/problem.ts';

/** The agency's provider of single sign-on, as it is configured. */
export type SsoSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string | undefined;
  name: string;
  numberClaim: string;
  scope: string;
};

/** Who came back from the provider. `isFactorShown`: it says that it asked for a second factor itself. */
export type SsoAnswer = { issuer: string; subject: string; number: string | null; isFactorShown: boolean };

export type SsoRequest = { url: string; state: string; nonce: string; codeVerifier: string };

/** Ways of signing in that count as a second factor (RFC 8176). */
const FACTOR_METHODS = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc', 'fpt', 'face']);

/** How long a provider's description is believed, so that new keys are noticed. */
const DISCOVERY_MS = 10 * 60_000;

/** OpenID Connect with PKCE, state and nonce. The provider is asked who it is when it is first needed, and again after a while. */
export function createSso(settings: SsoSettings, publicUrl: string) {
  const redirectUri = `${publicUrl}/api/sso/callback`;
  let known: { at: number; configuration: Promise<oidc.Configuration> } | null = null;

  function configuration(): Promise<oidc.Configuration> {
    if (known && Date.now() - known.at < DISCOVERY_MS) return known.configuration;
    const isPlain = settings.issuer.startsWith('http:');
    const authentication = settings.clientSecret ? undefined : oidc.None();
    const found = oidc
      .discovery(new URL(settings.issuer), settings.clientId, settings.clientSecret, authentication, {
        timeout: 10,
        ...(isPlain && { execute: [oidc.allowInsecureRequests] }),
      })
      .catch((error: unknown) => {
        known = null;
        throw asProblem(error, 'sso.unavailable');
      });
    known = { at: Date.now(), configuration: found };
    return found;
  }

  return {
    /** Where to send the browser, and what must come back. Throws `sso.unavailable`. */
    async begin(): Promise<SsoRequest> {
      const provider = await configuration();
      const codeVerifier = oidc.randomPKCECodeVerifier();
      const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, state, nonce, codeVerifier };
    },

    /** Who came back with this query. Throws `sso.refused`, `sso.unavailable`. */
    async finish(query: string, expected: { state: string; nonce: string; codeVerifier: string }): Promise<SsoAnswer> {
      const provider = await configuration();
      const returned = new URL(`${redirectUri}${query}`);
      try {
        const tokens = await oidc.authorizationCodeGrant(provider, returned, {
          pkceCodeVerifier: expected.codeVerifier,
          expectedState: expected.state,
          expectedNonce: expected.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        const own = textOf(claims[settings.numberClaim]);
        const number = own ?? textOf((await userInfo(provider, tokens.access_token, claims.sub))[settings.numberClaim]);
        const methods = Array.isArray(claims['amr']) ? claims['amr'].map(String) : [];
        return {
          issuer: claims.iss,
          subject: claims.sub,
          number,
          isFactorShown: methods.some((method) => FACTOR_METHODS.has(method)),
        };
      } catch (error) {
        throw asProblem(error, 'sso.refused');
      }
    },
  };
}

/** What the provider tells beyond the token, where it has such an address. */
async function userInfo(
  provider: oidc.Configuration,
  accessToken: string,
  subject: string,
): Promise<Record<string, unknown>> {
  if (!provider.serverMetadata().userinfo_endpoint) return {};
  return (await oidc.fetchUserInfo(provider, accessToken, subject)) as Record<string, unknown>;
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : null;

/** A provider that cannot be reached is another matter than one that says no. */
function asProblem(error: unknown, otherwise: ErrorCode): Problem {
  if (error instanceof Problem) return error;
  const isAway =
    error instanceof TypeError ||
    (error as { code?: string }).code === 'OAUTH_TIMEOUT' ||
    (error as { name?: string }).name === 'TimeoutError';
  return new Problem(isAway ? 'sso.unavailable' : otherwise);
}
