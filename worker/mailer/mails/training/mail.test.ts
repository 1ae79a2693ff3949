import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TrainingMailStep } from '#domain/notifications/mail.ts';
import { TrainingEvent } from '#persistence/training/training.entities.ts';
import { announce } from '#persistence/training/training-mails.repository.ts';
import { useDatabase } from '#test/environment/use-agency.ts';
import { createEvent } from '#test/factories/training.ts';
import { startMailer, type Mailer } from '../../mailer.ts';
import { createAgency, createEmployee } from '../../test-support/agency.ts';
import { startRelay, type Relay } from '../../test-support/relay.ts';

let relay: Relay;
let mailer: Mailer;

const { em, orm, databaseUrl } = await useDatabase();
const agency = await createAgency(orm);
beforeEach(async () => {
  relay = await startRelay();
  mailer = await startMailer({
    orm,
    databaseUrl,
    smtpUrl: relay.url,
    mailFrom: 'E-Kinerja ASN <no-reply@kinerja.example.go.id>',
    publicUrl: 'https://kinerja.example.go.id',
    log: pino({ level: 'silent' }),
    pollMs: 200,
    digestHoldMs: 0,
    mailsPerSecond: 1_000,
  });
});
afterEach(async () => {
  await mailer.stop();
  await relay.stop();
});

/** A real mail, as it came over SMTP. */
async function sent(
  step: TrainingMailStep,
  change: Partial<TrainingEvent> = {},
  data: object = {},
  locale: 'id' | 'en' = 'id',
) {
  const id = await createEvent(em(), agency.unitId, {
    startsAt: new Date('2026-12-01T00:30:00Z'),
    endsAt: new Date('2026-12-01T03:00:00Z'),
    timeZone: 'Asia/Makassar',
    title: 'Bimtek SKP; tahap "satu", bagian 2',
  });
  if (Object.keys(change).length) await em().nativeUpdate(TrainingEvent, { id }, change);
  const recipientId = await createEmployee(orm, agency.unitId, { name: 'Wayan Sudiarta', locale });
  const event = await em().findOneOrFail(TrainingEvent, { id });
  await em().transactional((tx) =>
    announce(tx as EntityManager, event, [{ recipientId, step, data: { ...data } }], new Date()),
  );
  await vi.waitFor(() => expect(relay.received).toHaveLength(1), { timeout: 60_000, interval: 50 });
  const mail = await relay.parsed(0);
  const file = mail.attachments.find(({ contentType }) => contentType.includes('calendar'));
  return { id, mail, raw: relay.received[0]!.raw, ics: file ? unfold(file.content.toString('utf8')) : null };
}

/** RFC 5545, 3.1: long lines are folded. */
const unfold = (text: string): string => text.replace(/\r\n[ \t]/g, '');
const property = (ics: string, name: string): string | undefined =>
  new RegExp(`^${name}[^:\r\n]*:(.*)$`, 'm').exec(ics)?.[1]?.trim();

describe('the calendar entry of a mail', () => {
  it('S2.1 an invitation is a METHOD:REQUEST in the zone of the event', async () => {
    const { id, mail, ics, raw } = await sent('invitation');
    expect(mail.subject).toBe('Undangan: Bimtek SKP; tahap "satu", bagian 2');
    expect(mail.text).toContain('1 Desember 2026 pukul 08.30 WITA – 11.00 WITA');
    expect(mail.text).toContain(`https://kinerja.example.go.id/training/events/${id}`);
    expect(raw).toMatch(/content-type: text\/calendar;[^\n]*method=REQUEST/i);
    expect(property(ics!, 'METHOD')).toBe('REQUEST');
    expect(property(ics!, 'UID')).toBe(`training-${id}@kinerja.example.go.id`);
    expect(property(ics!, 'SEQUENCE')).toBe('0');
    expect(ics).toContain('DTSTART;TZID=Asia/Makassar:20261201T083000');
    expect(ics).toContain('DTEND;TZID=Asia/Makassar:20261201T110000');
    expect(ics).toMatch(
      /BEGIN:VTIMEZONE\r\nTZID:Asia\/Makassar\r\nBEGIN:STANDARD[\s\S]*TZOFFSETTO:\+0800[\s\S]*TZNAME:WITA/,
    );
    expect(ics).toMatch(/^DTSTAMP:\d{8}T\d{6}Z\r$/m);
    expect(property(ics!, 'SUMMARY')).toBe(String.raw`Bimbingan teknis: Bimtek SKP\; tahap "satu"\, bagian 2`);
    expect(property(ics!, 'STATUS')).toBe('CONFIRMED');
    expect(ics).toContain('CN="Wayan Sudiarta"');
  });

  it('S2.1 a change has the same UID and a higher SEQUENCE', async () => {
    const { id, mail, ics } = await sent('changed', { invitationSequence: 3, place: 'Aula Baru' });
    expect(mail.subject).toContain('Perubahan undangan');
    expect([
      property(ics!, 'METHOD'),
      property(ics!, 'UID'),
      property(ics!, 'SEQUENCE'),
      property(ics!, 'LOCATION'),
    ]).toEqual(['REQUEST', `training-${id}@kinerja.example.go.id`, '3', 'Aula Baru']);
  });

  it('S2.1 a cancellation is a METHOD:CANCEL and gives the reason', async () => {
    const { mail, ics } = await sent(
      'cancelled',
      { invitationSequence: 4, cancelledReason: 'Narasumber berhalangan.' },
      {},
      'en',
    );
    expect(mail.subject).toContain('Cancelled: ');
    expect(mail.text).toContain('Narasumber berhalangan.');
    expect([property(ics!, 'METHOD'), property(ics!, 'STATUS'), property(ics!, 'SEQUENCE')]).toEqual([
      'CANCEL',
      'CANCELLED',
      '4',
    ]);
  });

  it('S2.3 the mail to a superior names who is missing and has no calendar entry', async () => {
    const names = await Promise.all(
      ['Ni Luh Ayu', 'Made Arya'].map((name) => createEmployee(orm, agency.unitId, { name })),
    );
    const { mail, ics } = await sent('missedTeam', {}, { employeeIds: names });
    expect(ics).toBeNull();
    expect(mail.text).toContain('2 orang yang melapor kepada Anda');
    expect(mail.text).toContain('Made Arya, Ni Luh Ayu');
  });

  it('S2.2 the mail of a certificate leads to the own training page', async () => {
    const { mail } = await sent('certificate');
    expect(mail.subject).toContain('Sertifikat Anda');
    expect(mail.text).toContain('https://kinerja.example.go.id/training\n');
  });
});

it('S2.1 the same step is announced once, the next SEQUENCE again', async () => {
  const recipientId = await createEmployee(orm, agency.unitId);
  const event = { id: randomUUID(), invitationSequence: 0 };
  const write = (sequence: number) =>
    em().transactional((tx) =>
      announce(
        tx as EntityManager,
        { ...event, invitationSequence: sequence },
        [{ recipientId, step: 'changed' }],
        new Date(),
      ),
    );
  await write(1);
  await write(1);
  await write(2);
  const [row] = await em().execute<{ count: number }[]>(
    `select count(*)::int as count from outbox where recipient_id = ?`,
    [recipientId],
  );
  expect(row!.count).toBe(2);
});
