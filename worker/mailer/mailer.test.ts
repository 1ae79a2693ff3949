import type { MailTemplate } from '#domain/notifications/mail.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MAIL_TEMPLATES } from '#domain/notifications/mail.ts';
import { resendMail } from '#persistence/notifications/mails.queries.ts';
import { useDatabase } from '#test/environment/use-agency.ts';
import { startMailer, type Mailer, type MailerOptions } from './mailer.ts';
import {
  addressFor,
  countStates,
  createAgency,
  createEmployee,
  writeMails,
  type Agency,
} from './test-support/agency.ts';
import { SAMPLES } from './test-support/samples.ts';
import { refusal, startRelay, type Relay } from './test-support/relay.ts';

let relay: Relay;
let agency: Agency;
const running = new Set<Mailer>();

const { orm, databaseUrl } = await useDatabase();
beforeEach(async () => {
  relay = await startRelay();
  agency = await createAgency(orm);
});
afterEach(async () => {
  await Promise.all([...running].map((mailer) => mailer.stop()));
  running.clear();
  await relay.stop();
  await orm.em.fork().execute('delete from outbox');
});

async function start(options: Partial<MailerOptions> = {}): Promise<Mailer> {
  const mailer = await startMailer({
    orm,
    databaseUrl,
    smtpUrl: relay.url,
    mailFrom: 'E-Kinerja ASN <no-reply@kinerja.example.go.id>',
    publicUrl: 'https://kinerja.example.go.id',
    log: pino({ level: 'silent' }),
    pollMs: 200,
    digestHoldMs: 0,
    mailsPerSecond: 1_000,
    retry: { firstDelayMs: 150, longestDelayMs: 500, giveUpAfterMs: 60_000 },
    ...options,
  });
  running.add(mailer);
  return mailer;
}

const untilStates = (expected: Record<string, number>, timeout = 90_000) =>
  vi.waitFor(async () => expect(await countStates(orm)).toEqual(expected), { timeout, interval: 50 });

const rowOf = async (id: string) => {
  const [row] = await orm.em
    .fork()
    .execute<
      {
        state: string;
        attempts: number;
        last_error: string | null;
        message_id: string | null;
        subject: string | null;
        sent_at: string | null;
      }[]
    >('select state, attempts, last_error, message_id, subject, sent_at from outbox where id = ?', [id]);
  return row!;
};

const [cycleOf, taskOf] = [() => agency.cycleIds[0]!, () => agency.taskIds[0]!];

it('sends each kind of mail once, though two mailers look into the same outbox', async () => {
  await Promise.all([start(), start()]);
  const ids = await writeMails(
    orm,
    MAIL_TEMPLATES.map((template) => ({
      template,
      recipientId: agency.superiorId,
      matterId: cycleOf(),
      taskId: taskOf(),
    })),
  );
  await untilStates({ sent: ids.length });
  expect(relay.received.map(({ messageId }) => messageId).sort()).toEqual(
    ids.map((id) => `<${id}@kinerja.example.go.id>`).sort(),
  );

  const row = await rowOf(ids[0]!);
  expect(row).toMatchObject({
    attempts: 1,
    subject: 'Tugas menunggu Anda: Persetujuan SKP',
    last_error: null,
    message_id: `<${ids[0]}@kinerja.example.go.id>`,
  });
  expect(row.sent_at).not.toBeNull();

  const mail = await relay.parsed(relay.received.findIndex(({ messageId }) => messageId === row.message_id));
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  expect(mail.references).toBe(`<matter-${cycleOf()}@kinerja.example.go.id>`);
  expect(mail.from?.value).toEqual([{ name: 'E-Kinerja ASN', address: 'no-reply@kinerja.example.go.id' }]);
  expect(mail.to).toMatchObject({ value: [{ name: 'Bambang Wicaksono', address: addressFor(agency.superiorId) }] });
  expect(mail.subject).toBe('Tugas menunggu Anda: Persetujuan SKP');
  expect(mail.html).toContain(`https://kinerja.example.go.id/tasks/${taskOf()}`);
  expect(mail.text).toContain('Siti Rahmawati 1');
});

