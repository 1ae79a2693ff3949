/** The e-mails that the product sends. Each has a folder of this name in `worker/mailer/mails` with what it says. */
export const MAIL_TEMPLATES = [
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
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];

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
