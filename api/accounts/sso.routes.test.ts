import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Account, SsoIdentity } from '#persistence/accounts/accounts.entities.ts';
import { createAgency } from '#test/factories/agency.ts';
import { clientOf, startTestApi, useApi } from '../testing/test-api.ts';

const EMPLOYEE = '198503012010011004';
const SUPERIOR = '198503012010011003';

/** What the provider says of whoever signs in with this login. */
let claims: Record<string, { nip?: string; amr?: string[] }> = {};

// The provider must know where people come back to, so the API's address is chosen first.
const provider = createServer();
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
const api = await useApi({
  config: {
    oidc: {
      issuer,
      clientId: 'ekinerja',
      clientSecret: 'a-secret-for-tests',
      name: 'SSO Contoh',
      numberClaim: 'nip',
      scope: 'openid profile',
    },
  },
});
provider.on('request', await realProvider());
const agency = await createAgency(api.em());
for (const person of [agency.people.employee, agency.people.superior])
  await api.em().insert(Account, { employeeId: person.id, passwordHash: 'none' });
afterAll(() => {
  provider.closeAllConnections();
  provider.close();
});
beforeEach(async () => {
  claims = {};
  await api.em().nativeDelete(SsoIdentity, {});
});

/** A real OpenID provider; its own pages are left out: a login is `?login_hint=`, agreed to at once. */
async function realProvider(): Promise<(request: unknown, response: unknown) => void> {
  // @ts-expect-error oidc-provider comes without types
  const { default: Provider, interactionPolicy } = (await import('oidc-provider')) as {
    default: any;
    interactionPolicy: any;
  };
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'ekinerja',
        client_secret: 'a-secret-for-tests',
        redirect_uris: ['http://kinerja.test/api/sso/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['nip'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ['test'] },
    interactions: {
      policy: interactionPolicy.base(),
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...claims[id] }),
    }),
    loadExistingGrant: async (context: any) => {
      const grant = new context.oidc.provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  const answer = oidc.callback();
  return async (request: any, response: any) => {
    if (!request.url.startsWith('/interaction/')) return answer(request, response);
    const login =
      new URL(request.url, issuer).searchParams.get('login') ??
      (await oidc.interactionDetails(request, response)).params.login_hint;
    if (login === 'cancel') return oidc.interactionFinished(request, response, { error: 'access_denied' });
    const { amr } = claims[login] ?? {};
    return oidc.interactionFinished(request, response, { login: { accountId: login, ...(amr && { amr }) } });
  };
}

/** A browser that keeps cookies by host and follows the way to the provider and back. Returns where it ends in the app. */
async function goThrough(
  login: string,
  {
    cookie = '',
    start = '/sso/start?back=%2Fteam',
    change = (url: URL) => url,
  }: { cookie?: string; start?: string; change?: (url: URL) => URL } = {},
): Promise<{ end: string; cookies: string; visited: URL[] }> {
  const jars = new Map<string, Map<string, string>>([
    [
      'app',
      new Map(
        cookie
          .split('; ')
          .filter(Boolean)
          .map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]),
      ),
    ],
    ['provider', new Map()],
  ]);
  const visited: URL[] = [];
  let url = new URL(`${api.url}/api${start}`);
  for (let step = 0; step < 12; step += 1) {
    visited.push(url);
    const host = url.href.startsWith(issuer) ? 'provider' : 'app';
    const jar = jars.get(host)!;
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const set of response.headers.getSetCookie()) {
      const [pair] = set.split(';');
      const [name, value] = pair!.split(/=(.*)/s) as [string, string];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get('location');
    if (!location) throw new Error(`${url.href} answered ${response.status}: ${await response.text()}`);
    const next = new URL(location, url);
    if (next.href.startsWith(issuer) && next.pathname === '/auth' && !next.searchParams.has('login_hint'))
      next.searchParams.set('login_hint', login);
    if (next.host === 'kinerja.test') url = change(new URL(`${api.url}${next.pathname}${next.search}`));
    else if (next.href.startsWith(issuer)) url = next;
    else
      return {
        end: `${next.pathname}${next.search}`,
        cookies: [...jars.get('app')!].map(([name, value]) => `${name}=${value}`).join('; '),
        visited,
      };
  }
  throw new Error('the way has no end');
}

