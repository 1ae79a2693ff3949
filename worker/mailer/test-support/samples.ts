import type { MailTemplate } from '#domain/notifications/mail.ts';
import type { GuidelineFacts, TrainingFacts } from '#persistence/notifications/mail-facts.queries.ts';
import type { MailMatter, MailRow } from '#persistence/notifications/mail-rows.queries.ts';
import type { Locale } from '../dates.ts';
import type { ReadMail } from '../define-mail.ts';
import { MAILS } from '../mails/registry.ts';

export const DUE_AT = '2026-11-24T06:45:00.000Z';
export const SAMPLE_CLAIM_ID = '0199a1b2-0000-7000-8000-0000000000f1';
export const SAMPLE_RESET_ID = '0199a1b2-0000-7000-8000-0000000000f2';
const cycleId = '0199a1b2-0000-7000-8000-00000000000c';
const taskId = '0199a1b2-0000-7000-8000-00000000000a';
const procedureId = '0199a1b2-0000-7000-8000-00000000000d';

export const publicUrl = 'https://kinerja.example.go.id';

/** The guideline that the sample mail about one speaks of. */
export const SAMPLE_GUIDELINE: GuidelineFacts = {
  kind: 'suratEdaran',
  number: '3',
  year: 2026,
  title: 'Pengelolaan Kinerja',
  issuer: 'Sekretaris Jenderal',
  version: 2,
  isToRead: true,
  unread: [],
};

/** The event that the sample mail about a training speaks of. */
export const SAMPLE_TRAINING: TrainingFacts = {
  id: '0199a1b2-0000-7000-8000-0000000000e1',
  kind: 'bimtek',
  title: 'Bimbingan teknis penyusunan SKP',
  agenda: 'Menyusun indikator yang terukur.',
  place: 'Aula Gedung A',
  link: '',
  startsAt: new Date(DUE_AT),
  endsAt: new Date(Date.parse(DUE_AT) + 3 * 3_600_000),
  timeZone: 'Asia/Jayapura',
  organiser: 'Biro Kepegawaian',
  speakers: ['Dr. Ani'],
  cancelledReason: null,
  missing: [],
};

export const SAMPLE_YEAR: MailMatter = {
  id: cycleId,
  kind: 'performanceCycle',
  subject: '',
  employeeId: 'subject',
  employeeName: 'Siti Rahmawati',
  positionTitle: 'Pranata Komputer Ahli Muda',
  year: 2026,
  period: { startsOn: '2026-03-01', endsOn: '2026-03-31' },
};
export const SAMPLE_PROCEDURE: MailMatter = {
  id: procedureId,
  kind: 'correctionRequest',
  subject: 'Atasan langsung keliru',
  employeeId: 'subject',
  employeeName: 'Siti Rahmawati',
  positionTitle: null,
  year: null,
  period: null,
};

const ofTask: Partial<MailRow> = { taskId, taskState: 'open', matter: SAMPLE_YEAR };
const ofOwnTask: Partial<MailRow> = { ...ofTask, matter: { ...SAMPLE_YEAR, employeeId: 'recipient' } };
const taskPage = `${publicUrl}/tasks/${taskId}`;

/** An example of a mail: what it is given, and what it must then say. */
export type Sample = {
  /** As it is written with the step that causes the mail. */
  data: Record<string, unknown>;
  row?: Partial<MailRow>;
  read: (row: MailRow) => ReadMail;
  subject: Record<Locale, string>;
  says: Record<Locale, string[]>;
  link: string;
};