it('S3.2 no enumeration by the proof mail: to an address that nobody has proved it names nobody, in the language of the page it was asked on', async () => {
  await start();
  for (const locale of ['id', 'en']) {
    const [claim] = await orm.em
      .fork()
      .execute<{ id: string }[]>(
        `insert into registration_claim (receipt_hash, email, expires_at) values (sha256(?::bytea), 'baru@contoh.go.id', now() + interval '1 day') returning id`,
        [locale],
      );
    await orm.em
      .fork()
      .execute(
        `insert into outbox (dedupe_key, template, address, data, created_at) values (?, 'registration-proof', 'baru@contoh.go.id', ?::jsonb, now())`,
        [`proof:${locale}`, JSON.stringify({ claimId: claim!.id, locale, expiresAt: '2026-11-24T06:45:00Z' })],
      );
  }
  await untilStates({ sent: 2 });
  const mails = await Promise.all(relay.received.map((_, index) => relay.parsed(index)));
  const [inIndonesian, inEnglish] = ['Yth. Pendaftar,', 'Dear applicant,'].map((greeting) =>
    mails.find(({ text }) => text!.includes(greeting))!,
  );
  for (const mail of [inIndonesian!, inEnglish!]) {
    expect(mail.to).toMatchObject({ value: [{ name: '', address: 'baru@contoh.go.id' }] });
    expect(mail.text).toMatch(/\/register\/proof#[\w-]{43}/);
    expect(mail.html).toMatch(/\/register\/proof#[\w-]{43}/);
  }
  expect(inIndonesian!.text).toContain('Jika nomor dan tanggal lahir cocok dengan daftar pegawai');
  expect(inIndonesian!.text).toContain('24 November 2026 pukul 13.45 WIB');
  expect(inEnglish!.text).toContain('If number and date of birth match the staff roster');
});

it('S1.3 tells a superior in one mail who of their people has not read a guideline, in their language, and nothing when all have read it meanwhile', async () => {
  await start();
  const { versionId, guidelineId } = SAMPLES.guideline.data;
  const dueAt = '2026-11-24T16:59:59.999Z';
  const post = async (employeeId: string, above: string | null): Promise<string> => {
    const [row] = await orm.em
      .fork()
      .execute<{ id: string }[]>(
        `insert into position (unit_id, title, kind, grade_level, superior_position_id) values (?, 'Jabatan', 'JF', 'muda', ?) returning id`,
        [agency.unitId, above],
      );
    await orm.em
      .fork()
      .execute(`insert into position_assignment (position_id, employee_id, valid_from) values (?, ?, '2020-01-01')`, [
        row!.id,
        employeeId,
      ]);
    return row!.id;
  };
  const team = async (
    locale: 'id' | 'en',
    names: readonly string[],
    acknowledgedAt: string | null = null,
  ): Promise<string> => {
    const boss = await createEmployee(orm, agency.unitId, { name: `Atasan ${locale}`, locale });
    const above = await post(boss, null);
    for (const name of names) {
      const person = await createEmployee(orm, agency.unitId, { name });
      await post(person, above);
      await orm.em
        .fork()
        .execute(
          `insert into guideline_reader (version_id, employee_id, announced_at, due_at, acknowledged_at) values (?, ?, now(), ?, ?)`,
          [versionId, person, dueAt, acknowledgedAt],
        );
    }
    return boss;
  };
  const [indonesian, english, done] = [
    await team('id', ['Ani <b>', 'Budi']),
    await team(
      'en',
      Array.from({ length: 102 }, (_, index) => `Person ${100 + index}`),
    ),
    await team('id', ['Citra'], dueAt),
  ];
  await writeMails(
    orm,
    [indonesian, english, done].map((recipientId) => ({
      template: 'guideline',
      recipientId,
      data: { step: 'superior', versionId, guidelineId, dueAt },
    })),
  );
  await untilStates({ sent: 2, dropped: 1 });
  const mails = await Promise.all(relay.received.map((_, index) => relay.parsed(index)));
  const mailTo = (id: string) => mails.find(({ to }) => JSON.stringify(to).includes(addressFor(id)))!;
  const toIndonesian = mailTo(indonesian);
  expect(toIndonesian.subject).toBe('Pegawai Anda belum membaca pedoman: Pengelolaan Kinerja');
  expect(toIndonesian.text).toContain('Jumlah pegawai Anda yang belum menyatakan membaca pedoman ini: 2.');
  expect(toIndonesian.text).toMatch(/Ani <b>\s+Budi/);
  expect(toIndonesian.html).toContain('Ani &lt;b&gt;');
  expect(toIndonesian.text).toContain('24 November 2026 pukul 23.59 WIB');
  const toEnglish = mailTo(english);
  expect(toEnglish.subject).toBe('Your people have not read a guideline: Pengelolaan Kinerja');
  expect(toEnglish.text).toContain('Number of your people who have not said that they read this guideline: 102.');
  expect(toEnglish.text).toContain('and 2 more');
  expect(toEnglish.html).toContain('Person 199');
  expect(toEnglish.html).not.toContain('Person 200');
});

it('S3.3 sends a link that somebody waits for before the thousand mails that were written earlier', async () => {
  await writeMails(
    orm,
    Array.from({ length: 1_000 }, () => ({
      template: 'result' as const,
      recipientId: agency.superiorId,
      matterId: cycleOf(),
    })),
  );
  await start({ mailsPerSecond: 50, concurrency: 2 });
  await vi.waitFor(() => expect(relay.received.length).toBeGreaterThan(10), { timeout: 60_000, interval: 20 });
  const [link] = await writeMails(orm, [{ template: 'password-reset', recipientId: agency.subordinateIds[0]! }]);
  await vi.waitFor(async () => expect((await rowOf(link!)).state).toBe('sent'), { timeout: 60_000, interval: 50 });
  expect((await countStates(orm))['waiting']).toBeGreaterThan(500);
});

it('loses nothing while the relay is away', async () => {
  await relay.stop();
  await start();
  const people = await Promise.all(Array.from({ length: 12 }, () => createEmployee(orm, agency.unitId)));
  const ids = await writeMails(
    orm,
    people.map((recipientId) => ({ template: 'task-assigned', recipientId })),
  );
  await vi.waitFor(
    async () => expect(await rowOf(ids[0]!)).toMatchObject({ last_error: expect.stringContaining('ECONNREFUSED') }),
    { timeout: 90_000 },
  );
  await vi.waitFor(async () => expect((await rowOf(ids[0]!)).attempts).toBeGreaterThan(1), { timeout: 90_000 });
  expect(await countStates(orm)).not.toHaveProperty('failed');

  relay = await startRelay(relay.port);
  await untilStates({ sent: 12 });
  expect(relay.received.map(({ to }) => to).sort()).toEqual(people.map(addressFor).sort());
  expect((await rowOf(ids[0]!)).last_error).toBeNull();
});

it('fails a mail that the relay refuses for good, tries again what it cannot take now, and refuses hostile addresses itself', async () => {
  const [gone, busy, broken, hostile] = [
    await createEmployee(orm, agency.unitId),
    await createEmployee(orm, agency.unitId),
    await createEmployee(orm, agency.unitId, { email: 'someone@example.go.id\r\nBcc: all@example.go.id' }),
    await createEmployee(orm, agency.unitId, { name: 'Rudi\r\nBcc: all@example.go.id' }),
  ];
  relay.answer = (to, nth) => {
    if (to === addressFor(gone)) return { error: refusal(550, 'mailbox unavailable') };
    return to === addressFor(busy) && nth < 3 ? { error: refusal(451, 'try again later') } : {};
  };
  await start();
  const ids = await writeMails(
    orm,
    [gone, busy, broken, hostile].map((recipientId) => ({ template: 'task-assigned', recipientId })),
  );
  await untilStates({ failed: 3, sent: 1 });
  const rows = await Promise.all(ids.map(rowOf));
  expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
    ['failed', 1],
    ['sent', 3],
    ['failed', 1],
    ['failed', 1],
  ]);
  expect(rows[0]!.last_error).toContain('550 mailbox unavailable');
  expect(rows[2]!.last_error).toBe('the e-mail address has a line break or another control character');
  expect(rows[3]!.last_error).toBe('the name of the recipient has a line break or another control character');

  relay.answer = () => ({});
  expect(await resendMail(orm.em.fork(), ids[0]!)).toBe(true);
  expect(await resendMail(orm.em.fork(), ids[1]!)).toBe(false);
  await untilStates({ failed: 2, sent: 2 });
});

