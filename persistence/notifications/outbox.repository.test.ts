import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { useDatabase } from '#test/environment/use-agency.ts';
import type { MailTemplate } from '#domain/notifications/mail.ts';
import { findPositionTitle } from './mail-facts.queries.ts';
import { readMailRows } from './mail-rows.queries.ts';
import { Outbox } from './notifications.entities.ts';
import {
  claimBatch,
  dropStale,
  findRecipient,
  listWaiting,
  markDropped,
  markFailed,
  markRetry,
  markSent,
  renewClaims,
  type MailPolicy,
} from './outbox.repository.ts';

const policy: MailPolicy = {
  awaited: ['password-reset', 'registration-proof'],
  digests: ['reminder', 'escalation'],
  mustArrive: ['returned', 'result'],
};

const unitId = randomUUID();
const positionId = randomUUID();
const [anna, budi] = [randomUUID(), randomUUID()];

const { em, orm } = await useDatabase();
await em().execute(
  `insert into unit (id, code, name, path, time_zone) values (?, '01', 'Dinas', '/01/', 'Asia/Makassar')`,
  [unitId],
);
await em().execute(
  `insert into position (id, unit_id, title, kind, grade_level) values (?, ?, 'Kepala Bidang', 'JA', 'administrator')`,
  [positionId, unitId],
);
for (const [id, name, locale] of [
  [anna, 'Anna', 'en'],
  [budi, 'Budi', 'id'],
]) {
  await em().execute(
    `insert into employee (id, name, born_on, sex, email, employment, grade, unit_id, locale) values (?, ?, '1990-01-01', 'P', ?, 'PNS', 'III/a', ?, ?)`,
    [id, name, `${name}@example.go.id`, unitId, locale],
  );
}
afterEach(async () => {
  await orm.em.fork().execute('delete from outbox');
});

async function write(
  template: MailTemplate,
  { recipientId = anna, waitedMs = 0, data = {} }: { recipientId?: string; waitedMs?: number; data?: object } = {},
) {
  const id = randomUUID();
  await orm.em.fork().execute(
    `insert into outbox (id, dedupe_key, template, recipient_id, data, created_at, available_at)
     values (?, ?, ?, ?, ?::jsonb, now(), now() - ? * interval '1 millisecond')`,
    [id, id, template, recipientId, JSON.stringify(data), waitedMs],
  );
  return id;
}

const read = async (id: string) => orm.em.fork().findOneOrFail(Outbox, { id });
const list = async (digestHoldMs = 0) =>
  (await listWaiting(orm.em.fork(), { policy, limit: 100, digestHoldMs, requeueAfterMs: 60_000 })).map(
    ({ outboxId }) => outboxId,
  );
const claim = (outboxId: string, limit = 100) =>
  orm.em.fork().transactional((em) => claimBatch(em, { policy, outboxId, messageIdHost: 'example.go.id', limit }));

it('lists what is due, digests once and last, and none before its time', async () => {
  const digest = await write('reminder', { waitedMs: 9_000 });
  await write('reminder', { waitedMs: 3_000 });
  const escalation = await write('escalation', { waitedMs: 2_000 });
  const others = await write('reminder', { waitedMs: 1_000, recipientId: budi });
  const older = await write('result', { waitedMs: 500 });
  const newer = await write('result', { waitedMs: 100 });
  await write('result', { waitedMs: -60_000 });
  expect(await list()).toEqual([older, newer, digest, escalation, others]);
  expect(await list(5_000)).toEqual([older, newer, digest]);
});

it('S3.2 S3.3 lists what somebody waits for before all else, and nothing else when asked so', async () => {
  const older = await write('guideline', { waitedMs: 9_000 });
  const reset = await write('password-reset', { waitedMs: 100 });
  const proof = await write('registration-proof', { waitedMs: 500 });
  const waiting = (onlyAwaited: boolean) =>
    listWaiting(orm.em.fork(), { policy, limit: 2, digestHoldMs: 0, requeueAfterMs: 60_000, onlyAwaited });
  expect((await list()).slice(0, 3)).toEqual([proof, reset, older]);
  expect(await waiting(true)).toMatchObject([
    { outboxId: proof, isAwaited: true },
    { outboxId: reset, isAwaited: true },
  ]);
});

