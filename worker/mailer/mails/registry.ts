import { MAIL_TEMPLATES, type MailTemplate } from '#domain/notifications/mail.ts';
import type { MailPolicy } from '#persistence/notifications/outbox.repository.ts';
import type { MailKind } from '../define-mail.ts';
import { accountNotice } from './account-notice/mail.ts';
import { escalation } from './escalation/mail.ts';
import { guideline } from './guideline/mail.ts';
import { passwordReset } from './password-reset/mail.ts';
import { procedureFinished } from './procedure-finished/mail.ts';
import { reassigned } from './reassigned/mail.ts';
import { registrationGranted } from './registration-granted/mail.ts';
import { registrationProof } from './registration-proof/mail.ts';
import { reminder } from './reminder/mail.ts';
import { result } from './result/mail.ts';
import { returned } from './returned/mail.ts';
import { taskAssigned } from './task-assigned/mail.ts';
import { training } from './training/mail.ts';

/** All mails by their names; one that is missing, or stands under another's name, does not compile. */
export const MAILS = {
  'task-assigned': taskAssigned,
  reminder,
  escalation,
  reassigned,
  returned,
  result,
  'account-notice': accountNotice,
  'password-reset': passwordReset,
  training,
  'procedure-finished': procedureFinished,
  'registration-proof': registrationProof,
  'registration-granted': registrationGranted,
  guideline,
} satisfies { readonly [Name in MailTemplate]: MailKind<Name> };

/** The mail of this name; null when this release does not know it. */
export const mailOf = (template: MailTemplate): MailKind | null =>
  Object.hasOwn(MAILS, template) ? MAILS[template] : null;

const templatesOf = (is: (kind: MailKind) => boolean): MailTemplate[] =>
  MAIL_TEMPLATES.filter((name) => is(MAILS[name]));

/** How the mails are sent. */
export const MAIL_POLICY: MailPolicy = {
  awaited: templatesOf(({ isAwaited }) => isAwaited),
  digests: templatesOf(({ isDigest }) => isDigest),
  mustArrive: templatesOf(({ mustArrive }) => mustArrive),
};
