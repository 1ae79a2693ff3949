import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Account } from '#persistence/accounts/accounts.entities.ts';
import { issueResetToken } from '#persistence/accounts/password-reset.repository.ts';
import { removeSecondFactor } from '#persistence/accounts/second-factor.repository.ts';
import { createAgency } from '#test/factories/agency.ts';
import { clientOf, startTestApi, useApi, type Answer, type TestApi, type TestClient } from '../testing/test-api.ts';
import { hashPassword } from './password.ts';
import { seal, unseal } from './sealed-secret.ts';

const PASSWORD = 'kapal-biru-laut-tenang';
const NEW_PASSWORD = 'empat kuda makan roti';
const NUMBERS = {
  employee: '198503012010011004',
  superior: '198503012010011003',
  head: '198503012010011002',
  officer: '198503012010011006',
  secretary: '198503012010011001',
};

let strict: TestApi;

const api = await useApi();
const agency = await createAgency(api.em());
const passwordHash = await hashPassword(PASSWORD);
for (const person of Object.values(agency.people)) await addAccount(api.em(), person.id);
afterAll(() => strict?.close());
beforeEach(async () => {
  await api
    .em()
    .execute(
      `do $$ begin if to_regclass('sign_in_throttle') is not null then delete from sign_in_throttle; end if; end $$`,
    );
});

async function addAccount(em: EntityManager, employeeId: string): Promise<void> {
  em.persist(em.create(Account, { employeeId, passwordHash }));
  await em.flush();
}

const cookiesOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const signIn = (number: string, password = PASSWORD, cookie?: string, on = api) =>
  on.nobody.post('/session', { number, password }, cookie ? { cookie } : {});
const by = (answer: Answer, on = api): TestClient => clientOf(on.url, cookiesOf(answer));
const signedIn = async (number: string): Promise<TestClient> => by(await signIn(number));
const codeOf = (secret: string, shift = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')), digits: 6, period: 30 }).generate({
    timestamp: Date.now() + shift * 30_000,
  });
const noticesOf = async (employeeId: string): Promise<string[]> =>
  (
    await api
      .em()
      .execute<{ notice: string }[]>(
        `select data ->> 'notice' as notice from outbox where recipient_id = ? and template = 'account-notice' order by id`,
        [employeeId],
      )
  ).map(({ notice }) => notice);

/** Sets a factor up as a person does; forgets the step of the confirming code, so that a test can type the next one at once. */
async function enrol(client: TestClient, employeeId: string): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { body } = await client.post('/session/second-factor/enrolment', { password: PASSWORD });
  const confirmed = await client.post('/session/second-factor/confirmation', { code: codeOf(body.secret) });
  expect(confirmed.status).toBe(200);
  await api.em().execute(`update second_factor set last_step = 0 where employee_id = ?`, [employeeId]);
  return { secret: body.secret, recoveryCodes: confirmed.body.recoveryCodes };
}