it('repeats a mail with the same Message-ID when the line broke after it was handed over', async () => {
  relay.answer = (_to, nth) => ({ hangUp: nth === 1 });
  await start();
  const [id] = await writeMails(orm, [{ template: 'result', recipientId: agency.superiorId, matterId: cycleOf() }]);
  await untilStates({ sent: 1 });
  expect(await rowOf(id!)).toMatchObject({ attempts: 2 });
  const messageId = `<${id}@kinerja.example.go.id>`;
  expect(relay.received.map((mail) => mail.messageId)).toEqual([messageId, messageId]);
});

it('lists fifty late subordinates in one mail', async () => {
  const large = await createAgency(orm, 50);
  const ids = await writeMails(
    orm,
    large.cycleIds.map((cycleId, index) => ({
      template: 'escalation',
      recipientId: large.superiorId,
      matterId: cycleId,
      taskId: large.taskIds[index]!,
    })),
  );
  await start();
  await untilStates({ sent: 50 });
  expect(relay.received).toHaveLength(1);
  const mail = await relay.parsed(0);
  expect(mail.subject).toBe('Eskalasi: 50 tugas melewati tenggat');
  for (const [index, cycleId] of large.cycleIds.entries()) {
    expect(mail.text).toContain(`Siti Rahmawati ${index + 1}\n`);
    expect(mail.html).toContain(`https://kinerja.example.go.id/cycles/${cycleId}`);
  }
  const rows = await Promise.all(ids.map(rowOf));
  expect(new Set(rows.map(({ message_id }) => message_id))).toEqual(new Set([relay.received[0]!.messageId]));
});

