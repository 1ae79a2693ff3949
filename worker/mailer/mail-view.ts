import { taskRule } from '#domain/process/tasks.ts';
import type { MailFacts, Recipient } from '#persistence/notifications/outbox.repository.ts';
import { formatDates, formatInstant, type Locale } from './dates.ts';
import { fill, LABELS, type Labels } from './labels.ts';
import { parseMailData, type MailData } from './mail-data.ts';
import { guidelineLine } from './guideline-mail.ts';
import { trainingLine } from './training-mail.ts';

/** One matter in a mail. All texts are ready to print; `''` and `[]` where there is nothing to say. */
export type MailLine = {
  outboxId: string;
  /** Subject, title and first sentence of mails whose template has no words of its own. */
  notice: { subject: string; title: string; lead: string };
  title: string;
  person: string;
  summary: string;
  waitingFor: string;
  due: string;
  timing: string;
  link: string;
  details: { label: string; value: string }[];
  reason: string[];
  isNewAssignee: boolean;
  isAssignee: boolean;
  hasObjection: boolean;
  isProcedure: boolean;
  /** How a procedure ended, as one sentence. */
  outcome: string;
  objectionUntil: string;
};

/** What the templates may print. */
export type MailView = {
  locale: Locale;
  recipientName: string;
  count: number;
  isDigest: boolean;
  line: MailLine;
  lines: MailLine[];
  link: string;
  words: Labels['words'];
};

type Context = { recipient: Recipient; publicUrl: string };

/** Puts the lines of a mail together; the first line stands for a mail about one matter. */
export function mailView(lines: readonly MailLine[], { recipient, publicUrl }: Context): MailView {
  const [first] = lines;
  if (!first) throw new RangeError('a mail has at least one line');
  return {
    locale: recipient.locale,
    recipientName: oneLine(recipient.name) || LABELS[recipient.locale].words.applicant,
    count: lines.length,
    isDigest: lines.length > 1,
    line: first,
    lines: [...lines],
    link: lines.length > 1 ? `${publicUrl}/tasks` : first.link,
    words: LABELS[recipient.locale].words,
  };
}

/** Words one row of the outbox for its reader. Throws a MailDataError when the row's data is not complete. */
export function mailLine(facts: MailFacts, context: Context): MailLine {
  const { recipient } = context;
  const labels = LABELS[recipient.locale];
  const data = parseMailData(facts.template, facts.data);
  if (data.template === 'account-notice' || data.template === 'password-reset')
    return accountLine(data, facts.id, context);
  if (data.template === 'training') return trainingLine(facts, data, context);
  if (data.template === 'guideline') return guidelineLine(facts, data, context);
  const isAboutRecipient = facts.subjectId === recipient.id;
  const period = periodText(data, facts, recipient.locale);
  const instant = (at: Date | null): string => (at ? formatInstant(at, recipient.timeZone, recipient.locale) : '');
  const objectionUntil = data.template === 'result' ? data.objectionUntil : null;
  const subject = oneLine(facts.procedure?.subject ?? '');
  return {
    outboxId: facts.id,
    notice: { subject: '', title: '', lead: '' },
    title: titleOf(data, facts, labels),
    person: isAboutRecipient ? '' : oneLine(facts.subjectName ?? ''),
    summary: [isAboutRecipient ? '' : oneLine(facts.subjectPosition ?? ''), subject, period]
      .filter(Boolean)
      .join(' · '),
    waitingFor: isLateAssignee(data) ? '' : oneLine(facts.waitingForName ?? ''),
    due: isOfTask(data) ? instant(data.dueAt) : '',
    timing: data.template === 'reminder' ? timingText(data.offsetWorkingDays, labels) : '',
    link: linkOf(data, facts, context.publicUrl),
    details: detailsOf(data, facts, { recipient, labels, period, isAboutRecipient }),
    reason: data.template === 'returned' || data.template === 'procedure-finished' ? paragraphs(data.reason) : [],
    isAssignee: isLateAssignee(data),
    isNewAssignee: data.template === 'reassigned' && data.role === 'new',
    hasObjection: objectionUntil !== null,
    isProcedure: facts.procedure !== null,
    outcome: data.template === 'procedure-finished' ? labels.outcomes[data.outcome] : '',
    objectionUntil: instant(objectionUntil),
  };
}

type AccountData = Extract<MailData, { template: 'account-notice' | 'password-reset' }>;
type MatterData = Exclude<MailData, AccountData | { template: 'training' | 'guideline' }>;
type TaskData = Extract<MatterData, { taskKind: unknown }>;

const isOfTask = (data: MatterData): data is TaskData => 'taskKind' in data;

function titleOf(data: MatterData, { procedure }: MailFacts, labels: Labels): string {
  if (isOfTask(data)) return labels.taskKinds[data.taskKind];
  return procedure ? labels.stages[procedure.kind] : '';
}

