import { z } from 'zod';
import { TRAINING_MAIL_STEPS, type TrainingMailStep } from '#domain/notifications/mail.ts';
import { readTrainingFacts, type TrainingFacts } from '#persistence/notifications/mail-facts.queries.ts';
import { calendarFile, type CalendarFile } from '../../calendar-file.ts';
import { formatSpan } from '../../dates.ts';
import { defineMail } from '../../define-mail.ts';
import { fill, oneLine, paragraphs } from '../../text.ts';
import en from './words.en.json' with { type: 'json' };
import id from './words.id.json' with { type: 'json' };

/** An event that the reader, or somebody of their people, is invited to. */
export const training = defineMail({
  name: 'training',
  data: z.object({
    step: z.enum(TRAINING_MAIL_STEPS),
    eventId: z.guid(),
    sequence: z.number().int().default(0),
    /** Who has not completed it, for their superior. */
    employeeIds: z.array(z.guid()).default([]),
  }),
  words: { id, en },
  facts: (em, { data }) => readTrainingFacts(em, data.eventId, data.employeeIds),
  word: ({ data, facts: event, reader, publicUrl }, words) => {
    const notice = words.notices[data.step];
    const { details } = words;
    const missing = data.step === 'missedTeam' ? event.missing : [];
    const time = formatSpan(event.startsAt, event.endsAt, { locale: reader.locale, timeZone: event.timeZone });
    return {
      subject: fill(notice.subject, { title: event.title }),
      preview: time,
      title: notice.title,
      lead: [fill(notice.lead, { number: missing.length })],
      details: [
        { label: details.event, value: event.title },
        { label: details.kind, value: words.kinds[event.kind] },
        { label: details.time, value: time },
        { label: details.place, value: event.place },
        { label: details.address, value: event.link },
        { label: details.organiser, value: event.organiser },
        { label: details.speakers, value: event.speakers.map(oneLine).join(', ') },
        { label: details.missing, value: missing.map(oneLine).join(', ') },
      ],
      paragraphs: remarksOn(data.step, event),
      link: linkOf(data.step, event.id, publicUrl),
    };
  },
  calendar: ({ data, facts: event, reader, publicUrl }, words, from) => {
    const method = CALENDAR_METHODS[data.step];
    if (!method) return null;
    return calendarFile({
      method,
      event,
      sequence: data.sequence,
      recipient: reader,
      from,
      url: linkOf(data.step, event.id, publicUrl),
      host: new URL(publicUrl).hostname,
      kind: words.kinds[event.kind],
    });
  },
});

/** The mails that put the event into the reader's calendar, move it there or take it out. */
const CALENDAR_METHODS: Partial<Record<TrainingMailStep, CalendarFile['method']>> = {
  invitation: 'REQUEST',
  changed: 'REQUEST',
  promoted: 'REQUEST',
  cancelled: 'CANCEL',
};

function remarksOn(step: TrainingMailStep, event: TrainingFacts): string[] {
  if (step === 'cancelled') return paragraphs(event.cancelledReason ?? '');
  return step === 'invitation' ? paragraphs(event.agenda) : [];
}

/** A certificate lies on the reader's own page; all else on the page of the event. */
const linkOf = (step: TrainingMailStep, eventId: string, publicUrl: string): string =>
  step === 'certificate' ? `${publicUrl}/training` : `${publicUrl}/training/events/${eventId}`;
