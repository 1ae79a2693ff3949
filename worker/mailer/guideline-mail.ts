import type { GuidelineFacts, MailFacts, Recipient } from '#persistence/notifications/outbox.repository.ts';
import { formatInstant } from './dates.ts';
import { fill, LABELS } from './labels.ts';
import { MailDataError, type MailData } from './mail-data.ts';
import { oneLine, type MailLine } from './mail-view.ts';

type GuidelineData = Extract<MailData, { template: 'guideline' }>;

/** Most people that a mail to their superior names. */
const MOST_NAMES = 100;

/** Words a mail about a guideline that is to be read. Throws a MailDataError when the guideline is gone. */
export function guidelineLine(
  facts: MailFacts,
  data: GuidelineData,
  { recipient, publicUrl }: { recipient: Recipient; publicUrl: string },
): MailLine {
  if (!facts.guideline) throw new MailDataError('the guideline of this mail does not exist');
  const { guideline } = facts;
  const { notices, andOthers } = LABELS[recipient.locale].guideline;
  const notice = notices[data.step];
  const names = guideline.unread.slice(0, MOST_NAMES).map(oneLine);
  const others = guideline.unread.length - names.length;
  const due = formatInstant(data.dueAt, recipient.timeZone, recipient.locale);
  return {
    outboxId: facts.id,
    notice: {
      subject: `${notice.subject}: ${oneLine(guideline.title)}`,
      title: notice.title,
      lead: fill(notice.lead, guideline.unread.length),
    },
    title: notice.title,
    person: '',
    waitingFor: '',
    timing: '',
    due,
    summary: oneLine(guideline.title),
    link: `${publicUrl}/guidelines/${data.guidelineId}`,
    details: detailsOf(guideline, due, recipient),
    reason: others > 0 ? [...names, fill(andOthers, others)] : names,
    isNewAssignee: false,
    isAssignee: false,
    isProcedure: false,
    outcome: '',
    hasObjection: false,
    objectionUntil: '',
  };
}

function detailsOf(
  { kind, number, year, title, issuer, version }: GuidelineFacts,
  due: string,
  { locale }: Recipient,
): MailLine['details'] {
  const { details, kinds } = LABELS[locale].guideline;
  const values = {
    guideline: oneLine(title),
    number: `${kinds[kind]} ${[oneLine(number), year].filter(Boolean).join('/')}`,
    issuer: oneLine(issuer),
    version: String(version),
    due,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ label: details[name as keyof typeof details], value }));
}