describe('a second factor', () => {
  it('S3.3 is set up with a picture and a typed secret, after the password, and counts from the confirmation on', async () => {
    const mine = await signedIn(NUMBERS.employee);
    expect((await mine.get('/session/security')).body).toMatchObject({
      factor: null,
      recoveryCodesLeft: 0,
      isFactorRequired: false,
      shortestPassword: 15,
      sso: null,
    });
    expect((await mine.post('/session/second-factor/enrolment', { password: 'salah' })).body.code).toBe(
      'password.wrong',
    );
    expect((await mine.post('/session/second-factor/enrolment', {})).body.code).toBe('password.wrong');
    const { body } = await mine.post('/session/second-factor/enrolment', { password: PASSWORD });
    expect(body.secret).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    expect(body.uri).toContain('otpauth://totp/E-Kinerja%20ASN:Pegawai%20Satu');
    expect(body.qrSvg).toMatch(/^<svg[^]*<\/svg>\s*$/);
    expect(Date.parse(body.serverTime)).toBeGreaterThan(Date.now() - 60_000);
    // Not confirmed yet: the password alone is enough.
    expect((await signIn(NUMBERS.employee)).body.employee).toBeDefined();
    const wrong = await mine.post('/session/second-factor/confirmation', { code: '000000' });
    expect(wrong).toMatchObject({
      status: 422,
      body: { code: 'factor.invalid', detail: { serverTime: expect.any(String) } },
    });
    const { body: confirmed } = await mine.post('/session/second-factor/confirmation', { code: codeOf(body.secret) });
    expect(new Set(confirmed.recoveryCodes).size).toBe(10);
    expect(confirmed.recoveryCodes[0]).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect((await mine.get('/session/security')).body).toMatchObject({
      factor: { confirmedAt: expect.any(String) },
      recoveryCodesLeft: 10,
      shortestPassword: 8,
    });
    expect((await mine.post('/session/second-factor/enrolment', { password: PASSWORD })).body.code).toBe(
      'factor.exists',
    );
    const rows = JSON.stringify(
      await api
        .em()
        .execute(
          `select secret, encode(code_hash, 'escape') as hash from second_factor join recovery_code using (employee_id)`,
        ),
    );
    expect(rows).not.toContain(body.secret.replaceAll(' ', ''));
    expect(rows).not.toContain(confirmed.recoveryCodes[0]);
    expect(await noticesOf(agency.people.employee.id)).toContain('factorAdded');
    await removeFor(agency.people.employee.id);
  });

  it('S3.3 half signed in, one can do nothing but show the code', async () => {
    await enrol(await signedIn(NUMBERS.employee), agency.people.employee.id);
    const first = await signIn(NUMBERS.employee);
    expect(first).toMatchObject({ status: 200, body: { next: 'secondFactor', serverTime: expect.any(String) } });
    expect(Object.keys(first.body).sort()).toEqual(['next', 'serverTime']);
    const half = by(first);
    for (const path of ['/session', '/sessions', '/session/security', '/inbox', '/employees', '/events', '/units'])
      expect((await half.get(path)).status, path).toBe(401);
    for (const [path, body] of [
      ['/session/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }],
      ['/session/second-factor/enrolment', { password: PASSWORD }],
      ['/session/second-factor/confirmation', { code: '123456' }],
      ['/session/recovery-codes', { password: PASSWORD }],
      ['/sessions/revocation', {}],
      ['/session/second-factor/removal', { password: PASSWORD, code: '123456' }],
    ] as const)
      expect((await half.post(path, body)).status, path).toBe(401);
    await removeFor(agency.people.employee.id);
  });

  it('S3.3 takes a code one step early or late, no older one, and each step once', async () => {
    const { secret } = await enrol(await signedIn(NUMBERS.superior), agency.people.superior.id);
    const attempt = async (code: string): Promise<Answer> =>
      by(await signIn(NUMBERS.superior)).post('/session/second-factor', { code });
    expect((await attempt(codeOf(secret, -3))).body.code).toBe('factor.invalid');
    expect((await attempt(codeOf(secret, 3))).body.code).toBe('factor.invalid');
    const early = codeOf(secret, -1);
    expect((await attempt(early)).body.employee.id).toBe(agency.people.superior.id);
    expect((await attempt(early)).body.code).toMatch(/factor\.(codeUsed|invalid)/);
    const spaced = codeOf(secret, 1).replace(/^.../, '$& ');
    expect((await attempt(spaced)).status).toBe(200);
    expect((await attempt(codeOf(secret, 0))).body.code).toBe('factor.codeUsed');
    await removeFor(agency.people.superior.id);
  });

  it('S3.3 of two sign-ins with the same code at the same moment one is let in', async () => {
    const { secret } = await enrol(await signedIn(NUMBERS.head), agency.people.head.id);
    const halves = [by(await signIn(NUMBERS.head)), by(await signIn(NUMBERS.head)), by(await signIn(NUMBERS.head))];
    const code = codeOf(secret);
    const answers = await Promise.all(halves.map((half) => half.post('/session/second-factor', { code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'factor.codeUsed')).toHaveLength(2);
    await removeFor(agency.people.head.id);
  });

  it('S3.3 a used recovery code is refused, an unknown one too, and new ones end the old ones', async () => {
    const person = agency.people.officer.id;
    const { recoveryCodes } = await enrol(await signedIn(NUMBERS.officer), person);
    const attempt = async (code: string): Promise<Answer> =>
      by(await signIn(NUMBERS.officer)).post('/session/second-factor', { code });
    const used = await attempt(recoveryCodes[0]!.toUpperCase().replaceAll('-', ' '));
    expect(used.body.employee.id).toBe(person);
    expect(await noticesOf(person)).toContain('recoveryCodeUsed');
    expect((await attempt(recoveryCodes[0]!)).body.code).toBe('factor.recoverySpent');
    expect((await attempt('aaaa-bbbb-cccc-dddd')).body.code).toBe('factor.invalid');
    const mine = by(used);
    expect((await mine.get('/session/security')).body.recoveryCodesLeft).toBe(9);
    expect((await mine.post('/session/recovery-codes', { password: 'salah' })).body.code).toBe('password.wrong');
    const { body } = await mine.post('/session/recovery-codes', { password: PASSWORD });
    expect((await attempt(recoveryCodes[1]!)).body.code).toBe('factor.invalid');
    expect((await attempt(body.recoveryCodes[3])).status).toBe(200);
    await removeFor(person);
  });

  it('S3.3 gives a new token after the second step: a half session that was seen is worth nothing', async () => {
    const { secret } = await enrol(await signedIn(NUMBERS.employee), agency.people.employee.id);
    const first = await signIn(NUMBERS.employee);
    const second = await by(first).post('/session/second-factor', { code: codeOf(secret) });
    expect(cookiesOf(second)).not.toContain(cookiesOf(first));
    expect((await by(first).get('/session')).status).toBe(401);
    expect((await by(first).post('/session/second-factor', { code: codeOf(secret, 1) })).status).toBe(401);
    expect((await by(second).get('/session')).status).toBe(200);
    await removeFor(agency.people.employee.id);
  });

  it('S3.3 guessing at codes is slowed down', async () => {
    await enrol(await signedIn(NUMBERS.employee), agency.people.employee.id);
    const half = by(await signIn(NUMBERS.employee));
    for (let guess = 0; guess < 5; guess += 1)
      expect((await half.post('/session/second-factor', { code: '000000' })).status).toBe(422);
    expect(await half.post('/session/second-factor', { code: '000000' })).toMatchObject({
      status: 429,
      body: { code: 'session.throttled' },
    });
    await removeFor(agency.people.employee.id);
  });

  it('S3.3 is removed by its owner with password and code, and by two persons for somebody who lost it', async () => {
    const person = agency.people.employee.id;
    const mine = await signedIn(NUMBERS.employee);
    const { secret } = await enrol(mine, person);
    const other = by(await signIn(NUMBERS.employee));
    await other.post('/session/second-factor', { code: codeOf(secret, -1) });
    expect(
      (await mine.post('/session/second-factor/removal', { password: 'salah', code: codeOf(secret) })).body.code,
    ).toBe('password.wrong');
    expect((await mine.post('/session/second-factor/removal', { password: PASSWORD, code: '000000' })).body.code).toBe(
      'factor.invalid',
    );
    expect(
      (await mine.post('/session/second-factor/removal', { password: PASSWORD, code: codeOf(secret) })).body,
    ).toEqual({ done: true });
    expect((await mine.get('/session')).status).toBe(200);
    expect(
      (await mine.post('/session/second-factor/removal', { password: PASSWORD, code: codeOf(secret, 1) })).body.code,
    ).toBe('factor.none');
    expect(await noticesOf(person)).toContain('factorRemoved');

    await enrol(mine, person);
    expect(await removeFor(person)).toBe(true);
    expect(await removeFor(person)).toBe(false);
    expect((await mine.get('/session')).status).toBe(401);
    expect((await signIn(NUMBERS.employee)).body.employee.id).toBe(person);
    const audit = await api
      .em()
      .execute<{ actor: string; data: { employeeId: string; reason: string } }[]>(
        `select actor_id as actor, data from audit_event where kind = 'secondFactorRemoved' order by number desc limit 1`,
      );
    expect(audit[0]).toMatchObject({ actor: agency.people.head.id, data: { employeeId: person, reason: 'hilang' } });
  });

  it('S3.3 sealed secrets open with an older key and in their own row only', () => {
    const sealed = seal(['old key old key old key'], 'a', 'JBSWY3DP');
    expect(unseal(['new key', 'old key old key old key'], 'a', sealed)).toBe('JBSWY3DP');
    expect(() => unseal(['new key', 'old key old key old key'], 'b', sealed)).toThrow();
    expect(() => unseal(['new key'], 'a', sealed)).toThrow(/SECRETS_KEY/);
    expect(() => unseal(['old key old key old key'], 'a', `${sealed.slice(0, -2)}xx`)).toThrow();
  });

  const removeFor = (employeeId: string): Promise<boolean> =>
    api
      .em()
      .transactional((em) =>
        removeSecondFactor(em as EntityManager, employeeId, { actorId: agency.people.head.id, reason: 'hilang' }),
      );
});

describe('where a role requires it', () => {
  it('S3.3 the sign-in sets the factor up before anything else, and it cannot be removed', async () => {
    strict = await startTestApi({ config: { secondFactorFor: ['personnelOfficer'] } });
    const there = await createAgency(strict.em());
    await addAccount(strict.em(), there.people.officer.id);
    await addAccount(strict.em(), there.people.employee.id);
    expect((await signIn(NUMBERS.employee, PASSWORD, undefined, strict)).body.employee.id).toBe(
      there.people.employee.id,
    );

    const first = await signIn(NUMBERS.officer, PASSWORD, undefined, strict);
    expect(first.body.next).toBe('enrolment');
    const half = by(first, strict);
    expect((await half.get('/session')).status).toBe(401);
    expect((await half.post('/session/second-factor', { code: '123456' })).status).toBe(401);
    const { body } = await half.post('/session/second-factor/enrolment', {});
    const confirmed = await half.post('/session/second-factor/confirmation', { code: codeOf(body.secret) });
    expect(confirmed.body).toMatchObject({ me: { employee: { id: there.people.officer.id } } });
    const mine = by(confirmed, strict);
    expect((await mine.get('/session')).status).toBe(200);
    expect((await mine.get('/session/security')).body.isFactorRequired).toBe(true);
    expect((await mine.post('/session/second-factor/removal', { password: PASSWORD, code: '000000' })).body.code).toBe(
      'factor.required',
    );
  });
});

describe('a password', () => {
  it('S3.3 is changed by who knows it; other sessions end, the owner is told', async () => {
    const mine = await signedIn(NUMBERS.secretary);
    const other = await signedIn(NUMBERS.secretary);
    const change = (currentPassword: string, newPassword: string) =>
      mine.post('/session/password', { currentPassword, newPassword });
    expect((await change('salah', NEW_PASSWORD)).body.code).toBe('password.wrong');
    expect(await change(PASSWORD, 'pendek')).toMatchObject({
      status: 422,
      body: { code: 'password.tooShort', detail: { shortest: 15 } },
    });
    expect((await change(PASSWORD, 'katasandi12345678')).body.code).toBe('password.common');
    expect((await change(PASSWORD, '198503012010011001')).body.code).toBe('password.common');
    expect((await change(PASSWORD, 'nip198503012010011001')).body.code).toBe('password.personal');
    expect((await change(PASSWORD, NEW_PASSWORD)).body).toEqual({ done: true });
    expect((await mine.get('/session')).status).toBe(200);
    expect((await other.get('/session')).status).toBe(401);
    expect((await signIn(NUMBERS.secretary)).status).toBe(401);
    expect((await signIn(NUMBERS.secretary, NEW_PASSWORD)).status).toBe(200);
    expect(await noticesOf(agency.people.secretary.id)).toContain('passwordChanged');
    await api.em().nativeUpdate(Account, { employeeId: agency.people.secretary.id }, { passwordHash });
  });

  it('S3.3 a reset answers alike for known and unknown numbers and does the same work', async () => {
    const work = async (number: string): Promise<{ answer: string; queries: string[]; resets: number }> => {
      const before = await countResets();
      const queries: string[] = [];
      const stop = watchQueries(queries);
      const { status, body } = await api.nobody.post('/password-resets', { number });
      stop();
      return { answer: JSON.stringify({ status, body }), queries, resets: (await countResets()) - before };
    };
    const known = await work(NUMBERS.employee);
    const unknown = await work('199901012020011999');
    const nonsense = await work('bukan nomor');
    expect(known.answer).toBe(JSON.stringify({ status: 202, body: { accepted: true } }));
    expect(unknown).toEqual(known);
    expect(nonsense).toEqual(known);
    expect(known.queries.length).toBeGreaterThan(0);
    expect(known.resets).toBe(1);
  });

  it('S3.3 a reset link is used once, in time, ends all sessions, and only its hash is kept', async () => {
    const person = agency.people.colleague.id;
    const number = '198503012010011005';
    const mine = await signedIn(number);
    await api.nobody.post('/password-resets', { number });
    const [mail] = await api
      .em()
      .execute<{ data: { resetId: string; expiresAt: string } }[]>(
        `select data from outbox where template = 'password-reset' and recipient_id = ?`,
        [person],
      );
    expect(Object.keys(mail!.data).sort()).toEqual(['expiresAt', 'resetId']);
    const token = await issueResetToken(api.em(), mail!.data.resetId);
    expect(
      JSON.stringify(await api.em().execute(`select encode(token_hash, 'escape') from password_reset_token`)),
    ).not.toContain(token);

    const complete = (secret: string, password = NEW_PASSWORD) =>
      api.nobody.post('/password-resets/completion', { token: secret, password });
    expect((await complete('x'.repeat(43))).body.code).toBe('reset.invalid');
    expect((await complete(token, 'pendek')).body.code).toBe('password.tooShort');
    const [one, two] = await Promise.all([complete(token), complete(token)]);
    expect([one.status, two.status].sort()).toEqual([200, 409]);
    expect((await complete(token)).body.code).toBe('reset.invalid');
    expect((await mine.get('/session')).status).toBe(401);
    expect((await signIn(number)).status).toBe(401);
    expect((await signIn(number, NEW_PASSWORD)).status).toBe(200);
    expect(await noticesOf(person)).toContain('passwordReset');
  });

  it('S3.3 an old reset link, one of a closed account, and one that a newer password overtook are refused', async () => {
    const person = agency.people.employee.id;
    const freshToken = async (): Promise<string> => {
      await api.em().execute(`delete from password_reset`);
      await api.nobody.post('/password-resets', { number: NUMBERS.employee });
      const [reset] = await api
        .em()
        .execute<{ id: string }[]>(`select id from password_reset where employee_id = ?`, [person]);
      return issueResetToken(api.em(), reset!.id);
    };
    const complete = async (token: string) =>
      (await api.nobody.post('/password-resets/completion', { token, password: NEW_PASSWORD })).body.code;
    const old = await freshToken();
    await api.em().execute(`update password_reset set expires_at = now() - interval '1 second'`);
    expect(await complete(old)).toBe('reset.invalid');
    const closed = await freshToken();
    await api.em().nativeUpdate(Account, { employeeId: person }, { isActive: false });
    expect(await complete(closed)).toBe('reset.invalid');
    await api.em().nativeUpdate(Account, { employeeId: person }, { isActive: true });
    const overtaken = await freshToken();
    await (
      await signedIn(NUMBERS.employee)
    ).post('/session/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD });
    expect(await complete(overtaken)).toBe('reset.invalid');
    await api.em().nativeUpdate(Account, { employeeId: person }, { passwordHash });
  });

  it('S3.3 nobody is buried in reset mails', async () => {
    await api.em().execute(`delete from password_reset`);
    const mails = async () =>
      Number(
        (
          await api
            .em()
            .execute<{ n: string }[]>(
              `select count(*) as n from outbox where template = 'password-reset' and recipient_id = ?`,
              [agency.people.head.id],
            )
        )[0]!.n,
      );
    const before = await mails();
    for (let time = 0; time < 6; time += 1)
      expect((await api.nobody.post('/password-resets', { number: NUMBERS.head })).status).toBe(202);
    expect((await mails()) - before).toBe(3);
  });

  const countResets = async (): Promise<number> =>
    Number((await api.em().execute<{ n: string }[]>(`select count(*) as n from password_reset`))[0]!.n);

  /** The texts of the statements that the API sends, whatever their parameters. */
  function watchQueries(seen: string[]): () => void {
    const em = api.orm.em;
    const fork = em.fork.bind(em);
    em.fork = ((...args: []) => {
      const forked = fork(...args);
      const kysely = forked.getKysely.bind(forked);
      const execute = forked.execute.bind(forked);
      forked.execute = ((text: string, ...rest: []) => (
        seen.push(text),
        execute(text, ...rest)
      )) as typeof forked.execute;
      forked.getKysely = ((...more: []) => {
        const made = kysely(...more);
        return new Proxy(made, {
          get: (target, key) =>
            key === 'executeQuery'
              ? (query: { sql: string }) => (seen.push(query.sql), target.executeQuery(query as never))
              : Reflect.get(target, key),
        });
      }) as typeof forked.getKysely;
      forked.fork = em.fork as typeof forked.fork;
      return forked;
    }) as typeof em.fork;
    return () => {
      em.fork = fork as typeof em.fork;
    };
  }
});

/** The delays of seconds that guesses have caused last for the test, however slow the machine is. */
const holdDelays = (): Promise<unknown> =>
  api.em().execute(`update sign_in_throttle set expire = expire + 600000 where key like 'delay:%'`);

describe('sessions and browsers', () => {
  it('S3.3 all other sessions are ended at once', async () => {
    const [mine, two, three] = [
      await signedIn(NUMBERS.officer),
      await signedIn(NUMBERS.officer),
      await signedIn(NUMBERS.officer),
    ];
    expect((await mine.post('/sessions/revocation', {})).body.revoked).toBeGreaterThanOrEqual(2);
    expect([
      (await mine.get('/session')).status,
      (await two.get('/session')).status,
      (await three.get('/session')).status,
    ]).toEqual([200, 401, 401]);
    expect((await mine.get('/sessions')).body).toHaveLength(1);
  });

  it('S3.3 a browser that was never used before is told to the owner, a known one and the first one are not', async () => {
    const person = agency.people.head.id;
    await api.em().execute(`delete from known_device where employee_id = ?`, [person]);
    const count = async () => (await noticesOf(person)).filter((notice) => notice === 'newDevice').length;
    const before = await count();
    const first = await signIn(NUMBERS.head);
    expect(await count()).toBe(before);
    await signIn(NUMBERS.head, PASSWORD, cookiesOf(first));
    expect(await count()).toBe(before);
    await signIn(NUMBERS.head);
    expect(await count()).toBe(before + 1);
  });

  it('S3.3 strangers who guess at a number do not keep its owner out', async () => {
    const owners = cookiesOf(await signIn(NUMBERS.superior));
    for (let guess = 0; guess < 5; guess += 1) await signIn(NUMBERS.superior, 'tebakan');
    await holdDelays();
    expect((await signIn(NUMBERS.superior, 'tebakan')).status).toBe(429);
    expect((await signIn(NUMBERS.superior)).status).toBe(429);
    const owner = await signIn(NUMBERS.superior, PASSWORD, owners);
    expect(owner.body.employee.id).toBe(agency.people.superior.id);
    // Its own mistakes are counted all the same, and the cookie of somebody else's browser helps nobody.
    for (let guess = 0; guess < 5; guess += 1)
      expect((await signIn(NUMBERS.superior, 'keliru', owners)).status).toBe(401);
    await holdDelays();
    expect((await signIn(NUMBERS.superior, PASSWORD, owners)).status).toBe(429);
    expect((await signIn(NUMBERS.superior, PASSWORD, cookiesOf(await signIn(NUMBERS.officer)))).status).toBe(429);
  });
});