it('gives a mail a new turn with each attempt and each minute of waiting', async () => {
  const id = await write('result', { waitedMs: 200_000 });
  const turn = async () =>
    (await listWaiting(orm.em.fork(), { policy, limit: 1, digestHoldMs: 0, requeueAfterMs: 60_000 }))[0]?.turn;
  expect(await turn()).toBe('0-3');
  await markRetry(orm.em.fork(), await claim(id), { error: 'away', delayMs: 0, isCertainlyUnsent: true });
  expect(await turn()).toBe('1-0');
});

it('claims a row once, however many ask at the same time', async () => {
  const id = await write('task-assigned');
  const claims = (await Promise.all(Array.from({ length: 8 }, () => claim(id)))).flat();
  expect(claims).toEqual([
    { id, template: 'task-assigned', recipientId: anna, messageId: `<${id}@example.go.id>`, attempts: 1 },
  ]);
  expect(await read(id)).toMatchObject({ state: 'sending', messageId: `<${id}@example.go.id>` });
  expect(await claim(id)).toEqual([]);
});

it('claims with a digest all that waits for the same person in the same matter, up to a limit', async () => {
  const first = await write('escalation', { waitedMs: 3_000 });
  const second = await write('escalation', { waitedMs: 2_000 });
  const third = await write('escalation', { waitedMs: 1_000 });
  await write('escalation', { recipientId: budi, waitedMs: 1_000 });
  await write('reminder', { waitedMs: 1_000 });
  await write('escalation', { waitedMs: -60_000 });
  const claims = await claim(first, 2);
  expect(claims.map(({ id }) => id).sort()).toEqual([first, second].sort());
  expect(new Set(claims.map(({ messageId }) => messageId))).toEqual(new Set([`<${first}@example.go.id>`]));
  expect((await claim(third)).map(({ id }) => id)).toEqual([third]);
});

it('repeats an unclear attempt with the same rows and Message-ID, but lets a certain one take in more', async () => {
  const [first, second] = [await write('reminder', { waitedMs: 2_000 }), await write('reminder', { waitedMs: 1_000 })];
  const unclear = await claim(first);
  await markRetry(orm.em.fork(), unclear, { error: 'line broke', delayMs: 0, isCertainlyUnsent: false });
  const third = await write('reminder');
  expect((await list()).length).toBe(2);
  const again = await claim(first);
  expect(again.map(({ id }) => id).sort()).toEqual([first, second].sort());
  expect(again[0]!.messageId).toBe(unclear[0]!.messageId);

  await markRetry(orm.em.fork(), again, { error: '451 later', delayMs: 0, isCertainlyUnsent: true });
  expect((await claim(first)).map(({ id }) => id).sort()).toEqual([first, second, third].sort());
});

it('lets only the present claim change a row, but believes whoever has sent it', async () => {
  const id = await write('result');
  const lost = await claim(id);
  await markRetry(orm.em.fork(), lost, { error: 'x', delayMs: 0, isCertainlyUnsent: false });
  const held = await claim(id);
  const em = orm.em.fork();
  await markRetry(em, lost, { error: 'too late', delayMs: 0, isCertainlyUnsent: true });
  await markFailed(em, lost, 'too late');
  await markDropped(em, lost, 'too late');
  expect(await read(id)).toMatchObject({ state: 'sending', attempts: 2, messageId: held[0]!.messageId });
  await markSent(em, [id], 'Perihal');
  expect(await read(id)).toMatchObject({ state: 'sent', subject: 'Perihal', lastError: null, claimedAt: null });
  await markFailed(em, held, 'too late');
  expect(await read(id)).toMatchObject({ state: 'sent' });
});

it('puts back for later, fails and drops with the reason', async () => {
  const em = orm.em.fork();
  const [later, failed, dropped] = [await write('result'), await write('returned'), await write('reminder')];
  await markRetry(em, await claim(later), { error: 'away\n for now', delayMs: 60_000, isCertainlyUnsent: true });
  await markFailed(em, await claim(failed), `550 ${'x'.repeat(1_000)}`);
  await markDropped(em, await claim(dropped), 'done');
  expect(await read(later)).toMatchObject({ state: 'waiting', lastError: 'away for now', messageId: null });
  expect((await read(later)).availableAt.getTime()).toBeGreaterThan(Date.now() + 50_000);
  expect((await read(failed)).lastError).toHaveLength(500);
  expect(await read(dropped)).toMatchObject({ state: 'dropped', lastError: 'done' });
  expect(await list()).toEqual([]);
});

