import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Answer } from '#api/testing/test-api.ts';
import { Account } from '#persistence/accounts/accounts.entities.ts';
import {
  findClaimOfProcedure,
  issueRegistrationToken,
  settleClaim,
} from '#persistence/accounts/registrations.repository.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Employee, EmployeeNumber } from '#persistence/organisation/organisation.entities.ts';
import { useApiWithEngine } from '#test/environment/api-with-engine.ts';
import type { Person } from '#test/factories/agency.ts';
import { actOnProcedure, openProcedureTask } from '#test/factories/procedures.ts';

const PASSWORD = 'kuda hijau melompat pagar';
/** Statements of the connections that are opened from now on. */
const query = vi.spyOn(pg.Client.prototype, 'query');

/** The API never reaches the engine here: every claim goes through the ledger and the relay. */
const { api, engine, agency, relay } = await useApiWithEngine();
relay.start();
afterAll(() => query.mockRestore());

const numberOf = async (person: Person): Promise<string> =>
  (await api.em().findOneOrFail(EmployeeNumber, { employeeId: person.id })).number;
const claim = (number: string, bornOn = '1985-03-01', email: string | null = null): Promise<Answer> =>
  api.nobody.post('/registrations', { number, bornOn, email });
const statusOf = async (receipt: string): Promise<{ state: string; reason: string | null }> =>
  (await api.nobody.post('/registrations/status', { receipt })).body;

/** The secret of the link of the newest mail of a kind to somebody, or to an address, as the mailer makes it. */
async function linkTo(to: Person | string, template: 'registration-proof' | 'registration-granted'): Promise<string> {
  const mail = await api
    .em()
    .findOneOrFail(
      Outbox,
      { ...(typeof to === 'string' ? { address: to } : { recipientId: to.id }), template },
      { orderBy: { createdAt: 'desc' } },
    );
  return issueRegistrationToken(
    api.em() as EntityManager,
    String(mail.data.claimId),
    template === 'registration-proof' ? 'proof' : 'password',
  );
}
const prove = (token: string): Promise<Answer> => api.nobody.post('/registrations/proof', { token });
async function proved(person: Person, email: string | null = null): Promise<{ receipt: string; procedureId: string }> {
  const { receipt } = (await claim(await numberOf(person), '1985-03-01', email)).body;
  expect((await prove(await linkTo(email ?? person, 'registration-proof'))).body).toMatchObject({
    state: 'waitingForApproval',
  });
  const [row] = await api
    .em()
    .execute<{ matter_id: string }[]>(
      `select matter_id from registration_claim where employee_id = ? and state = 'proved'`,
      [person.id],
    );
  await expect.poll(() => openProcedureTask(api.em(), row!.matter_id)).toBeTruthy();
  return { receipt, procedureId: row!.matter_id };
}
/** What the expiry of its procedure does to a claim. */
async function settleClaimOf(em: EntityManager, procedureId: string): Promise<void> {
  await settleClaim(em, (await findClaimOfProcedure(em, procedureId))!.id, 'expired', null);
}
const decide = (procedureId: string, decision: 'approve' | 'reject', person: Person) =>
  actOnProcedure(api.em(), engine.client, { procedureId, decision, actorId: person.id });

