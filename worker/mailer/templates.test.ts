import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PREDIKATS } from '#domain/appraisal/predikat.ts';
import { MAIL_TEMPLATES, type MailTemplate } from '#domain/notifications/mail.ts';
import { TASK_KINDS, taskRuleOf } from '#domain/process/tasks.ts';
import type { MailFacts, Recipient } from '#persistence/notifications/outbox.repository.ts';
import { buildTemplates } from './build-templates.ts';
import { LABELS } from './labels.ts';
import { mailLine, mailView } from './mail-view.ts';
import { renderMail } from './render.ts';
import { SAMPLE_DATA, SAMPLE_GUIDELINE, SAMPLE_TRAINING } from './test-support/agency.ts';

const publicUrl = 'https://kinerja.example.go.id';
const cycleId = '0199a1b2-0000-7000-8000-00000000000c';
const taskId = '0199a1b2-0000-7000-8000-00000000000a';

const recipientIn = (locale: 'id' | 'en'): Recipient => ({
  id: 'recipient',
  name: 'Bambang Wicaksono',
  email: 'b@example.go.id',
  locale,
  timeZone: 'Asia/Jayapura',
});

const procedureId = '0199a1b2-0000-7000-8000-00000000000d';
const isOfProcedure = (template: MailTemplate): boolean =>
  ['procedure-finished', 'registration-proof', 'registration-granted'].includes(template);

const factsOf = (template: MailTemplate): MailFacts => ({
  id: 'row-1',
  template,
  data: SAMPLE_DATA[template],
  cycleId,
  taskId,
  procedure: isOfProcedure(template)
    ? { id: procedureId, kind: 'correctionRequest', subject: 'Atasan langsung keliru' }
    : null,
  address: null,
  year: 2026,
  subjectId: template === 'result' || template === 'returned' ? 'recipient' : 'subject',
  subjectName: 'Siti Rahmawati',
  subjectPosition: 'Pranata Komputer Ahli Muda',
  waitingForName: template === 'escalation' ? 'Rudi Hartono' : null,
  fromPositionTitle: template === 'reassigned' ? 'Kepala Bidang Data' : null,
  period:
    template === 'reminder' || template === 'escalation' ? { startsOn: '2026-03-01', endsOn: '2026-03-31' } : null,
  taskState: 'open',
  training: template === 'training' ? SAMPLE_TRAINING : null,
  guideline: template === 'guideline' ? SAMPLE_GUIDELINE : null,
});

function render(facts: MailFacts, recipient: Recipient, count = 1) {
  const context = { recipient, publicUrl };
  const lines = Array.from({ length: count }, () => mailLine(facts, context));
  return renderMail(facts.template, mailView(lines, context));
}