it('settles the claims of a mailer that died: what must arrive waits again, a reminder is dropped, a claim kept alive stays', async () => {
  const em = orm.em.fork();
  const [decision, reminder, alive] = [await write('returned'), await write('reminder'), await write('result')];
  const [messageId] = (await claim(decision)).map((row) => row.messageId);
  await claim(reminder);
  const kept = await claim(alive);
  await em.execute(`update outbox set claimed_at = now() - interval '3 minutes'`);
  await renewClaims(em, kept);
  expect(await dropStale(em, policy, 120_000)).toEqual({ waiting: 1, dropped: 1 });
  expect(await read(decision)).toMatchObject({
    state: 'waiting',
    messageId,
    lastError: 'the mailer stopped while it was sending this mail',
  });
  expect(await read(reminder)).toMatchObject({ state: 'dropped' });
  expect(await read(alive)).toMatchObject({ state: 'sending' });
});

it('finds the recipient with the zone of the unit', async () => {
  expect(await findRecipient(orm.em.fork(), anna)).toEqual({
    id: anna,
    name: 'Anna',
    email: 'Anna@example.go.id',
    locale: 'en',
    timeZone: 'Asia/Makassar',
  });
  expect(await findRecipient(orm.em.fork(), randomUUID())).toBeNull();
});

it('reads who is waited for, and nothing for what is not there', async () => {
  const id = await write('escalation', { data: { waitingForId: budi, periodNo: 3 } });
  const odd = await write('escalation', { data: { waitingForId: 'nobody', periodNo: 'x' } });
  const rows = await readMailRows(orm.em.fork(), [id, odd]);
  const nothing = { taskState: null, matter: null, recipientId: anna, address: null };
  expect(rows.find((row) => row.id === id)).toMatchObject({ waitingForName: 'Budi', ...nothing });
  expect(rows.find((row) => row.id === odd)).toMatchObject({ waitingForName: null, ...nothing });
});

it('reads the year or the procedure that a mail is about, with the person and the period', async () => {
  const em = orm.em.fork();
  const [ruleSetId, cycleId, procedureId] = [randomUUID(), randomUUID(), randomUUID()];
  await em.execute(
    `insert into rule_set (id, code, name, valid_from, data) values (?, 'r', 'Aturan', '2026-01-01', '{}')`,
    [ruleSetId],
  );
  await em.execute(
    `insert into matter (id, kind, subject, employee_id, unit_id, rule_set_id, time_zone, workflow_id, process)
     values (?, 'performanceCycle', null, ?, ?, ?, 'Asia/Makassar', 'c', '{}'), (?, 'correctionRequest', 'Nama keliru', ?, ?, ?, 'Asia/Makassar', 'p', '{}')`,
    [cycleId, budi, unitId, ruleSetId, procedureId, budi, unitId, ruleSetId],
  );
  await em.execute(
    `insert into cycle (id, employee_id, position_id, year, starts_on, ends_on) values (?, ?, ?, 2026, '2026-01-01', '2026-12-31')`,
    [cycleId, budi, positionId],
  );
  await em.execute(
    `insert into period (cycle_id, number, starts_on, ends_on, opens_at, due_at) values (?, 3, '2026-03-01', '2026-03-31', now(), now())`,
    [cycleId],
  );
  const ofYear = await write('reminder', { data: { periodNo: 3 } });
  const ofProcedure = await write('procedure-finished');
  await em.execute(`update outbox set matter_id = ? where id = ?`, [cycleId, ofYear]);
  await em.execute(`update outbox set matter_id = ? where id = ?`, [procedureId, ofProcedure]);
  const rows = await readMailRows(em, [ofYear, ofProcedure]);
  expect(rows.find((row) => row.id === ofYear)!.matter).toEqual({
    id: cycleId,
    kind: 'performanceCycle',
    subject: '',
    employeeId: budi,
    employeeName: 'Budi',
    positionTitle: 'Kepala Bidang',
    year: 2026,
    period: { startsOn: '2026-03-01', endsOn: '2026-03-31' },
  });
  expect(rows.find((row) => row.id === ofProcedure)!.matter).toEqual({
    id: procedureId,
    kind: 'correctionRequest',
    subject: 'Nama keliru',
    employeeId: budi,
    employeeName: 'Budi',
    positionTitle: null,
    year: null,
    period: null,
  });
  expect(await findPositionTitle(em, positionId)).toBe('Kepala Bidang');
  expect(await findPositionTitle(em, randomUUID())).toBeNull();
});
