/** E-mails the product sends; each has a subject, an HTML and a text template per locale. */
export type MailTemplate =
  | 'task-assigned'
  | 'reminder'
  | 'escalation'
  | 'reassigned'
  | 'returned'
  | 'result'
  | 'account-notice'
  | 'password-reset'
  | 'training'
  | 'procedure-finished'
  | 'registration-proof'
  | 'registration-granted'
  | 'guideline';

export const MAIL_TEMPLATES: readonly MailTemplate[] = [
  'task-assigned',
  'reminder',
  'escalation',
  'reassigned',
  'returned',
  'result',
  'account-notice',
  'password-reset',
  'training',
  'procedure-finished',
  'registration-proof',
  'registration-granted',
  'guideline',
];

/**
 * Mails that are sent again when it is not known whether they went out. The others (a reminder that a later one
 * repeats anyway) are dropped in that case.
 */
export const MUST_ARRIVE: ReadonlySet<MailTemplate> = new Set(
  MAIL_TEMPLATES.filter((template) => template !== 'reminder'),
);

/** Mails that somebody who cannot sign in waits for at a screen: they go before all others, however many of these there are. */
export const AWAITED: ReadonlySet<MailTemplate> = new Set<MailTemplate>([
  'password-reset',
  'registration-proof',
  'registration-granted',
]);

/** What a mail about a guideline says: it is in force, its reading is due soon, it is late; or to a superior, who has not read it. */
export const GUIDELINE_MAIL_STEPS = ['announced', 'reminder', 'late', 'superior'] as const;
export type GuidelineMailStep = (typeof GUIDELINE_MAIL_STEPS)[number];

/** What a mail about a training says: an invitation, news of it, a reminder, what was missed, or the certificate. */
export const TRAINING_MAIL_STEPS = [
  'invitation',
  'changed',
  'cancelled',
  'promoted',
  'reminder',
  'missed',
  'missedTeam',
  'certificate',
] as const;
export type TrainingMailStep = (typeof TRAINING_MAIL_STEPS)[number];