const SUBJECTS: Record<MailTemplate, { id: string; en: string }> = {
  'task-assigned': { id: 'Tugas menunggu Anda: Persetujuan SKP', en: 'A task is waiting for you: Approving the SKP' },
  reminder: { id: 'Pengingat: Pemeriksaan laporan kinerja', en: 'Reminder: Reviewing the performance report' },
  escalation: {
    id: 'Eskalasi: Pemeriksaan laporan kinerja melewati tenggat',
    en: 'Escalation: Reviewing the performance report is overdue',
  },
  reassigned: {
    id: 'Tugas dialihkan kepada Anda: Penilaian kinerja',
    en: 'Task reassigned to you: Performance appraisal',
  },
  returned: { id: 'Dikembalikan untuk diperbaiki: Penyusunan SKP', en: 'Returned for revision: Drafting the SKP' },
  result: { id: 'Hasil penilaian kinerja Anda telah terbit', en: 'Your performance appraisal result is available' },
  'account-notice': {
    id: 'Akun Anda dipakai masuk dari perangkat baru',
    en: 'Your account was used to sign in from a new device',
  },
  'password-reset': { id: 'Atur ulang kata sandi', en: 'Reset your password' },
  training: { id: 'Undangan: Bimbingan teknis penyusunan SKP', en: 'Invitation: Bimbingan teknis penyusunan SKP' },
  'procedure-finished': {
    id: 'Permohonan selesai: Perbaikan data kepegawaian',
    en: 'Request completed: Correction of personnel data',
  },
  'registration-proof': {
    id: 'Konfirmasi alamat surel untuk pendaftaran akun',
    en: 'Confirm your e-mail address for the registration',
  },
  'registration-granted': {
    id: 'Akun E-Kinerja Anda disetujui: buat kata sandi',
    en: 'Your E-Kinerja account is approved: choose a password',
  },
  guideline: { id: 'Pedoman baru: Pengelolaan Kinerja', en: 'New guideline: Pengelolaan Kinerja' },
};
const LINKS: Partial<Record<MailTemplate, string>> = {
  escalation: `${publicUrl}/cycles/${cycleId}`,
  'account-notice': `${publicUrl}/profile/security`,
  'password-reset': `${publicUrl}/reset-password#sample-token`,
  training: `${publicUrl}/training/events/${SAMPLE_TRAINING.id}`,
  'procedure-finished': `${publicUrl}/procedures/${procedureId}`,
  'registration-proof': `${publicUrl}/register/proof#sample-token`,
  'registration-granted': `${publicUrl}/register/password#sample-token`,
  guideline: `${publicUrl}/guidelines/0199a1b2-0000-7000-8000-0000000000d1`,
};
const DUE = { id: '24 November 2026 pukul 15.45 WIT', en: '24 November 2026 at 15:45 WIT' };
const SAYS: Record<MailTemplate, { id: string[]; en: string[] }> = {
  'task-assigned': { id: ['Siti Rahmawati', 'Perencanaan kinerja'], en: ['Siti Rahmawati', 'Performance planning'] },
  reminder: {
    id: ['Tersisa 1 hari kerja sebelum tenggat', 'Periode 3 (1–31 Maret 2026)'],
    en: ['1 working day left before the due time', 'Period 3'],
  },
  escalation: { id: ['Rudi Hartono', 'atasan langsung'], en: ['Rudi Hartono', 'direct superior'] },
  reassigned: { id: ['Kepala Bidang Data'], en: ['Kepala Bidang Data'] },
  returned: {
    id: ['Indikator kedua belum terukur.', 'Pejabat Penilai Kinerja'],
    en: ['Indikator kedua belum terukur.', 'appraising official'],
  },
  result: {
    id: ['Predikat kinerja', 'Baik', 'Batas pengajuan keberatan'],
    en: ['Performance rating', 'Good (Baik)', 'Objections until'],
  },
  'account-notice': {
    id: ['Perangkat', 'Firefox, Linux', 'segera ubah kata sandi'],
    en: ['Device', 'Firefox, Linux', 'change your password at once'],
  },
  'password-reset': { id: ['Berlaku sampai', 'satu kali'], en: ['Valid until', 'can be used once'] },
  training: {
    id: ['Bimbingan teknis', 'Aula Gedung A', 'undangan kalender terlampir'],
    en: ['Technical guidance', 'Aula Gedung A', 'a calendar entry is attached'],
  },
  'procedure-finished': {
    id: ['Ditolak', 'Bukti belum lengkap.', 'Atasan langsung keliru'],
    en: ['Rejected', 'Bukti belum lengkap.', 'Subject'],
  },
  'registration-proof': {
    id: ['Tidak ada akun yang dibuat', 'Berlaku sampai'],
    en: ['No account is created', 'Valid until'],
  },
  'registration-granted': { id: ['satu kali', 'Berlaku sampai'], en: ['works once', 'Valid until'] },
  guideline: {
    id: ['Surat Edaran 3/2026', 'nyatakan sudah membaca', 'Sekretaris Jenderal'],
    en: ['Surat Edaran 3/2026', 'say in the application', 'Version'],
  },
};
const BUTTON = { id: 'Buka di E-Kinerja', en: 'Open in E-Kinerja' };
const ONLY_OPENS = {
  id: 'Tautan ini hanya membuka halaman; tidak ada keputusan yang diambil lewat surel.',
  en: 'The link only opens a page; no decision is taken by e-mail.',
};

