import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  calendarDate,
  compareDates,
  dayOfWeek,
  daysBetween,
  fromEpochDay,
  isCalendarDate,
  lastDayOfMonth,
  monthsBetween,
  parseCalendarDate,
  toEpochDay,
  yearsBetween,
} from './calendar-date.ts';

const d = calendarDate;

describe('calendar dates', () => {
  it.each(['2026-01-01', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('knows that %s exists', (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  it.each([
    '2026-02-29',
    '1900-02-29',
    '1990-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '0000-01-01',
    '2026-1-1',
    '20260101',
    '',
    '2026-01-01T00:00',
  ])('knows that %j does not exist', (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });

  it('reads outside text, trimmed, and refuses the rest with its code', () => {
    expect(parseCalendarDate(' 2026-03-01 ')).toEqual({ ok: true, value: '2026-03-01' });
    expect(parseCalendarDate('kemarin')).toEqual({ ok: false, code: 'calendar.date', detail: { value: 'kemarin' } });
    expect(() => calendarDate('2026-02-30')).toThrow(RangeError);
  });

  it('agrees with UTC arithmetic on each day of four centuries', () => {
    const first = Date.UTC(1800, 0, 1) / 86_400_000;
    for (let day = first; day < first + 146_097; day++) {
      const text = new Date(day * 86_400_000).toISOString().slice(0, 10);
      if (
        fromEpochDay(day) !== text ||
        toEpochDay(d(text)) !== day ||
        dayOfWeek(d(text)) !== new Date(day * 86_400_000).getUTCDay()
      ) {
        expect.fail(`differs on ${text}`);
      }
    }
  });

  it.each([
    ['2026-12-31', 1, '2027-01-01'],
    ['2024-02-28', 1, '2024-02-29'],
    ['2026-03-01', -1, '2026-02-28'],
    ['2026-12-18', 14, '2027-01-01'],
    ['1970-01-01', -1, '1969-12-31'],
  ])('%s + %i days = %s', (from, days, to) => {
    expect(addDays(d(from), days)).toBe(to);
    expect(daysBetween(d(from), d(to))).toBe(days);
  });

  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-11-15', 6, '2027-05-15'],
    ['2026-01-15', -1, '2025-12-15'],
    ['2026-03-31', -13, '2025-02-28'],
  ])('%s + %i months = %s', (from, months, to) => {
    expect(addMonths(d(from), months)).toBe(to);
  });

  it.each([
    ['2016-03-01', '2026-11-23', 128],
    ['2016-03-01', '2026-02-28', 119],
    ['2026-01-31', '2026-02-28', 1],
    ['2026-05-02', '2026-05-01', 0],
  ])('from %s to %s there are %i whole months', (from, to, months) => {
    expect(monthsBetween(d(from), d(to))).toBe(months);
  });

  it('counts whole years only when the anniversary has come', () => {
    expect(yearsBetween(d('2016-03-01'), d('2026-02-28'))).toBe(9);
    expect(yearsBetween(d('2016-03-01'), d('2026-03-01'))).toBe(10);
  });

  it('gives the last day of a month and orders dates', () => {
    expect(lastDayOfMonth(2026, 2)).toBe('2026-02-28');
    expect(lastDayOfMonth(2024, 2)).toBe('2024-02-29');
    expect(['2026-10-02', '2026-02-10', '2025-12-31'].map(d).sort(compareDates)).toEqual([
      '2025-12-31',
      '2026-02-10',
      '2026-10-02',
    ]);
  });
});