/** A mail about the reader's own account. The address of a reset is a secret: its token stands after `#`, where no server sees it. */
function accountLine(data: AccountData, outboxId: string, { recipient, publicUrl }: Context): MailLine {
  const { accountNotices, details } = LABELS[recipient.locale];
  const at = data.template === 'password-reset' ? data.expiresAt : data.at;
  const time = formatInstant(at, recipient.timeZone, recipient.locale);
  const device = data.template === 'account-notice' ? oneLine(data.device) : '';
  const words = data.template === 'account-notice' ? accountNotices[data.notice] : accountNotices.resetLink;
  return {
    outboxId,
    notice: { subject: '', title: '', lead: '' },
    title: words.title,
    person: '',
    summary: '',
    waitingFor: '',
    due: time,
    timing: '',
    link:
      data.template === 'password-reset'
        ? `${publicUrl}/reset-password#${data.token}`
        : `${publicUrl}/profile/security`,
    details: [
      { label: data.template === 'password-reset' ? details.validUntil : details.time, value: time },
      ...(device ? [{ label: details.device, value: device }] : []),
    ],
    reason: words.text,
    isAssignee: false,
    isNewAssignee: false,
    hasObjection: false,
    objectionUntil: '',
    isProcedure: false,
    outcome: '',
  };
}

type DetailContext = { recipient: Recipient; labels: Labels; period: string; isAboutRecipient: boolean };

/** The table of a mail, top to bottom; rows without a value are left out. */
function detailsOf(data: MatterData, facts: MailFacts, { recipient, labels, period, isAboutRecipient }: DetailContext) {
  const instant = (at: Date | null) => (at ? formatInstant(at, recipient.timeZone, recipient.locale) : '');
  const { procedure } = facts;
  const person = isAboutRecipient ? '' : oneLine(facts.subjectName ?? '');
  const values: Partial<Record<keyof Labels['details'], string>> = {
    predikat: data.template === 'result' ? labels.predikats[data.predikat] : '',
    task: isOfTask(data) ? labels.taskKinds[data.taskKind] : '',
    stage: isOfTask(data) ? labels.stages[taskRule(data.taskKind).stage] : '',
    subject: oneLine(procedure?.subject ?? ''),
    waitingFor: isLateAssignee(data) ? '' : oneLine(facts.waitingForName ?? ''),
    person: procedure ? '' : person,
    concerned: procedure ? person : '',
    position: isAboutRecipient ? '' : oneLine(facts.subjectPosition ?? ''),
    year: facts.year === null ? '' : String(facts.year),
    period,
    round: data.template === 'task-assigned' && data.round > 1 ? String(data.round) : '',
    fromPosition: data.template === 'reassigned' ? oneLine(facts.fromPositionTitle ?? '') : '',
    due: isOfTask(data) ? instant(data.dueAt) : '',
    timing: data.template === 'reminder' ? timingText(data.offsetWorkingDays, labels) : '',
    escalatedTo: data.template === 'escalation' && data.role !== 'assignee' ? labels.roles[data.role] : '',
    objectionUntil: data.template === 'result' ? instant(data.objectionUntil) : '',
    validUntil: 'expiresAt' in data ? instant(data.expiresAt) : '',
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ label: labels.details[name as keyof Labels['details']], value: value! }));
}

/** The page that a mail opens. It only shows; whoever no longer has the task, or watches over it, is led to the cycle or to the own inbox. */
function linkOf(data: MatterData, facts: MailFacts, publicUrl: string): string {
  if (data.template === 'registration-proof') return `${publicUrl}/register/proof#${data.token}`;
  if (data.template === 'registration-granted') return `${publicUrl}/register/password#${data.token}`;
  if (facts.procedure?.kind === 'accountRegistration' && data.template === 'procedure-finished')
    return `${publicUrl}/register/status`;
  if (data.template === 'procedure-finished')
    return facts.procedure ? `${publicUrl}/procedures/${facts.procedure.id}` : `${publicUrl}/tasks`;
  const isWatcher =
    (data.template === 'escalation' && data.role !== 'assignee') ||
    (data.template === 'reassigned' && data.role === 'old');
  if (facts.taskId && !(isWatcher && (facts.cycleId || facts.procedure))) return `${publicUrl}/tasks/${facts.taskId}`;
  return facts.cycleId ? `${publicUrl}/cycles/${facts.cycleId}` : `${publicUrl}/tasks`;
}

const isLateAssignee = (data: MatterData): boolean => data.template === 'escalation' && data.role === 'assignee';

function periodText(data: MatterData, facts: MailFacts, locale: Locale): string {
  if (!isOfTask(data) || data.periodNo === null) return '';
  const number = fill(LABELS[locale].period, data.periodNo);
  return facts.period ? `${number} (${formatDates(facts.period.startsOn, facts.period.endsOn, locale)})` : number;
}

function timingText(offsetWorkingDays: number, labels: Labels): string {
  const days = Math.abs(offsetWorkingDays);
  if (days === 0) return labels.timing.now;
  if (offsetWorkingDays < 0) return days === 1 ? labels.timing.beforeOne : fill(labels.timing.before, days);
  return days === 1 ? labels.timing.afterOne : fill(labels.timing.after, days);
}

/** Characters that could break a line or turn the direction of writing around. */
const invisible = /[\p{Cc}\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;

/** A text without line breaks or signs that change the direction of writing. */
export const oneLine = (text: string) => text.replace(invisible, ' ').replace(/ {2,}/g, ' ').trim();

/** The lines of a text that have something in them. */
export const paragraphs = (text: string) =>
  text
    .split(/\r\n|\r|\n/)
    .map(oneLine)
    .filter(Boolean);
