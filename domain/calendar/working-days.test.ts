import { describe, expect, it } from 'vitest';
import { nationalCalendar, readHolidays2026 } from '../../data/files.ts';
import { addDays, calendarDate, lastDayOfMonth } from './calendar-date.ts';
import {
  addWorkingDays,
  FIVE_DAY_WEEKEND,
  isWorkingDay,
  SIX_DAY_WEEKEND,
  workingDayOnOrAfter,
  workingDayOnOrBefore,
  workingDaysBetween,
} from './working-days.ts';

const d = calendarDate;
const national = nationalCalendar();

describe('R-WORKDAY-1: hari kerja on the calendar of 2026', () => {
  it('has 17 holidays and 8 days of joint leave', () => {
    const kinds = readHolidays2026().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'libur')).toHaveLength(17);
    expect(kinds.filter((kind) => kind === 'cuti bersama')).toHaveLength(8);
  });

  it('has 240 working days in 2026, month by month as published', () => {
    const months = Array.from({ length: 12 }, (_, index) =>
      workingDaysBetween(
        addDays(d(`2026-${String(index + 1).padStart(2, '0')}-01`), -1),
        lastDayOfMonth(2026, index + 1),
        national,
      ),
    );
    expect(months).toEqual([20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21]);
    expect(months.reduce((a, b) => a + b)).toBe(240);
  });

  it.each([
    ['case 27: the 15th hari kerja after Tuesday 14 July', '2026-07-14', 15, '2026-08-04'],
    ['case 28: 14 hari kerja after Friday 10 July', '2026-07-10', 14, '2026-07-30'],
    ['case 29: 7 hari kerja before Monday 19 October', '2026-10-19', -7, '2026-10-08'],
    ['case 30: over joint leave, Christmas and the weekend', '2026-12-23', 1, '2026-12-28'],
    ['case 31: over the turn of the year', '2026-12-16', 15, '2027-01-11'],
    ['the day of the event is day 0', '2026-07-14', 0, '2026-07-14'],
    ['day 0 may itself be free', '2026-12-25', 0, '2026-12-25'],
    ['a count from a free day starts on the next working day', '2026-12-25', 1, '2026-12-28'],
    ['a count back from a Sunday ends on the Friday before', '2027-01-31', -1, '2027-01-29'],
  ])('%s', (_title, from, n, expected) => {
    expect(addWorkingDays(d(from), n, national)).toBe(expected);
  });

  it('counts between two dates as the inverse of adding', () => {
    for (const n of [-40, -1, 0, 1, 5, 40]) {
      const from = d('2026-05-13');
      expect(workingDaysBetween(from, addWorkingDays(from, n, national), national)).toBe(n);
    }
  });

  it('knows six-day weeks and regional holidays', () => {
    const saturday = d('2026-07-11');
    expect(isWorkingDay(saturday, { weekend: FIVE_DAY_WEEKEND, holidays: new Set() })).toBe(false);
    expect(isWorkingDay(saturday, { weekend: SIX_DAY_WEEKEND, holidays: new Set() })).toBe(true);
    expect(isWorkingDay(saturday, { weekend: SIX_DAY_WEEKEND, holidays: new Set([saturday]) })).toBe(false);
  });

  it('finds the working day on or next to a date', () => {
    expect(workingDayOnOrBefore(d('2027-01-31'), national)).toBe('2027-01-29');
    expect(workingDayOnOrAfter(d('2027-01-31'), national)).toBe('2027-02-01');
    expect(workingDayOnOrBefore(d('2027-01-29'), national)).toBe('2027-01-29');
  });

  it('refuses a week without working days and a fraction of a day', () => {
    expect(() => addWorkingDays(d('2026-01-01'), 1, { weekend: [0, 1, 2, 3, 4, 5, 6], holidays: new Set() })).toThrow(
      RangeError,
    );
    expect(() => addWorkingDays(d('2026-01-01'), 1.5, national)).toThrow(RangeError);
  });
});
