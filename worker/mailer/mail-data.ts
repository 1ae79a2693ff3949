import { z } from 'zod';
import { PREDIKATS } from '#domain/appraisal/predikat.ts';
import { ACCOUNT_NOTICES } from '#domain/notifications/account-notices.ts';
import { GUIDELINE_MAIL_STEPS, TRAINING_MAIL_STEPS, type MailTemplate } from '#domain/notifications/mail.ts';
import { TASK_KINDS } from '#domain/process/tasks.ts';

/*
 * What `outbox.data` holds for each kind of mail. It was written by this program, perhaps by an earlier release of it: unknown fields are
 * ignored, a missing one fails the mail with a message that names it.
 */

const taskKind = z.enum(TASK_KINDS);
const instant = z.union([z.iso.datetime({ offset: true }), z.number()]).transform((value) => new Date(value));
const periodNo = z
  .number()
  .int()
  .nullish()
  .transform((value) => value ?? null);

const taskAssigned = z.object({ taskKind, dueAt: instant, periodNo, round: z.number().int().default(1) });
const reminder = z.object({
  taskKind,
  dueAt: instant,
  periodNo,
  level: z.number().int().default(0),
  offsetWorkingDays: z.number().int(),
});
const escalation = z.object({
  taskKind,
  dueAt: instant,
  periodNo,
  level: z.number().int().default(0),
  /** Why the recipient hears of it; `assignee` is who is late. */
  role: z.enum(['assignee', 'superior', 'superiorOfSuperior', 'personnelOfficer']),
});
const reassigned = z.object({ taskKind, dueAt: instant, periodNo, role: z.enum(['new', 'old']) });
const returned = z.object({
  taskKind: z.enum(['draftSkp', 'submitReport', 'reviseGuideline', 'reviseRuleSet']),
  periodNo,
  reason: z.string(),
  dueAt: instant,
});
const result = z.object({
  predikat: z.enum(PREDIKATS),
  objectionUntil: instant.nullish().transform((value) => value ?? null),
});
const training = z.object({
  step: z.enum(TRAINING_MAIL_STEPS),
  eventId: z.uuid(),
  sequence: z.number().int().default(0),
});

const guideline = z.object({
  step: z.enum(GUIDELINE_MAIL_STEPS),
  versionId: z.uuid(),
  guidelineId: z.uuid(),
  dueAt: instant,
});
const accountNotice = z.object({ notice: z.enum(ACCOUNT_NOTICES), at: instant, device: z.string().default('') });
/** `token` is made when the mail is written and lies in no table. */
const secretLink = z.object({ expiresAt: instant, token: z.string() });
const procedureFinished = z.object({
  outcome: z.enum(['granted', 'rejected', 'withdrawn', 'expired']),
  reason: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
});

const MAIL_DATA = {
  'task-assigned': taskAssigned,
  reminder,
  escalation,
  reassigned,
  returned,
  result,
  'account-notice': accountNotice,
  'password-reset': secretLink,
  'procedure-finished': procedureFinished,
  'registration-proof': secretLink,
  'registration-granted': secretLink,
  training,
  guideline,
} as const satisfies Record<MailTemplate, z.ZodType>;

/** The checked data of a mail, with the kind of mail beside it. */
export type MailData = {
  [Template in MailTemplate]: { template: Template } & z.output<(typeof MAIL_DATA)[Template]>;
}[MailTemplate];

/** Data that does not fit the kind of mail; names the fields, not their contents. */
export class MailDataError extends Error {
  override readonly name = 'MailDataError';
}

/** Reads `outbox.data`. Throws a MailDataError. */
export function parseMailData(template: MailTemplate, data: unknown): MailData {
  const parsed = MAIL_DATA[template].safeParse(data);
  if (parsed.success) return { template, ...parsed.data } as MailData;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'data'))];
  throw new MailDataError(`the data of the mail is not complete: ${fields.join(', ')}`);
}