describe('self-registration', () => {
  it('S3.2 claim, proof, approval in the inbox, first password, sign-in; with the engine away the relay starts it', async () => {
    const person = agency.people.employee;
    const { receipt, procedureId } = await proved(person);
    expect(await statusOf(receipt)).toMatchObject({ state: 'waitingForApproval' });
    const officer = await api.as(agency.people.officer.id);
    const { items } = (await officer.get('/inbox?kind=approveRegistration')).body;
    expect(items).toMatchObject([{ matter: { id: procedureId }, employee: { id: person.id } }]);
    expect((await officer.get(`/tasks/${items[0].id}`)).body).toMatchObject({
      decisions: ['approve', 'reject'],
      procedure: { data: { givenEmail: null, number: await numberOf(person) } },
    });

    expect(await decide(procedureId, 'approve', agency.people.officer)).toMatchObject({ kind: 'applied' });
    expect(await statusOf(receipt)).toMatchObject({ state: 'approved' });
    const token = await linkTo(person, 'registration-granted');
    expect((await api.nobody.post('/registrations/password', { token, password: 'pendek' })).body).toMatchObject({
      code: 'password.tooShort',
    });
    expect((await api.nobody.post('/registrations/password', { token, password: PASSWORD })).body).toEqual({
      done: true,
    });
    expect((await api.em().findOneOrFail(Account, { employeeId: person.id })).passwordHash).toMatch(/^\$argon2id\$/);
    expect(await statusOf(receipt)).toMatchObject({ state: 'active' });
    expect((await api.nobody.post('/registrations/password', { token, password: PASSWORD })).body).toMatchObject({
      code: 'registration.linkInvalid',
    });
    expect((await api.nobody.post('/session', { number: await numberOf(person), password: PASSWORD })).status).toBe(
      200,
    );
    expect(await api.em().count(Outbox, { matterId: procedureId, template: 'procedure-finished' })).toBe(0);
  });

  it('S3.2 rejected with a reason, which the receipt and a mail tell', async () => {
    const { receipt, procedureId } = await proved(agency.people.colleague);
    await decide(procedureId, 'reject', agency.people.officer);
    expect(await statusOf(receipt)).toMatchObject({
      state: 'rejected',
      reason: 'Alasan yang cukup panjang untuk dibaca.',
    });
    expect(await api.em().find(Outbox, { matterId: procedureId, template: 'procedure-finished' })).toMatchObject([
      { recipientId: agency.people.colleague.id, data: { outcome: 'rejected' } },
    ]);
  });

  it('S3.2 another official address: the officer sees both, and it counts once it was approved', async () => {
    const person = agency.people.outsider;
    const { procedureId } = await proved(person, 'pegawai.balai@balai.contoh.go.id');
    const officer = await api.as(agency.people.branchOfficer.id);
    const { items } = (await officer.get('/inbox?kind=approveRegistration')).body;
    expect((await officer.get(`/tasks/${items[0].id}`)).body.procedure.data).toMatchObject({
      rosterEmail: 'p20@contoh.go.id',
      givenEmail: 'pegawai.balai@balai.contoh.go.id',
    });
    expect(
      await api.em().find(Outbox, { address: 'pegawai.balai@balai.contoh.go.id', template: 'registration-proof' }),
    ).toMatchObject([{ recipientId: null }]);
    expect(await api.em().count(Outbox, { recipientId: person.id, template: 'registration-proof' })).toBe(0);
    await decide(procedureId, 'approve', agency.people.branchOfficer);
    expect(
      (await api.em().findOneOrFail(Outbox, { recipientId: person.id, template: 'registration-granted' })).address,
    ).toBe('pegawai.balai@balai.contoh.go.id');
    await api.nobody.post('/registrations/password', {
      token: await linkTo(person, 'registration-granted'),
      password: PASSWORD,
    });
    expect((await api.em().findOneOrFail(Employee, { id: person.id })).email).toBe('pegawai.balai@balai.contoh.go.id');
  });

  it('S3.2 a link that was not used in time opens nothing', async () => {
    const person = agency.people.auditor;
    const { receipt } = (await claim(await numberOf(person))).body;
    const token = await linkTo(person, 'registration-proof');
    await api
      .em()
      .execute(`update registration_claim set expires_at = now() - interval '1 second' where employee_id = ?`, [
        person.id,
      ]);
    expect((await api.nobody.post('/registrations/proof', { token })).body).toMatchObject({
      code: 'registration.linkInvalid',
    });
    expect((await api.nobody.post('/registrations/proof', { token: 'x'.repeat(43) })).body).toMatchObject({
      code: 'registration.linkInvalid',
    });
    expect(await statusOf(receipt)).toMatchObject({ state: 'expired' });
  });

  it('S3.2 a proof that is sent 50 times opens one procedure', async () => {
    const person = agency.people.systemAdmin;
    await claim(await numberOf(person));
    const token = await linkTo(person, 'registration-proof');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.nobody.post('/registrations/proof', { token })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [{ n }] = (await api
      .em()
      .execute<{ n: number }[]>(
        `select count(*)::int as n from matter where kind <> 'performanceCycle' and employee_id = ?`,
        [person.id],
      )) as [{ n: number }];
    expect(n).toBe(1);
  });
});

