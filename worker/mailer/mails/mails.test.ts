import { describe, expect, it } from 'vitest';
import { ACCOUNT_NOTICES } from '#domain/notifications/account-notices.ts';
import {
  GUIDELINE_MAIL_STEPS,
  MAIL_TEMPLATES,
  TRAINING_MAIL_STEPS,
  type MailTemplate,
} from '#domain/notifications/mail.ts';
import { GUIDELINE_KINDS } from '#domain/guidelines/guideline.ts';
import { PREDIKATS } from '#domain/appraisal/predikat.ts';
import { PROCEDURE_KINDS } from '#domain/process/tasks.ts';
import { TASK_KINDS } from '#domain/process/tasks.ts';
import { EVENT_KINDS } from '#domain/training/event.ts';
import type { MailRow } from '#persistence/notifications/mail-rows.queries.ts';
import type { Recipient } from '#persistence/notifications/outbox.repository.ts';
import type { Locale } from '../dates.ts';
import type { ReadMail } from '../define-mail.ts';
import { LABELS } from '../labels.ts';
import { renderDigest, renderMail } from '../render.ts';
import {
  publicUrl,
  SAMPLE_GUIDELINE,
  SAMPLE_PROCEDURE,
  SAMPLE_TRAINING,
  SAMPLE_YEAR,
  sampleRow,
  SAMPLES,
  type Sample,
} from '../test-support/samples.ts';
import { MAIL_POLICY, mailOf, MAILS } from './registry.ts';

const LOCALES = ['id', 'en'] as const;

const readerIn = (locale: Locale): Recipient => ({
  id: 'recipient',
  name: 'Bambang Wicaksono',
  email: 'b@example.go.id',
  locale,
  timeZone: 'Asia/Jayapura',
});

const write = (mail: ReadMail, reader = readerIn('id')) =>
  renderMail(mail.word({ reader, publicUrl }), { reader, publicUrl });

/** The sample of a mail, changed. */
const render = (template: MailTemplate, change: Partial<MailRow> = {}, reader = readerIn('id')) =>
  write(SAMPLES[template].read(sampleRow(template, change)), reader);

