import { describe, expect, it } from 'vitest';
import { addDays, calendarDate } from './calendar-date.ts';
import { CIVIL_CLOCK, civilDate, dateOf, endOfDay, instantOf, startOfDay, type CalendarClock } from './clock.ts';
import { INDONESIAN_ZONES } from './time-zone.ts';

const d = calendarDate;
const utc = (iso: string): number => Date.parse(iso);

describe('R-CLOCK-1: the civil clock', () => {
  it('an instant has its own date in each zone', () => {
    const at = utc('2026-11-30T15:30:00Z');
    expect(INDONESIAN_ZONES.map((zone) => civilDate(at, zone))).toEqual([
      '2026-11-30',
      '2026-11-30',
      '2026-11-30',
      '2026-12-01',
    ]);
    expect(civilDate(new Date(at), 'Asia/Jayapura')).toBe('2026-12-01');
  });

  it.each([
    ['Asia/Jakarta', '2026-01-30T17:00:00.000Z', '2026-01-31T16:59:59.999Z'],
    ['Asia/Pontianak', '2026-01-30T17:00:00.000Z', '2026-01-31T16:59:59.999Z'],
    ['Asia/Makassar', '2026-01-30T16:00:00.000Z', '2026-01-31T15:59:59.999Z'],
    ['Asia/Jayapura', '2026-01-30T15:00:00.000Z', '2026-01-31T14:59:59.999Z'],
  ] as const)('31 January in %s lasts from %s to %s', (zone, first, last) => {
    expect(startOfDay(d('2026-01-31'), zone, CIVIL_CLOCK)).toBe(utc(first));
    expect(endOfDay(d('2026-01-31'), zone, CIVIL_CLOCK)).toBe(utc(last));
  });

  it('maps local times to instants and back to their date in each zone', () => {
    for (const zone of INDONESIAN_ZONES) {
      for (const date of ['1969-12-31', '2024-02-29', '2026-12-31'].map(d)) {
        expect(dateOf(startOfDay(date, zone, CIVIL_CLOCK), zone, CIVIL_CLOCK)).toBe(date);
        expect(dateOf(endOfDay(date, zone, CIVIL_CLOCK), zone, CIVIL_CLOCK)).toBe(date);
        expect(dateOf(endOfDay(date, zone, CIVIL_CLOCK) + 1, zone, CIVIL_CLOCK)).toBe(addDays(date, 1));
      }
    }
    expect(instantOf(d('2026-07-14'), '08:00:00', 'Asia/Makassar', CIVIL_CLOCK)).toBe(utc('2026-07-14T08:00:00+08:00'));
  });

  it.each(['24:00:00', '8:00:00', '08:00', '08:60:00', ''])('refuses the time %j', (time) => {
    expect(() => instantOf(d('2026-01-01'), time, 'Asia/Jakarta', CIVIL_CLOCK)).toThrow(RangeError);
  });
});

describe('R-CLOCK-1: the compressed clock (X.6)', () => {
  const startsAt = utc('2026-11-24T03:00:00Z');
  const clock: CalendarClock = { kind: 'compressed', startsOn: d('2026-01-01'), startsAt, dayLengthMs: 2000 };

  it('lets a day last its length, in every zone alike', () => {
    for (const zone of INDONESIAN_ZONES) {
      expect(startOfDay(d('2026-01-01'), zone, clock)).toBe(startsAt);
      expect(startOfDay(d('2026-02-01'), zone, clock)).toBe(startsAt + 31 * 2000);
      expect(startOfDay(d('2025-12-31'), zone, clock)).toBe(startsAt - 2000);
      expect(endOfDay(d('2026-01-01'), zone, clock)).toBe(startsAt + 1999);
      expect(instantOf(d('2026-01-01'), '12:00:00', zone, clock)).toBe(startsAt + 1000);
    }
  });

  it('maps a whole year of days to instants and back, a year in twelve minutes', () => {
    for (let offset = 0, date = d('2026-01-01'); offset < 365; offset++, date = addDays(date, 1)) {
      for (const instant of [startOfDay(date, 'Asia/Jakarta', clock), endOfDay(date, 'Asia/Jayapura', clock)]) {
        expect(dateOf(instant, 'Asia/Makassar', clock)).toBe(date);
      }
    }
    expect(endOfDay(d('2026-12-31'), 'Asia/Jakarta', clock) - startsAt).toBeLessThan(12.5 * 60_000);
  });

  it('is the civil clock of UTC when a day lasts 24 hours from a midnight', () => {
    const full: CalendarClock = {
      kind: 'compressed',
      startsOn: d('2026-01-01'),
      startsAt: utc('2026-01-01T00:00:00Z'),
      dayLengthMs: 86_400_000,
    };
    expect(endOfDay(d('2026-06-30'), 'Asia/Jakarta', full)).toBe(utc('2026-06-30T23:59:59.999Z'));
  });

  it.each([0, -5, 1.5, 86_400_001, Number.NaN])('refuses a day of %s ms', (dayLengthMs) => {
    expect(() => startOfDay(d('2026-01-01'), 'Asia/Jakarta', { ...clock, dayLengthMs })).toThrow(RangeError);
  });
});