describe.each(MAIL_TEMPLATES)('%s', (template) => {
  describe.each(['id', 'en'] as const)('in %s', (locale) => {
    const mail = render(factsOf(template), recipientIn(locale));
    const link = LINKS[template] ?? `${publicUrl}/tasks/${taskId}`;

    it('has a subject of one line without names of persons', () => {
      expect(mail.subject).toBe(SUBJECTS[template][locale]);
    });

    it('says the same in HTML and in plain text', () => {
      for (const words of [
        template === 'procedure-finished' ? '' : DUE[locale],
        ...SAYS[template][locale],
        'Bambang Wicaksono',
        ONLY_OPENS[locale],
        BUTTON[locale],
      ]) {
        expect(mail.text).toContain(words);
        expect(mail.html).toContain(words);
      }
      expect(mail.text).not.toMatch(/\n{3}|[{}<]/);
    });

    it('is an accessible page with one button, whose links only open the product', () => {
      expect(mail.html).toMatch(new RegExp(`<html lang="${locale}"`));
      expect([...mail.html.matchAll(/<table(?![^>]*role="presentation")/g)]).toEqual([]);
      const links = [...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      expect(new Set(links)).toEqual(new Set([link]));
      expect(mail.text).toContain(`${link}\n`);
      expect(mail.html).not.toMatch(/<img|<form|<script|src=|url\(|@import/);
    });

    it('prints hostile texts as texts', () => {
      const hostile = '<script>alert(1)</script>{{x}}\r\nBcc: all@example.go.id\u202E';
      const facts = factsOf(template);
      const data = template === 'returned' ? { ...facts.data, reason: hostile } : facts.data;
      const attacked = render(
        {
          ...facts,
          data,
          subjectName: hostile,
          subjectPosition: hostile,
          waitingForName: hostile,
          fromPositionTitle: hostile,
        },
        { ...recipientIn(locale), name: hostile },
      );
      expect(attacked.subject).toBe(SUBJECTS[template][locale]);
      expect(attacked.html).not.toMatch(/<script|\u202E/);
      expect(attacked.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;{{x}}');
      expect(attacked.text).toContain('<script>alert(1)</script>{{x}}');
      expect(attacked.text).not.toMatch(/^Bcc:|\r|\u202E/m);
    });
  });
});

describe('a digest', () => {
  it.each([
    ['reminder', 'id', 'Pengingat: 3 tugas menunggu Anda'],
    ['reminder', 'en', 'Reminder: 3 tasks are waiting for you'],
    ['escalation', 'id', 'Eskalasi: 3 tugas melewati tenggat'],
    ['escalation', 'en', 'Escalation: 3 tasks are overdue'],
  ] as const)('of %s in %s lists every matter', (template, locale, subject) => {
    const mail = render(factsOf(template), recipientIn(locale), 3);
    expect(mail.subject).toBe(subject);
    expect(mail.text.match(/^\* .* – Siti Rahmawati$/gm)).toHaveLength(3);
    expect(mail.html.match(/Siti Rahmawati/g)).toHaveLength(3);
    expect(mail.text).toContain(`${BUTTON[locale]}:\n${publicUrl}/tasks\n`);
  });
});

it('tells the former official of a task that it has moved', () => {
  const facts = { ...factsOf('reassigned'), data: { ...SAMPLE_DATA.reassigned, role: 'old' } };
  const mail = render(facts, recipientIn('id'));
  expect(mail.subject).toBe('Tugas dialihkan kepada pejabat lain: Penilaian kinerja');
  expect(mail.text).toContain(`${publicUrl}/cycles/${cycleId}`);
});

it.each([
  [-5, 'Tersisa 5 hari kerja sebelum tenggat'],
  [0, 'Tenggat telah tiba'],
  [1, 'Lewat 1 hari kerja dari tenggat'],
  [4, 'Lewat 4 hari kerja dari tenggat'],
])('words the offset %i of a reminder', (offsetWorkingDays, words) => {
  expect(
    render({ ...factsOf('reminder'), data: { ...SAMPLE_DATA.reminder, offsetWorkingDays } }, recipientIn('id')).text,
  ).toContain(words);
});

describe('an escalation', () => {
  it('to the late assignee opens the task and asks for it', () => {
    const mail = render(
      { ...factsOf('escalation'), data: { ...SAMPLE_DATA.escalation, role: 'assignee' } },
      recipientIn('id'),
    );
    expect(mail.subject).toBe('Tugas Anda melewati tenggat: Pemeriksaan laporan kinerja');
    expect(mail.text).toContain('telah diteruskan kepada atasan');
    expect(mail.text).toContain(`${publicUrl}/tasks/${taskId}`);
    expect(mail.text).not.toMatch(/Rudi Hartono|Diteruskan kepada:/);
  });

  it.each(Object.entries(LABELS.en.roles))('to the %s says in which role', (role, words) => {
    const mail = render({ ...factsOf('escalation'), data: { ...SAMPLE_DATA.escalation, role } }, recipientIn('en'));
    expect(mail.text).toContain(`Escalated to: ${words}`);
    expect(mail.text).toContain('Waiting for: Rudi Hartono');
  });
});

it('leaves out the sentence on objections when there is no time for them', () => {
  const mail = render(
    { ...factsOf('result'), data: { predikat: 'sangatBaik', objectionUntil: null } },
    recipientIn('id'),
  );
  expect(mail.text).toContain('Sangat Baik');
  expect(mail.text).not.toMatch(/eberatan/);
});

it('names what is missing in the data of a mail', () => {
  expect(() => render({ ...factsOf('returned'), data: { taskKind: 'approveSkp' } }, recipientIn('id'))).toThrow(
    'the data of the mail is not complete: taskKind, reason, dueAt',
  );
});

it('has a word for everything in both languages', () => {
  const keysOf = (value: object): string[] =>
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'string' ? [key] : keysOf(inner as object).map((rest) => `${key}.${rest}`),
    );
  expect(keysOf(LABELS.en).sort()).toEqual(keysOf(LABELS.id).sort());
  expect(Object.keys(LABELS.id.taskKinds).sort()).toEqual([...TASK_KINDS].sort());
  expect(Object.keys(LABELS.id.stages).sort()).toEqual(
    [...new Set(TASK_KINDS.map((kind) => taskRuleOf(kind).stage))].sort(),
  );
  expect(Object.keys(LABELS.id.predikats).sort()).toEqual([...PREDIKATS].sort());
});

it('has HTML templates that are made from the present MJML sources (else: node worker/mailer/build-templates.ts)', async () => {
  for (const { file, content } of await buildTemplates()) expect(await readFile(file, 'utf8'), file).toBe(content);
});
