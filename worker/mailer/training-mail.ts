import type { TrainingMailStep } from '#domain/notifications/mail.ts';
import { abbreviationOf, isIndonesianZone } from '#domain/calendar/time-zone.ts';
import type { MailFacts, Recipient, TrainingFacts } from '#persistence/notifications/outbox.repository.ts';
import { calendarFile, type CalendarFile } from './calendar-file.ts';
import { formatInstant, type Locale } from './dates.ts';
import { fill, LABELS } from './labels.ts';
import { MailDataError, parseMailData, type MailData } from './mail-data.ts';
import { oneLine, paragraphs, type MailLine } from './mail-view.ts';

type TrainingData = Extract<MailData, { template: 'training' }>;
type Context = { recipient: Recipient; publicUrl: string };

/** Words a mail about a training. Throws a MailDataError when the event is gone. */
export function trainingLine(facts: MailFacts, data: TrainingData, { recipient, publicUrl }: Context): MailLine {
  const event = eventOf(facts);
  const words = LABELS[recipient.locale].training;
  const notice = words.notices[data.step];
  const names = data.step === 'missedTeam' ? event.missing : [];
  return {
    outboxId: facts.id,
    notice: {
      subject: `${notice.subject}: ${oneLine(event.title)}`,
      title: notice.title,
      lead: names.length ? fill(notice.lead, names.length) : notice.lead,
    },
    title: notice.title,
    person: '',
    summary: oneLine(event.title),
    waitingFor: '',
    due: timesText(event, recipient.locale),
    timing: '',
    link: linkOf(data.step, event.id, publicUrl),
    details: detailsOf(event, names, recipient.locale),
    reason:
      data.step === 'cancelled'
        ? paragraphs(event.cancelledReason ?? '')
        : data.step === 'invitation'
          ? paragraphs(event.agenda)
          : [],
    isNewAssignee: false,
    isAssignee: false,
    hasObjection: false,
    objectionUntil: '',
    isProcedure: false,
    outcome: '',
  };
}

const ICS_METHODS: Partial<Record<TrainingMailStep, 'REQUEST' | 'CANCEL'>> = {
  invitation: 'REQUEST',
  changed: 'REQUEST',
  promoted: 'REQUEST',
  cancelled: 'CANCEL',
};

/** The calendar file of a mail that invites, changes or cancels; null for the others. */
export function calendarOf(
  facts: MailFacts,
  { recipient, publicUrl, from }: Context & { from: { name: string; address: string } },
): CalendarFile | null {
  const data = facts.template === 'training' ? parseMailData(facts.template, facts.data) : null;
  const method = data?.template === 'training' ? ICS_METHODS[data.step] : undefined;
  if (!method || data?.template !== 'training') return null;
  const event = eventOf(facts);
  return calendarFile({
    method,
    event,
    sequence: data.sequence,
    from,
    recipient,
    url: linkOf(data.step, event.id, publicUrl),
    host: new URL(publicUrl).hostname,
    kind: LABELS[recipient.locale].training.kinds[event.kind],
  });
}

function detailsOf(event: TrainingFacts, missing: readonly string[], locale: Locale): MailLine['details'] {
  const { details, kinds } = LABELS[locale].training;
  const values: Partial<Record<keyof typeof details, string>> = {
    event: oneLine(event.title),
    kind: kinds[event.kind],
    time: timesText(event, locale),
    place: oneLine(event.place),
    address: oneLine(event.link),
    organiser: oneLine(event.organiser),
    speakers: event.speakers.map(oneLine).join(', '),
    missing: missing.map(oneLine).join(', '),
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ label: details[name as keyof typeof details], value: value! }));
}

/** From and to in the zone of the event: `24 November 2026 pukul 08.00 WIB – 12.00 WIB`. */
function timesText(event: TrainingFacts, locale: Locale): string {
  const start = formatInstant(event.startsAt, event.timeZone, locale);
  const end = formatInstant(event.endsAt, event.timeZone, locale);
  const [day, endDay] = [dayOf(event.startsAt, event.timeZone), dayOf(event.endsAt, event.timeZone)];
  return day === endDay ? `${start} – ${clockOf(event.endsAt, event.timeZone, locale)}` : `${start} – ${end}`;
}

const dayOf = (at: Date, timeZone: string): string => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);
function clockOf(at: Date, timeZone: string, locale: Locale): string {
  const zone = isIndonesianZone(timeZone) ? timeZone : 'Asia/Jakarta';
  const time = new Intl.DateTimeFormat(locale === 'id' ? 'id-ID' : 'en-GB', {
    timeStyle: 'short',
    timeZone: zone,
  }).format(at);
  return `${time} ${abbreviationOf(zone)}`;
}

/** Who watches over others is led to what is covered; everybody else to the event itself. */
const linkOf = (step: TrainingMailStep, eventId: string, publicUrl: string): string =>
  step === 'certificate' ? `${publicUrl}/training` : `${publicUrl}/training/events/${eventId}`;

function eventOf(facts: MailFacts): TrainingFacts {
  if (!facts.training) throw new MailDataError('the training of this mail does not exist');
  return facts.training;
}
