import ical, { ICalAttendeeStatus, ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { abbreviationOf, isIndonesianZone, zoneOffsetMs } from '#domain/calendar/time-zone.ts';
import type { TrainingFacts } from '#persistence/notifications/mail-facts.queries.ts';
import type { Recipient } from '#persistence/notifications/outbox.repository.ts';
import { zoneOf } from './dates.ts';

/** A calendar entry as it goes with a mail. */
export type CalendarFile = { method: 'REQUEST' | 'CANCEL'; fileName: string; content: string };

type Entry = {
  method: CalendarFile['method'];
  event: TrainingFacts;
  /** Higher numbers replace lower ones in the recipient's calendar. */
  sequence: number;
  recipient: Recipient;
  from: { name: string; address: string };
  url: string;
  host: string;
  kind: string;
};

/** The entry of an event for one person (RFC 5545, 5546): the same UID each time, so that a change moves it and a cancellation removes it. */
export function calendarFile({ method, event, sequence, recipient, from, url, host, kind }: Entry): CalendarFile {
  const zone = zoneOf(event.timeZone);
  const local = (at: Date) => Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const calendar = ical({
    prodId: { company: 'E-Kinerja ASN', product: 'E-Kinerja ASN', language: recipient.locale.toUpperCase() },
    method: method === 'CANCEL' ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
    timezone: { name: zone, generator: timeZoneComponent },
  });
  calendar.createEvent({
    id: `training-${event.id}@${host}`,
    sequence,
    stamp: local(new Date()).withTimeZone('UTC'),
    timezone: zone,
    start: local(event.startsAt),
    end: local(event.endsAt),
    summary: `${kind}: ${event.title}`,
    location: [event.place, event.link].filter(Boolean).join(' · '),
    description: [event.agenda, url].filter(Boolean).join('\n\n'),
    url,
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: { name: from.name || 'E-Kinerja ASN', email: from.address },
    attendees: [{ name: recipient.name, email: recipient.email, rsvp: false, status: ICalAttendeeStatus.NEEDSACTION }],
  });
  // DTSTAMP is an instant in UTC (RFC 5545, 3.8.7.2); the library writes it without saying so when a calendar has a zone.
  const content = calendar.toString().replace(/^DTSTAMP[^\r\n]*/m, `DTSTAMP:${utc(new Date())}`);
  return { method, fileName: 'undangan.ics', content };
}

const utc = (at: Date): string => at.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** The zones of Indonesia have one offset all year. */
function timeZoneComponent(zone: string): string {
  if (!isIndonesianZone(zone)) throw new RangeError(`not a time zone of Indonesia: ${zone}`);
  const offset = `+${String(zoneOffsetMs(zone) / 3_600_000).padStart(2, '0')}00`;
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone}`,
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    `TZOFFSETFROM:${offset}`,
    `TZOFFSETTO:${offset}`,
    `TZNAME:${abbreviationOf(zone)}`,
    'END:STANDARD',
    'END:VTIMEZONE',
  ].join('\r\n');
}