describe('single sign-on', () => {
  it('S3.3 leads in by the NIP, links the identity, and goes back to where one wanted to go', async () => {
    claims = { 'subject-1': { nip: '19850301 201001 1 004' } };
    expect((await api.nobody.get('/sign-in-options')).body).toEqual({ sso: { name: 'SSO Contoh' } });
    const { end, cookies, visited } = await goThrough('subject-1');
    expect(end).toBe('/team');
    expect((await clientOf(api.url, cookies).get('/session')).body.employee.id).toBe(agency.people.employee.id);
    const asked = visited.find(({ pathname }) => pathname === '/auth')!.searchParams;
    expect([asked.get('code_challenge_method'), asked.get('response_type'), asked.get('scope')]).toEqual([
      'S256',
      'code',
      'openid profile',
    ]);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)!.length).toBeGreaterThan(30);
    expect(await api.em().find(SsoIdentity, {})).toMatchObject([
      { issuer, subject: 'subject-1', employeeId: agency.people.employee.id },
    ]);
    // From now on the identity counts, whether the provider repeats the number or not.
    claims = { 'subject-1': {} };
    expect((await goThrough('subject-1')).end).toBe('/team');
  });

  it.each([
    ['the provider gives no number', 'x1', {}, 'sso.claimMissing'],
    ['nobody has the number', 'x2', { nip: '199001012015011999' }, 'sso.unknownEmployee'],
    ['there is no account', 'x3', { nip: '198503012010011005' }, 'sso.noAccount'],
    ['one cancels', 'cancel', {}, 'sso.refused'],
  ])('S3.3 says so when %s', async (_title, login, given, code) => {
    claims = { [login]: given };
    const { end, cookies } = await goThrough(login);
    expect(end).toBe(`/sign-in?problem=${code}`);
    expect((await clientOf(api.url, cookies).get('/session')).status).toBe(401);
  });

  it('S3.3 an identity and a number of two people let nobody in; a person has one identity', async () => {
    claims = { one: { nip: EMPLOYEE } };
    await goThrough('one');
    claims = { one: { nip: SUPERIOR }, two: { nip: EMPLOYEE } };
    expect((await goThrough('one')).end).toBe('/sign-in?problem=sso.conflict');
    expect((await goThrough('two')).end).toBe('/sign-in?problem=sso.conflict');
  });

  it('S3.3 an answer with another state, another browser or a second time is worth nothing', async () => {
    claims = { one: { nip: EMPLOYEE } };
    const forged = await goThrough('one', { change: (url) => (url.searchParams.set('state', 'forged'), url) });
    expect(forged.end).toBe('/sign-in?problem=sso.refused');
    let callback: URL | null = null;
    await goThrough('one', { change: (url) => (callback = url) });
    const again = await fetch(callback!, { redirect: 'manual' });
    expect(again.headers.get('location')).toBe('/sign-in?problem=sso.expired');
  });

  it('S3.3 never leads to another site', async () => {
    claims = { one: { nip: EMPLOYEE } };
    for (const back of ['//jahat.example', 'https://jahat.example', '/\\jahat.example'])
      expect((await goThrough('one', { start: `/sso/start?back=${encodeURIComponent(back)}` })).end).toBe('/inbox');
  });

  it('S3.3 asks for the second factor unless the provider did', async () => {
    claims = { one: { nip: EMPLOYEE }, two: { nip: SUPERIOR, amr: ['pwd', 'otp'] } };
    for (const { id } of [agency.people.employee, agency.people.superior])
      await api
        .em()
        .execute(`insert into second_factor (employee_id, secret, confirmed_at) values (?, 'x', now())`, [id]);
    const asked = await goThrough('one');
    expect(asked.end).toBe('/sign-in?step=secondFactor&back=%2Fteam');
    expect((await clientOf(api.url, asked.cookies).get('/session')).status).toBe(401);
    await api.em().execute(`delete from second_factor`);
  });

  it('S3.3 is linked by somebody who is signed in, and the link is removed', async () => {
    claims = { mine: {}, theirs: { nip: SUPERIOR } };
    const { cookies } = await (async () => {
      claims = { mine: { nip: EMPLOYEE } };
      const first = await goThrough('mine');
      await api.em().nativeDelete(SsoIdentity, {});
      claims = { mine: {}, theirs: { nip: SUPERIOR } };
      return first;
    })();
    const me = clientOf(api.url, cookies);
    expect((await goThrough('theirs', { cookie: cookies, start: '/sso/start?link=1' })).end).toBe(
      '/profile/security?problem=sso.conflict',
    );
    expect((await goThrough('mine', { cookie: cookies, start: '/sso/start?link=1' })).end).toBe(
      '/profile/security?linked=1',
    );
    expect((await me.get('/session/security')).body.sso).toMatchObject({
      name: 'SSO Contoh',
      linkedAt: expect.any(String),
    });
    expect((await me.delete('/session/sso')).body).toEqual({ done: true });
    expect((await me.get('/session/security')).body.sso.linkedAt).toBeNull();
    expect((await api.nobody.fetch('/sso/start?link=1')).status).toBe(401);
  });

  it('S3.3 says that the provider cannot be reached, and that there is none', async () => {
    const away = await startTestApi({
      config: {
        oidc: {
          issuer: 'http://127.0.0.1:9',
          clientId: 'x',
          clientSecret: undefined,
          name: 'SSO',
          numberClaim: 'nip',
          scope: 'openid',
        },
      },
    });
    expect((await away.nobody.fetch('/sso/start')).headers.get('location')).toBe('/sign-in?problem=sso.unavailable');
    await away.close();
    const without = await startTestApi();
    expect((await without.nobody.get('/sign-in-options')).body).toEqual({ sso: null });
    expect((await without.nobody.fetch('/sso/start')).headers.get('location')).toBe('/sign-in?problem=sso.off');
    await without.close();
  });
});