describe('enumeration of numbers', () => {
  /** The statements a request causes, without its values. */
  async function statementsOf(request: () => Promise<Answer>): Promise<{ answer: Answer; statements: string[] }> {
    query.mockClear();
    const answer = await request();
    const texts = query.mock.calls.map(([first]: unknown[]) =>
      typeof first === 'string' ? first : (first as { text: string }).text,
    );
    return {
      answer,
      statements: texts.filter((text) =>
        /registration|sign_in_throttle|outbox|matter|command|begin|commit/i.test(text),
      ),
    };
  }
  const shapeOf = ({ status, body, headers }: Answer) => ({
    status,
    keys: Object.keys(body).sort(),
    receipt: String(body.receipt).replace(/[0-9A-F]/g, '#'),
    type: headers.get('content-type'),
  });

  /** A known number, and three ways of not being one. */
  const cases = async (person: Person): Promise<[string, string, string][]> => [
    ['known', await numberOf(person), '1985-03-01'],
    ['wrong birth date', await numberOf(agency.people.head), '1985-03-02'],
    ['has an account', await numberOf(agency.people.employee), '1985-03-01'],
    ['nobody', '198503012010011999', '1985-03-01'],
  ];
  const withoutRelay = async (work: () => Promise<void>): Promise<void> => {
    await relay.stop();
    await work();
    relay.start();
  };

  it('S3.2 no enumeration by a claim: answered alike and the same work for a known number, a wrong birth date, somebody who has an account and nobody', () =>
    withoutRelay(async () => {
      await claim('198503012010011998');
      const seen: { shape: object; statements: string[]; state: string }[] = [];
      const all = await cases(agency.people.secretary);
      for (const [, number, bornOn] of all) {
        const { answer, statements } = await statementsOf(() => claim(number, bornOn));
        seen.push({ shape: shapeOf(answer), statements, state: (await statusOf(answer.body.receipt)).state });
      }
      expect(seen[0]).toMatchObject({ shape: { status: 202 }, state: 'waitingForProof' });
      expect(seen[0]!.statements.some((text) => text.includes('registration_claim'))).toBe(true);
      for (const [index, [name]] of all.entries()) expect(seen[index], name).toEqual(seen[0]);
      expect(await api.em().count(Outbox, { recipientId: agency.people.head.id })).toBe(0);
    }));

  it('S3.2 no enumeration by another address: the same mail, the same answer to its link, the same status until the same end, whoever has the number', () =>
    withoutRelay(async () => {
      const all = await cases(agency.people.secretary);
      const seen: object[] = [];
      const receipts: string[] = [];
      for (const [index, [, number, bornOn]] of all.entries()) {
        const address = `pencoba${index}@luar.contoh.go.id`;
        const asked = await statementsOf(() => claim(number, bornOn, address));
        const [mail, ...more] = await api.em().find(Outbox, { address });
        expect(more).toEqual([]);
        const token = await linkTo(address, 'registration-proof');
        const first = await statementsOf(() => prove(token));
        const again = await statementsOf(() => prove(token));
        receipts.push(asked.answer.body.receipt);
        seen.push({
          asked: { ...asked, answer: shapeOf(asked.answer) },
          mail: { template: mail!.template, recipient: mail!.recipientId, keys: Object.keys(mail!.data).sort() },
          first: { ...first, answer: { ...shapeOf(first.answer), body: first.answer.body } },
          again: { ...again, answer: again.answer.body },
          status: await statusOf(receipts.at(-1)!),
        });
      }
      expect(seen[0]).toMatchObject({
        mail: { template: 'registration-proof', recipient: null },
        first: { answer: { status: 200, body: { state: 'waitingForApproval' } } },
        status: { state: 'waitingForApproval', reason: null },
      });
      for (const [index, [name]] of all.entries()) expect(seen[index], name).toEqual(seen[0]);
      // Only the known one has a procedure; its first message is left to the relay, so the answer waits for no engine.
      const opened = await api
        .em()
        .execute<{ employee_id: string }[]>(
          `select p.employee_id from registration_claim c join matter p on p.id = c.matter_id where c.email like 'pencoba%'`,
        );
      expect(opened).toEqual([{ employee_id: agency.people.secretary.id }]);

      await api
        .em()
        .execute(`update registration_claim set expires_at = now() - interval '1 second' where email like 'pencoba%'`);
      for (const receipt of receipts) expect(await statusOf(receipt)).toMatchObject({ state: 'expired', reason: null });
    }));

  it("S3.2 no enumeration by the end of a procedure: it is told at the end that was named, and to the roster's address only", async () => {
    const address = 'sekretaris.lain@luar.contoh.go.id';
    await api
      .em()
      .execute(`update registration_claim set state = 'expired', employee_id = null where employee_id = ?`, [
        agency.people.secretary.id,
      ]);
    const { receipt, procedureId } = await proved(agency.people.secretary, address);
    await api.em().transactional((em) => settleClaimOf(em as EntityManager, procedureId));
    expect(await statusOf(receipt)).toMatchObject({ state: 'waitingForApproval' });
    await api
      .em()
      .execute(`update registration_claim set expires_at = now() - interval '1 second' where email = ?`, [address]);
    expect(await statusOf(receipt)).toMatchObject({ state: 'expired' });
  });

  it('S3.2 no enumeration by a second claim: when the owner proves theirs, the other one goes on like one of nobody', async () => {
    const owner = agency.people.auditor;
    const stranger = (await claim(await numberOf(owner), '1985-03-01', 'orang@lain.contoh.go.id')).body.receipt;
    await proved(owner);
    expect(await statusOf(stranger)).toMatchObject({ state: 'waitingForProof' });
    expect((await prove(await linkTo('orang@lain.contoh.go.id', 'registration-proof'))).body).toMatchObject({
      state: 'waitingForApproval',
    });
    expect(
      await api
        .em()
        .execute(`select employee_id, matter_id from registration_claim where email = 'orang@lain.contoh.go.id'`),
    ).toEqual([{ employee_id: null, matter_id: null }]);
  });

  it('S3.2 nobody is flooded: an address gets three proof mails a day, whatever numbers are claimed and however many at a time', async () => {
    const numbers = Array.from({ length: 8 }, (_, index) => `19850301201001${1900 + index}`);
    const answers = await Promise.all(numbers.map((number) => claim(number, '1985-03-01', 'Korban@contoh.go.id')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(await api.em().count(Outbox, { address: { $ilike: 'korban@contoh.go.id' } })).toBe(3);
  });

  it('S3.2 repeated claims are slowed down, whether the number is known or not', async () => {
    const tries = async (number: string): Promise<number[]> => {
      const statuses: number[] = [];
      for (let index = 0; index < 7; index += 1) statuses.push((await claim(number)).status);
      return statuses;
    };
    const known = await tries(await numberOf(agency.people.superior));
    expect(known).toContain(429);
    expect(await tries('198503012010011997')).toEqual(known);
    expect(
      await api.em().count(Outbox, { recipientId: agency.people.superior.id, template: 'registration-proof' }),
    ).toBeLessThanOrEqual(3);
  });

  it('S3.2 what cannot be a number is said so, with its code, before anything is looked up', async () => {
    expect(await claim('12345')).toMatchObject({ status: 422, body: { code: 'nip.format' } });
    expect(await claim('199002302015051001')).toMatchObject({ status: 422, body: { code: 'nip.lahir' } });
    expect(await claim('199001012015131001')).toMatchObject({ status: 422, body: { code: 'nip.bulan' } });
    expect(await claim('198503012010011996', '1985-03-01', 'saya@gmail.com')).toMatchObject({
      status: 422,
      body: { code: 'registration.email' },
    });
    expect((await api.nobody.post('/registrations/status', { receipt: 'ABCD' })).status).toBe(404);
  });
});
