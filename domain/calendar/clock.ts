import { fromEpochDay, toEpochDay, type CalendarDate } from './calendar-date.ts';
import { zoneOffsetMs, type IndonesianZone } from './time-zone.ts';

/**
 * How legal dates map to instants (milliseconds since 1970-01-01 UTC). With the civil clock a day lasts 24 hours in the
 * zone of the unit. With a compressed clock it lasts `dayLengthMs`, counted from `startsAt`, which is 00:00 of `startsOn`
 * in every zone: dates, months and working days stay the legal ones, only the waiting between them shrinks.
 */
export type CalendarClock =
  | { readonly kind: 'civil' }
  | {
      readonly kind: 'compressed';
      readonly startsOn: CalendarDate;
      readonly startsAt: number;
      readonly dayLengthMs: number;
    };

/** The clock on the wall. */
export const CIVIL_CLOCK: CalendarClock = { kind: 'civil' };

export const DAY_MS = 86_400_000;
const LAST_MS_OF_DAY = DAY_MS - 1;
const TIME_OF_DAY = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;

/** The instant of a local time `HH:MM:SS` on a date. Throws a RangeError for a malformed time or clock. */
export function instantOf(date: CalendarDate, timeOfDay: string, zone: IndonesianZone, clock: CalendarClock): number {
  return instantInDay(date, timeOfDayMs(timeOfDay), zone, clock);
}

/** 00:00:00.000 local, the first instant of a date. */
export const startOfDay = (date: CalendarDate, zone: IndonesianZone, clock: CalendarClock): number =>
  instantInDay(date, 0, zone, clock);

/** 23:59:59.999 local, the last instant of a date: what arrives then is still in time. */
export const endOfDay = (date: CalendarDate, zone: IndonesianZone, clock: CalendarClock): number =>
  instantInDay(date, LAST_MS_OF_DAY, zone, clock);

/** The local date of an instant. */
export function dateOf(instant: number, zone: IndonesianZone, clock: CalendarClock): CalendarDate {
  if (clock.kind === 'civil') return fromEpochDay(Math.floor((instant + zoneOffsetMs(zone)) / DAY_MS));
  const daysSinceStart = Math.floor((instant - clock.startsAt) / checkedDayLength(clock.dayLengthMs));
  return fromEpochDay(toEpochDay(clock.startsOn) + daysSinceStart);
}

/** The local date of an instant on the clock on the wall: the `today` of a request or of a step. */
export const civilDate = (at: number | Date, zone: IndonesianZone): CalendarDate =>
  dateOf(Number(at), zone, CIVIL_CLOCK);

function instantInDay(date: CalendarDate, msOfDay: number, zone: IndonesianZone, clock: CalendarClock): number {
  if (clock.kind === 'civil') return toEpochDay(date) * DAY_MS + msOfDay - zoneOffsetMs(zone);
  const dayLengthMs = checkedDayLength(clock.dayLengthMs);
  const days = toEpochDay(date) - toEpochDay(clock.startsOn);
  return clock.startsAt + days * dayLengthMs + Math.floor((msOfDay * dayLengthMs) / DAY_MS);
}

function timeOfDayMs(text: string): number {
  const match = TIME_OF_DAY.exec(text);
  if (!match) throw new RangeError(`not a time of day HH:MM:SS: ${text}`);
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}

function checkedDayLength(dayLengthMs: number): number {
  if (!isDayLength(dayLengthMs)) throw new RangeError(`not a day length in ms: ${dayLengthMs}`);
  return dayLengthMs;
}

/** A compressed day lasts from 1 ms to 24 hours, in whole milliseconds. */
export const isDayLength = (ms: number): boolean => Number.isSafeInteger(ms) && ms >= 1 && ms <= DAY_MS;
