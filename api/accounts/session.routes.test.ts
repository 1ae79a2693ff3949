import { argon2 } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { Account } from '#persistence/accounts/accounts.entities.ts';
import { createAgency } from '#test/factories/agency.ts';
import { clientOf, useApi } from '../testing/test-api.ts';
import { hashPassword, isOutdated, verifyPassword } from './password.ts';
import { delayAfter } from './throttle.ts';

/** Works as ever and counts. */
vi.mock('node:crypto', async (original) => {
  const real = await original<typeof import('node:crypto')>();
  return { ...real, argon2: vi.fn(real.argon2) };
});

const PASSWORD = 'sandi-yang-panjang';
const NUMBER = '198503012010011004';

const api = await useApi();
const agency = await createAgency(api.em());
const passwordHash = await hashPassword(PASSWORD);
for (const person of [agency.people.employee, agency.people.superior, agency.people.colleague])
  await api.em().insert(Account, { employeeId: person.id, passwordHash, isActive: person !== agency.people.colleague });

const signIn = (number: string, password: string) => api.nobody.post('/session', { number, password });
const cookieOf = (answer: { headers: Headers }): string => answer.headers.get('set-cookie')!.split(';')[0]!;

describe('passwords', () => {
  it('are argon2id hashes in PHC form with the agreed parameters', async () => {
    const hash = await hashPassword('rahasia');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await verifyPassword('rahasia', hash)).toBe(true);
    expect(await verifyPassword('rahasiA', hash)).toBe(false);
    expect(await verifyPassword('rahasia', 'plain')).toBe(false);
    expect(isOutdated(hash)).toBe(false);
    expect(isOutdated(hash.replace('t=2', 't=1'))).toBe(true);
  });
});

