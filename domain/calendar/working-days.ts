import { addDays, dayOfWeek, type CalendarDate } from './calendar-date.ts';

/**
 * The working pattern of a unit: the days of the week that are free (0 = Sunday) and the dates that are free besides
 * (libur nasional, cuti bersama, regional holidays). Perpres 21/2023; SKB 3 Menteri of the year.
 */
export type WorkingCalendar = { readonly weekend: readonly number[]; readonly holidays: ReadonlySet<CalendarDate> };

/** Monday to Friday, the pattern of most offices. */
export const FIVE_DAY_WEEKEND: readonly number[] = [0, 6];

/** Monday to Saturday. */
export const SIX_DAY_WEEKEND: readonly number[] = [0];

export function isWorkingDay(date: CalendarDate, calendar: WorkingCalendar): boolean {
  return !calendar.weekend.includes(dayOfWeek(date)) && !calendar.holidays.has(date);
}

/**
 * The n-th hari kerja after `from` (before it for a negative n). The day of the event is day 0, working day or not,
 * so n = 0 is the day itself. Throws a RangeError for a fraction and for a week without working days.
 */
export function addWorkingDays(from: CalendarDate, n: number, calendar: WorkingCalendar): CalendarDate {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not a whole number of working days: ${n}`);
  assertSomeWorkingDay(calendar);
  const step = n < 0 ? -1 : 1;
  let date = from;
  for (let left = Math.abs(n); left > 0;) {
    date = addDays(date, step);
    if (isWorkingDay(date, calendar)) left -= 1;
  }
  return date;
}

/** Hari kerja after `from` up to and with `to`; negative, counted the same way backwards, when `to` is earlier. */
export function workingDaysBetween(from: CalendarDate, to: CalendarDate, calendar: WorkingCalendar): number {
  const step = to < from ? -1 : 1;
  let count = 0;
  for (let date = from; date !== to;) {
    date = addDays(date, step);
    if (isWorkingDay(date, calendar)) count += step;
  }
  return count;
}

/** The date itself when it is a working day, else the nearest one before it. */
export const workingDayOnOrBefore = (date: CalendarDate, calendar: WorkingCalendar): CalendarDate =>
  isWorkingDay(date, calendar) ? date : addWorkingDays(date, -1, calendar);

/** The date itself when it is a working day, else the nearest one after it. */
export const workingDayOnOrAfter = (date: CalendarDate, calendar: WorkingCalendar): CalendarDate =>
  isWorkingDay(date, calendar) ? date : addWorkingDays(date, 1, calendar);

function assertSomeWorkingDay(calendar: WorkingCalendar): void {
  if (new Set(calendar.weekend).size >= 7) throw new RangeError('a week needs at least one working day');
}
