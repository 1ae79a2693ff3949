import { describe, expect, it } from 'vitest';
import { nationalCalendar, readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { CIVIL_CLOCK, dateOf, type CalendarClock } from '../calendar/clock.ts';
import type { IndonesianZone } from '../calendar/time-zone.ts';
import {
  dueAfterCalendarDays,
  dueAfterMonths,
  dueAfterPause,
  dueAfterWorkingDays,
  firstLevel,
  fullYear,
  ladderInstants,
  schedule,
  unitCalendar,
  type Segment,
  type UnitCalendar,
} from './deadlines.ts';

const d = calendarDate;
const at = (iso: string): number => Date.parse(iso);
const monthly = readRuleSet('permenpanrb-6-2022-bulanan');
const quarterly = readRuleSet('permenpanrb-6-2022-triwulanan');
const unitIn = (zone: IndonesianZone): UnitCalendar => unitCalendar(monthly, nationalCalendar(), zone);
const [wib, wita, wit] = [unitIn('Asia/Jakarta'), unitIn('Asia/Makassar'), unitIn('Asia/Jayapura')];
const segment = (startsOn: string, endsOn: string): Segment => ({ startsOn: d(startsOn), endsOn: d(endsOn) });

describe('R-DEADLINE-1: the SKP of a full year is due at the end of January', () => {
  it('case 42: one instant is late in WIT and in time in WIB', () => {
    const instant = at('2027-02-01T00:00:01+09:00');
    expect(instant).toBe(at('2027-01-31T22:00:01+07:00'));
    expect(instant > schedule(monthly, wit, 2027).skpDueAt).toBe(true);
    expect(instant > schedule(monthly, wib, 2027).skpDueAt).toBe(false);
  });

  it('stays on 31 January 2027 although that is a Sunday, and the last reminder goes out on Friday 29 January', () => {
    const { skpDueAt, skpOpensAt } = schedule(monthly, wib, 2027);
    expect(skpDueAt).toBe(at('2027-01-31T23:59:59.999+07:00'));
    const instants = ladderInstants(skpDueAt, monthly.ladder, skpOpensAt, wib);
    const before = instants.filter((instant) => instant < skpDueAt);
    expect(before.at(-1)).toBe(at('2027-01-29T08:00:00+07:00'));
  });

  it.each([
    ['moveEarlier', '2027-01-29T23:59:59.999+07:00'],
    ['moveLater', '2027-02-01T23:59:59.999+07:00'],
  ] as const)('can be told to %s when it falls on a Sunday', (whenNotWorkingDay, expected) => {
    const rules = { ...monthly, skp: { ...monthly.skp, whenNotWorkingDay } };
    expect(schedule(rules, wib, 2027).skpDueAt).toBe(at(expected));
  });

  it('asks for the draft five hari kerja earlier', () => {
    expect(schedule(monthly, wib, 2026).skpDraftDueAt).toBe(at('2026-01-26T23:59:59.999+07:00'));
  });
});

describe('R-DEADLINE-2: a post that starts in mid-year has its own SKP deadline (S4.6)', () => {
  it('is due 30 calendar days after the start', () => {
    const mutasi = schedule(monthly, wib, 2026, segment('2026-06-01', '2026-12-31'));
    expect(mutasi.skpOpensAt).toBe(at('2026-06-01T00:00:00+07:00'));
    expect(mutasi.skpDueAt).toBe(at('2026-07-01T23:59:59.999+07:00'));
  });

  it('never lies beyond the end of the segment', () => {
    const short = schedule(monthly, wib, 2026, segment('2026-06-01', '2026-06-12'));
    expect(short.skpDueAt).toBe(at('2026-06-12T23:59:59.999+07:00'));
    expect(short.skpDraftDueAt).toBeGreaterThanOrEqual(short.skpOpensAt);
  });
});

describe('R-DEADLINE-3: report periods (S5.3)', () => {
  it('a year has twelve months; each can be filled from its first day and is due five hari kerja after its last', () => {
    const { periods } = schedule(monthly, wib, 2026);
    expect(periods.map(({ no }) => no)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(periods[1]).toEqual({
      no: 2,
      startsOn: '2026-02-01',
      endsOn: '2026-02-28',
      opensAt: at('2026-02-01T00:00:00+07:00'),
      dueAt: at('2026-03-06T23:59:59.999+07:00'),
    });
  });

  it('counts over the turn of the year: December is due on 8 January, inside the national limit of 10 January', () => {
    expect(schedule(monthly, wib, 2026).periods.at(-1)?.dueAt).toBe(at('2027-01-08T23:59:59.999+07:00'));
  });

  it('a year has four quarters under the quarterly rule set', () => {
    const { periods } = schedule(quarterly, wita, 2026);
    expect(periods.map(({ startsOn, endsOn }) => `${startsOn}/${endsOn}`)).toEqual([
      '2026-01-01/2026-03-31',
      '2026-04-01/2026-06-30',
      '2026-07-01/2026-09-30',
      '2026-10-01/2026-12-31',
    ]);
    expect(periods[0]?.dueAt).toBe(at('2026-04-08T23:59:59.999+08:00'));
  });

  it('a segment keeps the periods it overlaps, clipped, under their own numbers', () => {
    const { periods } = schedule(monthly, wib, 2026, segment('2026-05-20', '2026-08-31'));
    expect(periods.map(({ no, startsOn, endsOn }) => [no, startsOn, endsOn])).toEqual([
      [5, '2026-05-20', '2026-05-31'],
      [6, '2026-06-01', '2026-06-30'],
      [7, '2026-07-01', '2026-07-31'],
      [8, '2026-08-01', '2026-08-31'],
    ]);
  });

  it('a period cut short by a move is due after its clipped end', () => {
    const { periods } = schedule(quarterly, wib, 2026, segment('2026-01-01', '2026-05-31'));
    expect(periods.at(-1)).toMatchObject({ no: 2, endsOn: '2026-05-31', dueAt: at('2026-06-08T23:59:59.999+07:00') });
  });

  it('is reckoned in the zone of the unit, or in one zone where the rule set says so', () => {
    expect(schedule(monthly, wit, 2026).periods[0]?.opensAt).toBe(at('2026-01-01T00:00:00+09:00'));
    const nationalWib = { ...monthly, deadlineZone: 'Asia/Jakarta' as const };
    const unit = unitCalendar(nationalWib, nationalCalendar(), 'Asia/Jayapura');
    expect(schedule(nationalWib, unit, 2026).periods[0]?.opensAt).toBe(at('2026-01-01T00:00:00+07:00'));
  });
});

describe('R-DEADLINE-4: the appraisal opens (S6.1)', () => {
  it('on the fixed day of the year, with the self-assessment and then the rating', () => {
    const planned = schedule(monthly, wib, 2026);
    expect(planned.appraisalOpensAt).toBe(at('2026-12-01T00:00:00+07:00'));
    expect(planned.selfAssessmentDueAt).toBe(at('2026-12-15T23:59:59.999+07:00'));
    expect(planned.ratingDueAt).toBe(at('2026-12-31T23:59:59.999+07:00'));
  });

  it('on the last working day of a segment that ends earlier', () => {
    const leaves = schedule(monthly, wib, 2026, segment('2026-01-01', '2026-05-31'));
    expect(leaves.appraisalOpensAt).toBe(at('2026-05-29T00:00:00+07:00'));
  });

  it('not before a segment that starts after the fixed day', () => {
    const late = schedule(monthly, wib, 2026, segment('2026-12-14', '2026-12-31'));
    expect(late.appraisalOpensAt).toBe(at('2026-12-14T00:00:00+07:00'));
  });

  it('clips a segment to the year and refuses one outside it', () => {
    expect(schedule(monthly, wib, 2026, segment('2025-06-01', '2027-06-30'))).toEqual(
      schedule(monthly, wib, 2026, fullYear(2026)),
    );
    expect(() => schedule(monthly, wib, 2026, segment('2025-01-01', '2025-12-31'))).toThrow(RangeError);
  });
});

describe('R-DEADLINE-5: counting from an event', () => {
  it('case 26: 14 calendar days after Friday 18 December end with 1 January, holiday or not', () => {
    for (const [unit, offset] of [
      [wib, '+07:00'],
      [wita, '+08:00'],
      [wit, '+09:00'],
    ] as const) {
      expect(dueAfterCalendarDays(at(`2026-12-18T10:00:00${offset}`), 14, unit)).toBe(
        at(`2027-01-01T23:59:59.999${offset}`),
      );
    }
  });

  it.each([
    ['case 27', '2026-07-14', 15, '2026-08-04'],
    ['case 28', '2026-07-10', 14, '2026-07-30'],
    ['case 30', '2026-12-23', 1, '2026-12-28'],
    ['case 31', '2026-12-16', 15, '2027-01-11'],
  ])('%s: %s + %i hari kerja = end of %s', (_case, from, n, expected) => {
    expect(dueAfterWorkingDays(at(`${from}T09:30:00+09:00`), n, wit)).toBe(at(`${expected}T23:59:59.999+09:00`));
  });

  it('takes the local day of the event: half past midnight in Jayapura is still yesterday in Jakarta', () => {
    const instant = at('2026-07-14T00:30:00+09:00');
    expect(dateOf(dueAfterWorkingDays(instant, 1, wit), wit.zone, CIVIL_CLOCK)).toBe('2026-07-15');
    expect(dateOf(dueAfterWorkingDays(instant, 1, wib), wib.zone, CIVIL_CLOCK)).toBe('2026-07-14');
  });

  it('counts months by the calendar', () => {
    expect(dueAfterMonths(at('2026-08-31T12:00:00+07:00'), 6, wib)).toBe(at('2027-02-28T23:59:59.999+07:00'));
  });
});

describe('R-DEADLINE-6: the clock stops while an item is back with the employee (E.1)', () => {
  const dueAt = at('2026-07-17T23:59:59.999+07:00');

  it('moves the due day by the hari kerja in between', () => {
    expect(dueAfterPause(dueAt, at('2026-07-14T10:00:00+07:00'), at('2026-07-16T09:00:00+07:00'), wib)).toBe(
      at('2026-07-21T23:59:59.999+07:00'),
    );
  });

  it('does not move for a pause within a day or over a weekend', () => {
    expect(dueAfterPause(dueAt, at('2026-07-14T10:00:00+07:00'), at('2026-07-14T16:00:00+07:00'), wib)).toBe(dueAt);
    expect(dueAfterPause(dueAt, at('2026-07-11T10:00:00+07:00'), at('2026-07-12T16:00:00+07:00'), wib)).toBe(dueAt);
  });
});

describe('R-LADDER-1: the instants of the reminder and escalation ladder', () => {
  const dueAt = at('2026-12-28T23:59:59.999+07:00');
  const openedAt = at('2026-12-01T09:00:00+07:00');

  it('lie at 08:00 local on working days, over joint leave, Christmas and New Year', () => {
    expect(
      ladderInstants(dueAt, monthly.ladder, openedAt, wib).map((instant) =>
        new Date(instant + 7 * 3_600_000).toISOString().slice(0, 19),
      ),
    ).toEqual([
      '2026-12-17T08:00:00',
      '2026-12-23T08:00:00',
      '2026-12-28T08:00:00',
      '2026-12-29T08:00:00',
      '2026-12-31T08:00:00',
      '2027-01-05T08:00:00',
      '2027-01-12T08:00:00',
    ]);
  });

  it('are put at the opening when they would lie before it, and the sweep starts behind them', () => {
    const lateOpening = at('2026-12-23T10:00:00+07:00');
    const instants = ladderInstants(dueAt, monthly.ladder, lateOpening, wib);
    expect(instants.slice(0, 3)).toEqual([lateOpening, lateOpening, at('2026-12-28T08:00:00+07:00')]);
    expect(firstLevel(instants, lateOpening)).toBe(2);
  });

  it('never go backwards, whenever a task is opened', () => {
    for (const opened of [openedAt, at('2026-12-28T23:00:00+07:00'), at('2027-02-01T00:00:00+07:00')]) {
      const instants = ladderInstants(dueAt, monthly.ladder, opened, wib);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }
  });

  it('has no level left after the last step', () => {
    const instants = ladderInstants(dueAt, monthly.ladder, openedAt, wib);
    expect(firstLevel(instants, openedAt)).toBe(0);
    expect(firstLevel(instants, instants.at(-1)!)).toBe(monthly.ladder.length);
  });
});

describe('R-CLOCK-1: a compressed year keeps the legal calendar (X.6)', () => {
  const dayLengthMs = 1000;
  const startsAt = at('2026-11-24T03:00:00Z');
  const clock: CalendarClock = { kind: 'compressed', startsOn: d('2026-01-01'), startsAt, dayLengthMs };
  const rules = { ...monthly, clock };
  const unit = unitCalendar(rules, nationalCalendar(), 'Asia/Makassar');

  it('has the same dates as the civil year', () => {
    const [fast, civil] = [schedule(rules, unit, 2026), schedule(monthly, wita, 2026)];
    const dates = (planned: typeof fast, of: UnitCalendar) =>
      [planned.skpDueAt, ...planned.periods.flatMap(({ opensAt, dueAt }) => [opensAt, dueAt]), planned.ratingDueAt].map(
        (instant) => dateOf(instant, of.zone, of.clock),
      );
    expect(dates(fast, unit)).toEqual(dates(civil, wita));
  });

  it('lets the whole cycle end within its compressed year and some seconds', () => {
    const planned = schedule(rules, unit, 2026);
    expect(planned.skpOpensAt).toBe(startsAt);
    expect(planned.skpDueAt).toBe(startsAt + 31 * dayLengthMs - 1);
    expect(planned.periods.at(-1)!.dueAt - startsAt).toBeLessThan(375 * dayLengthMs);
  });

  it('puts the ladder on the same working days, at a third of the compressed day', () => {
    const { skpDueAt, skpOpensAt } = schedule(rules, unit, 2026);
    const instants = ladderInstants(skpDueAt, rules.ladder, skpOpensAt, unit);
    expect(instants[1]).toBe(startsAt + 29 * dayLengthMs + 333);
    expect(instants[2]).toBe(startsAt + 29 * dayLengthMs + 333);
    expect(instants[3]).toBe(startsAt + 32 * dayLengthMs + 333);
  });
});