it('holds a digest until more lines had time to come', async () => {
  await start({ digestHoldMs: 3_600_000 });
  const write = () =>
    writeMails(orm, [{ template: 'reminder', recipientId: agency.superiorId, matterId: cycleOf(), taskId: taskOf() }]);
  await write();
  // What is written later and is no digest goes out: the mailer has passed the first line by.
  await writeMails(orm, [{ template: 'result', recipientId: agency.superiorId, matterId: cycleOf() }]);
  await untilStates({ sent: 1, waiting: 1 });
  await write();
  await orm.em
    .fork()
    .execute(`update outbox set available_at = available_at - interval '2 hours' where state = 'waiting'`);
  await untilStates({ sent: 3 });
  expect(relay.received).toHaveLength(2);
});

it('does not remind of a task that was done meanwhile, and fails what it cannot read or does not know', async () => {
  const em = orm.em.fork();
  await em.execute(`update task set state = 'done' where id = ?`, [taskOf()]);
  await start();
  const [done, unreadable, gone, unknown] = await writeMails(orm, [
    { template: 'reminder', recipientId: agency.superiorId, matterId: cycleOf(), taskId: taskOf() },
    { template: 'returned', recipientId: agency.superiorId, data: { taskKind: 'draftSkp' } },
    { template: 'training', recipientId: agency.superiorId, data: { step: 'missed', eventId: randomUUID() } },
    { template: 'of-another-release' as MailTemplate, recipientId: agency.superiorId, data: {} },
  ]);
  await untilStates({ dropped: 1, failed: 3 });
  expect((await rowOf(done!)).last_error).toBe('the task is no longer open');
  expect((await rowOf(unreadable!)).last_error).toBe('the data of the mail is not complete: dueAt, reason');
  expect((await rowOf(gone!)).last_error).toBe('what this mail speaks of does not exist');
  expect((await rowOf(unknown!)).last_error).toBe('no such mail: of-another-release');
  expect(relay.received).toHaveLength(0);
});