/** One example of each mail. */
export const SAMPLES = {
  'task-assigned': {
    data: { taskKind: 'approveSkp', dueAt: DUE_AT, periodNo: null, round: 1 },
    row: ofTask,
    read: (row) => MAILS['task-assigned'].readWith(row, null),
    subject: { id: 'Tugas menunggu Anda: Persetujuan SKP', en: 'A task is waiting for you: Approving the SKP' },
    says: {
      id: ['Siti Rahmawati', 'Perencanaan kinerja', '24 November 2026 pukul 15.45 WIT'],
      en: ['Siti Rahmawati', 'Performance planning', '24 November 2026 at 15:45 WIT'],
    },
    link: taskPage,
  },
  reminder: {
    data: { taskKind: 'reviewReport', dueAt: DUE_AT, periodNo: 3, level: 2, offsetWorkingDays: -1 },
    row: ofTask,
    read: (row) => MAILS.reminder.readWith(row, null),
    subject: { id: 'Pengingat: Pemeriksaan laporan kinerja', en: 'Reminder: Reviewing the performance report' },
    says: {
      id: ['Tersisa 1 hari kerja sebelum tenggat', 'Periode 3 (1–31 Maret 2026)', '24 November 2026 pukul 15.45 WIT'],
      en: ['1 working day left before the due time', 'Period 3', '24 November 2026 at 15:45 WIT'],
    },
    link: taskPage,
  },
  escalation: {
    data: { taskKind: 'reviewReport', dueAt: DUE_AT, periodNo: 3, level: 4, role: 'superior', waitingForId: null },
    row: { ...ofTask, waitingForName: 'Rudi Hartono' },
    read: (row) => MAILS.escalation.readWith(row, null),
    subject: {
      id: 'Eskalasi: Pemeriksaan laporan kinerja melewati tenggat',
      en: 'Escalation: Reviewing the performance report is overdue',
    },
    says: {
      id: ['Rudi Hartono', 'atasan langsung', '24 November 2026 pukul 15.45 WIT'],
      en: ['Rudi Hartono', 'direct superior', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/cycles/${cycleId}`,
  },
  reassigned: {
    data: { taskKind: 'appraise', dueAt: DUE_AT, periodNo: null, fromPositionId: null, role: 'new' },
    row: ofTask,
    read: (row) => MAILS.reassigned.readWith(row, { fromPosition: 'Kepala Bidang Data' }),
    subject: {
      id: 'Tugas dialihkan kepada Anda: Penilaian kinerja',
      en: 'Task reassigned to you: Performance appraisal',
    },
    says: {
      id: ['Kepala Bidang Data', '24 November 2026 pukul 15.45 WIT'],
      en: ['Kepala Bidang Data', '24 November 2026 at 15:45 WIT'],
    },
    link: taskPage,
  },
  returned: {
    data: { taskKind: 'draftSkp', periodNo: null, reason: 'Indikator kedua belum terukur.', dueAt: DUE_AT },
    row: ofOwnTask,
    read: (row) => MAILS.returned.readWith(row, null),
    subject: { id: 'Dikembalikan untuk diperbaiki: Penyusunan SKP', en: 'Returned for revision: Drafting the SKP' },
    says: {
      id: ['Indikator kedua belum terukur.', 'Pejabat Penilai Kinerja', '24 November 2026 pukul 15.45 WIT'],
      en: ['Indikator kedua belum terukur.', 'appraising official', '24 November 2026 at 15:45 WIT'],
    },
    link: taskPage,
  },
  result: {
    data: { predikat: 'baik', objectionUntil: DUE_AT },
    row: ofOwnTask,
    read: (row) => MAILS.result.readWith(row, null),
    subject: { id: 'Hasil penilaian kinerja Anda telah terbit', en: 'Your performance appraisal result is available' },
    says: {
      id: ['Predikat kinerja', 'Baik', 'Batas pengajuan keberatan', '24 November 2026 pukul 15.45 WIT'],
      en: ['Performance rating', 'Good (Baik)', 'Objections until', '24 November 2026 at 15:45 WIT'],
    },
    link: taskPage,
  },
  'account-notice': {
    data: { notice: 'newDevice', at: DUE_AT, device: 'Firefox, Linux' },
    read: (row) => MAILS['account-notice'].readWith(row, null),
    subject: {
      id: 'Akun Anda dipakai masuk dari perangkat baru',
      en: 'Your account was used to sign in from a new device',
    },
    says: {
      id: ['Perangkat', 'Firefox, Linux', 'segera ubah kata sandi', '24 November 2026 pukul 15.45 WIT'],
      en: ['Device', 'Firefox, Linux', 'change your password at once', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/profile/security`,
  },
  'password-reset': {
    data: { resetId: SAMPLE_RESET_ID, expiresAt: DUE_AT },
    read: (row) => MAILS['password-reset'].readWith(row, { token: 'sample-token' }),
    subject: { id: 'Atur ulang kata sandi', en: 'Reset your password' },
    says: {
      id: ['Berlaku sampai', 'satu kali', '24 November 2026 pukul 15.45 WIT'],
      en: ['Valid until', 'can be used once', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/reset-password#sample-token`,
  },
  training: {
    data: { step: 'invitation', eventId: SAMPLE_TRAINING.id, sequence: 0 },
    read: (row) => MAILS.training.readWith(row, SAMPLE_TRAINING),
    subject: { id: 'Undangan: Bimbingan teknis penyusunan SKP', en: 'Invitation: Bimbingan teknis penyusunan SKP' },
    says: {
      id: ['Bimbingan teknis', 'Aula Gedung A', 'undangan kalender terlampir', '24 November 2026 pukul 15.45 WIT'],
      en: ['Technical guidance', 'Aula Gedung A', 'a calendar entry is attached', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/training/events/${SAMPLE_TRAINING.id}`,
  },
  'procedure-finished': {
    data: { outcome: 'rejected', reason: 'Bukti belum lengkap.' },
    row: { matter: SAMPLE_PROCEDURE },
    read: (row) => MAILS['procedure-finished'].readWith(row, null),
    subject: {
      id: 'Permohonan selesai: Perbaikan data kepegawaian',
      en: 'Request completed: Correction of personnel data',
    },
    says: {
      id: ['Ditolak', 'Bukti belum lengkap.', 'Atasan langsung keliru'],
      en: ['Rejected', 'Bukti belum lengkap.', 'Subject'],
    },
    link: `${publicUrl}/procedures/${procedureId}`,
  },
  'registration-proof': {
    data: { claimId: SAMPLE_CLAIM_ID, expiresAt: DUE_AT },
    read: (row) => MAILS['registration-proof'].readWith(row, { token: 'sample-token' }),
    subject: {
      id: 'Konfirmasi alamat surel untuk pendaftaran akun',
      en: 'Confirm your e-mail address for the registration',
    },
    says: {
      id: ['Tidak ada akun yang dibuat', 'Berlaku sampai', '24 November 2026 pukul 15.45 WIT'],
      en: ['No account is created', 'Valid until', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/register/proof#sample-token`,
  },
  'registration-granted': {
    data: { claimId: SAMPLE_CLAIM_ID, expiresAt: DUE_AT },
    row: { matter: { ...SAMPLE_PROCEDURE, kind: 'accountRegistration' } },
    read: (row) => MAILS['registration-granted'].readWith(row, { token: 'sample-token' }),
    subject: {
      id: 'Akun E-Kinerja Anda disetujui: buat kata sandi',
      en: 'Your E-Kinerja account is approved: choose a password',
    },
    says: {
      id: ['satu kali', 'Berlaku sampai', '24 November 2026 pukul 15.45 WIT'],
      en: ['works once', 'Valid until', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/register/password#sample-token`,
  },
  guideline: {
    data: {
      step: 'announced',
      versionId: '0199a1b2-0000-7000-8000-0000000000d2',
      guidelineId: '0199a1b2-0000-7000-8000-0000000000d1',
      dueAt: DUE_AT,
    },
    read: (row) => MAILS.guideline.readWith(row, SAMPLE_GUIDELINE),
    subject: { id: 'Pedoman baru: Pengelolaan Kinerja', en: 'New guideline: Pengelolaan Kinerja' },
    says: {
      id: ['Surat Edaran 3/2026', 'nyatakan sudah membaca', 'Sekretaris Jenderal', '24 November 2026 pukul 15.45 WIT'],
      en: ['Surat Edaran 3/2026', 'say in the application', 'Version', '24 November 2026 at 15:45 WIT'],
    },
    link: `${publicUrl}/guidelines/0199a1b2-0000-7000-8000-0000000000d1`,
  },
} satisfies { readonly [Name in MailTemplate]: Sample };

/** A row of the outbox with the sample of a mail; `change` what is different. */
export function sampleRow(template: MailTemplate, change: Partial<MailRow> = {}): MailRow {
  const { data, row }: Sample = SAMPLES[template];
  return {
    id: 'row-1',
    template,
    recipientId: 'recipient',
    address: null,
    taskId: null,
    taskState: null,
    waitingForName: null,
    matter: null,
    ...row,
    ...change,
    data: { ...data, ...change.data },
  };
}