/** Nothing is left open, nothing is missing. */
function expectComplete(mail: { subject: string; text: string; html: string }): void {
  for (const part of [mail.subject, mail.text, mail.html.replace(/^[\s\S]*<body/, '').replaceAll(/style="[^"]*"/g, '')])
    expect(part).not.toMatch(/[{}]|undefined|null|\[object|Invalid/);
  expect(mail.subject).not.toMatch(/^\s*$|: *$/);
  expect(mail.text).not.toMatch(/^(?:- [^:]*: *|\* *|> *)$|\n{3}/m);
}

const ONLY_OPENS = {
  id: 'Tautan ini hanya membuka halaman; tidak ada keputusan yang diambil lewat surel.',
  en: 'The link only opens a page; no decision is taken by e-mail.',
};
const BUTTON = { id: 'Buka di E-Kinerja', en: 'Open in E-Kinerja' };

describe.each(MAIL_TEMPLATES)('%s', (template) => {
  describe.each(LOCALES)('in %s', (locale) => {
    const sample: Sample = SAMPLES[template];
    const mail = render(template, {}, readerIn(locale));

    it('has a subject of one line without names of persons', () => {
      expect(mail.subject).toBe(sample.subject[locale]);
    });

    it('says the same in HTML and in plain text, with nothing left open', () => {
      for (const words of [...sample.says[locale], 'Bambang Wicaksono', ONLY_OPENS[locale], BUTTON[locale]]) {
        expect(mail.text).toContain(words);
        expect(mail.html).toContain(words);
      }
      expect(mail.text).not.toMatch(/</);
      expectComplete(mail);
    });

    it('is an accessible page with one button, whose links only open the product', () => {
      expect(mail.html).toMatch(new RegExp(`<html lang="${locale}"`));
      expect([...mail.html.matchAll(/<table(?![^>]*role="presentation")/g)]).toEqual([]);
      const links = [...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      expect(new Set(links)).toEqual(new Set([sample.link]));
      expect(mail.text).toContain(`${sample.link}\n`);
      expect(mail.html).not.toMatch(/<img|<form|<script|src=|url\(|@import/);
    });

    it('prints hostile texts as texts', () => {
      const hostile = '<script>alert(1)</script>{{x}}{task}\r\nBcc: all@example.go.id\u202E';
      const { matter } = sampleRow(template);
      const attacked = render(
        template,
        {
          ...(template === 'returned' && { data: { reason: hostile } }),
          ...(matter && { matter: { ...matter, subject: hostile, employeeName: hostile, positionTitle: hostile } }),
          waitingForName: hostile,
        },
        { ...readerIn(locale), name: hostile },
      );
      expect(attacked.subject).toBe(sample.subject[locale]);
      expect(attacked.html).not.toMatch(/<script|\u202E/);
      expect(attacked.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;{{x}}{task}');
      expect(attacked.text).toContain('<script>alert(1)</script>{{x}}{task}');
      expect(attacked.text).not.toMatch(/^Bcc:|\r|\u202E/m);
    });
  });
});

it.each(LOCALES)('in %s a hostile title neither leaves the subject nor is filled in', (locale) => {
  const title = 'A{number}\r\nBcc: all@example.go.id';
  const row = sampleRow('guideline');
  const mail = write(
    MAILS.guideline.readWith(row, { ...SAMPLE_GUIDELINE, title, issuer: '<b>{due}' }),
    readerIn(locale),
  );
  expect(mail.subject).toMatch(/: A\{number\} Bcc: all@example\.go\.id$/);
  expect(mail.text).toContain('<b>{due}');
  expect(mail.html).toContain('&lt;b&gt;{due}');
});

describe.each(LOCALES)('in %s there are words for', (locale) => {
  const reader = readerIn(locale);

  it.each(TASK_KINDS)('the task %s: assigned, returned, due', (taskKind) => {
    for (const template of ['task-assigned', 'returned', 'reminder', 'escalation', 'reassigned'] as const) {
      const mail = render(template, { data: { taskKind } }, reader);
      expect(mail.text).toContain(LABELS[locale].taskKinds[taskKind]);
      expectComplete(mail);
    }
  });

  it.each(PROCEDURE_KINDS)('the procedure %s with every outcome', (kind) => {
    for (const outcome of ['granted', 'rejected', 'withdrawn', 'expired']) {
      const change = { data: { outcome, reason: null }, matter: { ...SAMPLE_PROCEDURE, kind } };
      expectComplete(render('procedure-finished', change, reader));
    }
  });

  it.each(PREDIKATS)('the result %s', (predikat) => {
    expectComplete(render('result', { data: { predikat } }, reader));
  });

  it.each(ACCOUNT_NOTICES)('the notice %s', (notice) => {
    expectComplete(render('account-notice', { data: { notice, device: '' } }, reader));
  });

  it.each(TRAINING_MAIL_STEPS)('the step %s of a training', (step) => {
    expectComplete(render('training', { data: { step } }, reader));
    for (const kind of EVENT_KINDS) {
      const event = { ...SAMPLE_TRAINING, kind, link: 'https://rapat.example.go.id/1', missing: ['Ani', 'Budi'] };
      const mail = write(MAILS.training.readWith(sampleRow('training', { data: { step } }), event), reader);
      expectComplete(mail);
      expect(/Ani, Budi/.test(mail.text)).toBe(step === 'missedTeam');
    }
  });

  it.each(GUIDELINE_MAIL_STEPS)('the step %s of a guideline', (step) => {
    const row = sampleRow('guideline', { data: { step } });
    for (const kind of GUIDELINE_KINDS)
      expectComplete(
        write(MAILS.guideline.readWith(row, { ...SAMPLE_GUIDELINE, kind, number: '', year: null }), reader),
      );
  });
});

describe('a digest', () => {
  it.each([
    ['reminder', 'id', 'Pengingat: 3 tugas menunggu Anda'],
    ['reminder', 'en', 'Reminder: 3 tasks are waiting for you'],
    ['escalation', 'id', 'Eskalasi: 3 tugas melewati tenggat'],
    ['escalation', 'en', 'Escalation: 3 tasks are overdue'],
  ] as const)('of %s in %s lists every matter', (template, locale, subject) => {
    const context = { reader: readerIn(locale), publicUrl };
    const line = SAMPLES[template].read(sampleRow(template)).line(context)!;
    const mail = renderDigest(MAILS[template].digestHead(3, locale)!, [line, line, line], context);
    expect(mail.subject).toBe(subject);
    expect(mail.text.match(/^\* .* – Siti Rahmawati$/gm)).toHaveLength(3);
    expect(mail.text).toMatch(/^ {2}Pranata Komputer Ahli Muda · Peri.* 3 \(1.+31 .+\)$/m);
    expect(mail.html.match(/Siti Rahmawati/g)).toHaveLength(3);
    expect(mail.text).toContain(`${BUTTON[locale]}:\n${publicUrl}/tasks\n`);
    expectComplete(mail);
  });
});

it('tells the former official of a task that it has moved', () => {
  const mail = render('reassigned', { data: { role: 'old' } });
  expect(mail.subject).toBe('Tugas dialihkan kepada pejabat lain: Penilaian kinerja');
  expect(mail.text).toContain(`${publicUrl}/cycles/${SAMPLE_YEAR.id}`);
});

it('does not say that the appraising official returned what belongs to a procedure', () => {
  const mail = render('returned', { data: { taskKind: 'reviseGuideline' }, matter: SAMPLE_PROCEDURE });
  expect(mail.text).toContain('Dokumen Anda dikembalikan untuk diperbaiki');
  expect(mail.text).not.toContain('Pejabat Penilai Kinerja');
  expect(mail.text).toContain('> Indikator kedua belum terukur.');
});

it('shows who registered the state of their registration, and everybody else the procedure', () => {
  const registration = { ...SAMPLE_PROCEDURE, kind: 'accountRegistration' as const };
  expect(render('procedure-finished', { matter: registration }).text).toContain(`${publicUrl}/register/status\n`);
  expect(render('procedure-finished', { matter: null }).text).toContain(`${publicUrl}/tasks\n`);
});

it.each([
  [-5, 'Tersisa 5 hari kerja sebelum tenggat'],
  [0, 'Tenggat telah tiba'],
  [1, 'Lewat 1 hari kerja dari tenggat'],
  [4, 'Lewat 4 hari kerja dari tenggat'],
])('words the offset %i of a reminder', (offsetWorkingDays, words) => {
  expect(render('reminder', { data: { offsetWorkingDays } }).text).toContain(words);
});

describe('an escalation', () => {
  it('to the late assignee opens the task and asks for it', () => {
    const mail = render('escalation', { data: { role: 'assignee' } });
    expect(mail.subject).toBe('Tugas Anda melewati tenggat: Pemeriksaan laporan kinerja');
    expect(mail.text).toContain('telah diteruskan kepada atasan');
    expect(mail.text).toContain(`${publicUrl}/tasks/${sampleRow('escalation').taskId}`);
    expect(mail.text).not.toMatch(/Rudi Hartono|Diteruskan kepada:/);
  });

  it.each([
    ['superior', 'direct superior'],
    ['superiorOfSuperior', 'superior of the direct superior'],
    ['personnelOfficer', 'personnel officer'],
  ])('to the %s says in which role', (role, words) => {
    const mail = render('escalation', { data: { role } }, readerIn('en'));
    expect(mail.text).toContain(`Escalated to: ${words}`);
    expect(mail.text).toContain('Waiting for: Rudi Hartono');
  });
});

it('leaves out the sentence on objections when there is no time for them', () => {
  const mail = render('result', { data: { predikat: 'sangatBaik', objectionUntil: null } });
  expect(mail.text).toContain('Sangat Baik');
  expect(mail.text).not.toMatch(/eberatan/);
});

it('names what is missing in the data of a mail, or unknown', () => {
  const broken = { ...sampleRow('returned'), data: { taskKind: 'dance', periodNo: null } };
  expect(() => SAMPLES.returned.read(broken)).toThrow('the data of the mail is not complete: taskKind, dueAt, reason');
  expect(() => SAMPLES.result.read({ ...sampleRow('result'), data: { predikat: 'cukup' } })).toThrow(/: predikat$/);
});

it('reads no more than it knows of the data', () => {
  expect(render('returned', { data: { newField: 1 } }).text).toBe(render('returned').text);
});

describe('the registry', () => {
  it('says how mails are sent', () => {
    expect(MAIL_POLICY.awaited).toEqual(['password-reset', 'registration-proof', 'registration-granted']);
    expect(MAIL_POLICY.digests).toEqual(['reminder', 'escalation']);
    expect(MAIL_TEMPLATES.filter((template) => !MAIL_POLICY.mustArrive.includes(template))).toEqual(['reminder']);
  });

  it('does not know mails of another release', () => {
    expect(mailOf('toString' as MailTemplate)).toBeNull();
  });

  it('drops only what need not be said any more', () => {
    const context = { reader: readerIn('id'), publicUrl };
    const why = (template: MailTemplate, change: Partial<MailRow>) =>
      SAMPLES[template].read(sampleRow(template, change)).drop(context);
    expect(why('reminder', { taskState: 'open' })).toBeNull();
    expect(why('reminder', { taskState: null })).toBeNull();
    expect(why('reminder', { taskState: 'lapsed' })).toBe('the task is no longer open');
    expect(why('escalation', { taskState: 'done' })).toBeNull();
    const read = MAILS.guideline.readWith(sampleRow('guideline'), { ...SAMPLE_GUIDELINE, isToRead: false });
    expect(read.drop(context)).toBe('the guideline was read or is no longer in force');
  });
});