it(
  'sends everything once though the tables of the queue are emptied and dropped in mid-run',
  { timeout: 300_000 },
  async () => {
    relay.answer = () => ({ delayMs: 10 });
    await start();
    const people = await Promise.all(Array.from({ length: 120 }, () => createEmployee(orm, agency.unitId)));
    const ids = await writeMails(
      orm,
      people.map((recipientId) => ({ template: 'task-assigned', recipientId })),
    );
    await vi.waitFor(() => expect(relay.received.length).toBeGreaterThan(20), { timeout: 90_000, interval: 10 });
    const em = orm.em.fork();
    const tables = await em.execute<{ name: string }[]>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'bullmq'`,
    );
    await em.execute(`truncate ${tables.map(({ name }) => `bullmq.${name}`).join(', ')}`);
    await vi.waitFor(() => expect(relay.received.length).toBeGreaterThan(60), { timeout: 90_000, interval: 10 });
    await em.execute('drop schema bullmq cascade');
    await untilStates({ sent: ids.length });
    expect(new Set(relay.received.map(({ to }) => to)).size).toBe(ids.length);
    expect(relay.received).toHaveLength(ids.length);
  },
);

const processFile = fileURLToPath(new URL('./test-support/mailer-process.ts', import.meta.url));
const concurrency = 4;

async function startProcess(): Promise<ChildProcess> {
  const settings = { databaseUrl, smtpUrl: relay.url, concurrency, staleAfterMs: 1_500 };
  const child = spawn(process.execPath, [processFile, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  return child;
}

async function writeMany(count: number): Promise<string[]> {
  const people = await Promise.all(Array.from({ length: count }, () => createEmployee(orm, agency.unitId)));
  return writeMails(
    orm,
    people.map((recipientId) => ({ template: 'task-assigned', recipientId })),
  );
}

const untilReceived = (count: number) =>
  vi.waitFor(() => expect(relay.received.length).toBeGreaterThanOrEqual(count), { timeout: 90_000, interval: 5 });

it(
  'loses nothing when it is killed again and again, and repeats at most what was in work, with the same Message-ID',
  { timeout: 300_000 },
  async () => {
    relay.answer = () => ({ delayMs: 25 });
    const ids = await writeMany(120);
    const kills = 3;
    for (let kill = 1; kill <= kills; kill += 1) {
      const child = await startProcess();
      await untilReceived(kill * 25);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const last = await startProcess();
    await untilStates({ sent: ids.length });
    last.kill('SIGTERM');
    await once(last, 'exit');

    const copies = Map.groupBy(relay.received, ({ to }) => to);
    expect(copies.size).toBe(ids.length);
    expect(relay.received.length - ids.length).toBeLessThanOrEqual(concurrency * kills);
    for (const [, mails] of copies) expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1);
  },
);

it('repeats nothing when it is stopped in good order', { timeout: 300_000 }, async () => {
  relay.answer = () => ({ delayMs: 25 });
  const ids = await writeMany(200);
  const child = await startProcess();
  await untilReceived(15);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(await countStates(orm)).not.toHaveProperty('sending');
  expect(relay.received.length).toBeLessThan(ids.length);
  await start();
  await untilStates({ sent: ids.length });
  expect(relay.received).toHaveLength(ids.length);
});