describe('signing in', () => {
  it('takes the number with or without spaces and gives a strict cookie', async () => {
    const answer = await signIn('19850301 201001 1 004', PASSWORD);
    expect(answer).toMatchObject({
      status: 200,
      body: { employee: { id: agency.people.employee.id, number: NUMBER, locale: 'id' }, hasSubordinates: false },
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(/^ekinerja=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(answer.headers.getSetCookie()[1]).toMatch(
      /^ekinerja-device=[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(answer.body)).not.toContain('argon2');
  });

  it('says who one is, what one holds and that one has subordinates', async () => {
    const answer = await signIn('198503012010011003', PASSWORD);
    expect(answer.body).toMatchObject({
      hasSubordinates: true,
      positions: [{ title: 'Jabatan Ketua Tim', kind: 'definitif' }],
    });
    expect(answer.body.rules).toContainEqual({ action: 'read', subject: 'Unit' });
  });

  it('answers an unknown number, a wrong password and a closed account alike', async () => {
    const answers = [
      await signIn('199901012020011999', PASSWORD),
      await signIn(NUMBER, 'salah'),
      await signIn('198503012010011005', PASSWORD),
      await signIn('bukan nomor', 'x'),
    ];
    expect(new Set(answers.map(({ status, body }) => JSON.stringify({ status, body })))).toEqual(
      new Set([
        JSON.stringify({
          status: 401,
          body: {
            type: 'urn:ekinerja:problem:session.invalid',
            title: 'Unauthorized',
            status: 401,
            code: 'session.invalid',
          },
        }),
      ]),
    );
  });

  it('does the same work for an unknown number as for a wrong password, so that both take as long', async () => {
    const workOf = async (number: string) => {
      vi.mocked(argon2).mockClear();
      await signIn(number, 'salah');
      return vi
        .mocked(argon2)
        .mock.calls.map(([algorithm, { memory, passes, parallelism, tagLength }]) => [
          algorithm,
          { memory, passes, parallelism, tagLength },
        ]);
    };
    // The first unknown number of a process also makes the hash that all others are compared with.
    await signIn('199901012020011888', 'salah');
    const known = await workOf('198503012010011003');
    expect(known).toHaveLength(1);
    expect(await workOf('199901012020011888')).toEqual(known);
  });

  it('ends the session that the browser had before: a planted cookie is worth nothing', async () => {
    const first = cookieOf(await signIn(NUMBER, PASSWORD));
    const again = await api.nobody.post('/session', { number: NUMBER, password: PASSWORD }, { cookie: first });
    expect(cookieOf(again)).not.toBe(first);
    expect((await clientOf(api.url, first).get('/session')).status).toBe(401);
    expect((await clientOf(api.url, cookieOf(again)).get('/session')).status).toBe(200);
  });

  it('slows down after five failures, says for how long, and lets another address in', async () => {
    const number = '198503012010011001';
    for (let attempt = 0; attempt < 5; attempt += 1) expect((await signIn(number, 'salah')).status).toBe(401);
    const answer = await signIn(number, 'salah');
    expect(answer).toMatchObject({ status: 429, body: { code: 'session.throttled' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(2);
    expect((await signIn(NUMBER, PASSWORD)).status).toBe(200);
  });

  it('delays grow up to a minute and an account as a whole is never locked out', () => {
    expect([4, 5, 6, 7, 8, 50].map((failures) => delayAfter('accountAndAddress', failures))).toEqual([
      0, 2, 4, 8, 16, 60,
    ]);
    expect([19, 20, 100].map((failures) => delayAfter('account', failures))).toEqual([0, 2, 30]);
  });
});

describe('a session', () => {
  it('lives only in its table as a hash', async () => {
    const cookie = cookieOf(await signIn(NUMBER, PASSWORD));
    const [row] = await api
      .em()
      .execute<{ n: string }[]>(
        `select count(*) as n from session where encode(token_hash, 'base64') like '%' || ? || '%'`,
        [cookie.slice(9)],
      );
    expect(Number(row!.n)).toBe(0);
  });

  it('is over after idling, after its longest life, and when its account is closed', async () => {
    for (const change of [`last_seen_at = now() - interval '31 minutes'`, `expires_at = now() - interval '1 second'`]) {
      const cookie = cookieOf(await signIn(NUMBER, PASSWORD));
      await api.em().execute(`update session set ${change}`);
      expect((await clientOf(api.url, cookie).get('/session')).body.code).toBe('session.required');
    }
    const cookie = cookieOf(await signIn('198503012010011003', PASSWORD));
    await api.em().nativeUpdate(Account, { employeeId: agency.people.superior.id }, { isActive: false });
    expect((await clientOf(api.url, cookie).get('/session')).status).toBe(401);
    await api.em().nativeUpdate(Account, { employeeId: agency.people.superior.id }, { isActive: true });
  });

  it('can be seen and ended by its owner, and by nobody else', async () => {
    const mine = clientOf(api.url, cookieOf(await signIn(NUMBER, PASSWORD)));
    const other = clientOf(api.url, cookieOf(await signIn(NUMBER, PASSWORD)));
    const stranger = clientOf(api.url, cookieOf(await signIn('198503012010011003', PASSWORD)));
    const { body } = await mine.get('/sessions');
    const otherSession = body.find((session: { isCurrent: boolean }) => !session.isCurrent);
    expect(body.filter((session: { isCurrent: boolean }) => session.isCurrent)).toHaveLength(1);
    expect((await stranger.delete(`/sessions/${otherSession.id}`)).body).toEqual({ revoked: false });
    expect((await mine.delete(`/sessions/${otherSession.id}`)).body).toEqual({ revoked: true });
    expect((await other.get('/session')).status).toBe(401);
    expect((await mine.get('/session')).status).toBe(200);
  });

  it('ends with signing out', async () => {
    const mine = clientOf(api.url, cookieOf(await signIn(NUMBER, PASSWORD)));
    const answer = await mine.delete('/session');
    expect(answer).toMatchObject({ status: 200, body: { signedOut: true } });
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await mine.get('/session')).status).toBe(401);
  });

  it('keeps the language that was chosen', async () => {
    const mine = clientOf(api.url, cookieOf(await signIn(NUMBER, PASSWORD)));
    expect((await mine.put('/session/locale', { locale: 'en' })).body.employee.locale).toBe('en');
    expect((await mine.put('/session/locale', { locale: 'jv' })).status).toBe(422);
  });
});

describe('another site', () => {
  it.each([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['same-site', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin at all', { origin: 'null' }],
  ])('cannot make a browser change anything: %s', async (_title, headers) => {
    const answer = await api.nobody.post('/session', { number: NUMBER, password: PASSWORD }, headers);
    expect(answer).toMatchObject({ status: 403, body: { code: 'request.crossSite' } });
  });

  it.each<Record<string, string>>([{ 'sec-fetch-site': 'same-origin' }, { origin: 'http://kinerja.test' }])(
    'is not what our own pages are: %j',
    async (headers) => {
      expect((await api.nobody.post('/session', { number: NUMBER, password: PASSWORD }, headers)).status).toBe(200);
    },
  );
});
