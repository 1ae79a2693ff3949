import { err, ok, type Result } from '../result.ts';

/** A legal date `YYYY-MM-DD` without time or zone. Being text, it sorts, compares and travels through JSON as it is. */
export type CalendarDate = string & { readonly __calendarDate: true };

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS_PER_ERA = 146_097;

/** Whether the text is a real date of the years 0001–9999. */
export function isCalendarDate(text: string): text is CalendarDate {
  const match = PATTERN.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/** Reads a date that came from outside. Error: `calendar.date`. */
export function parseCalendarDate(text: string): Result<CalendarDate, 'calendar.date'> {
  const trimmed = text.trim();
  return isCalendarDate(trimmed) ? ok(trimmed) : err('calendar.date', { value: text });
}

/** A date written in code or trusted data. Throws a RangeError for anything that is not one. */
export function calendarDate(text: string): CalendarDate {
  if (!isCalendarDate(text)) throw new RangeError(`not a calendar date: ${text}`);
  return text;
}

/** A date from its parts (month and day from 1). Throws a RangeError when there is no such day. */
export const dateFromParts = (year: number, month: number, day: number): CalendarDate =>
  calendarDate(format(year, month, day));

/** The parts of a date, month and day from 1. */
export function partsOf(date: CalendarDate): { year: number; month: number; day: number } {
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}

export const yearOf = (date: CalendarDate): number => partsOf(date).year;

/** Negative, zero or positive as `a` is before, on or after `b`. */
export const compareDates = (a: CalendarDate, b: CalendarDate): number => (a < b ? -1 : a > b ? 1 : 0);

export const earlierOf = (a: CalendarDate, b: CalendarDate): CalendarDate => (a < b ? a : b);

export const laterOf = (a: CalendarDate, b: CalendarDate): CalendarDate => (a > b ? a : b);

/** The date a number of calendar days away; negative goes back. */
export const addDays = (date: CalendarDate, days: number): CalendarDate => fromEpochDay(toEpochDay(date) + days);

/** The same day of the month a number of months away, or the last day of that month when it is shorter. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [targetYear, targetMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  return dateFromParts(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

/** Calendar days from `from` to `to`, negative when `to` is earlier. */
export const daysBetween = (from: CalendarDate, to: CalendarDate): number => toEpochDay(to) - toEpochDay(from);

/** Whole months completed from `from` to `to` (0 when `to` is earlier): the measure of service and age. */
export function monthsBetween(from: CalendarDate, to: CalendarDate): number {
  if (to < from) return 0;
  const [a, b] = [partsOf(from), partsOf(to)];
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return addMonths(from, months) > to ? months - 1 : months;
}

/** Whole years completed from `from` to `to`. */
export const yearsBetween = (from: CalendarDate, to: CalendarDate): number => Math.floor(monthsBetween(from, to) / 12);

/** Day of the week, 0 = Sunday … 6 = Saturday. */
export const dayOfWeek = (date: CalendarDate): number => (((toEpochDay(date) + 4) % 7) + 7) % 7;

export function lastDayOfMonth(year: number, month: number): CalendarDate {
  return dateFromParts(year, month, daysInMonth(year, month));
}

/** Days since 1970-01-01, by the civil calendar in whole numbers. */
export function toEpochDay(date: CalendarDate): number {
  const { year, month, day } = partsOf(date);
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - 719_468;
}

/** The date of a number of days since 1970-01-01. */
export function fromEpochDay(epochDay: number): CalendarDate {
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return dateFromParts(year, month, dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const format = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
