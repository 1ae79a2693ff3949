import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { jpStatus, jpYear } from './jp.ts';

const { training } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-JP-1: hours of competence development (S2.2)', () => {
  it.each([
    [
      'case 41: a PPPK with 26 JP is above the maximum, as a warning',
      'PPPK',
      26,
      { state: 'aboveMaximum', excessJp: 2 },
    ],
    ['a PPPK with 24 JP', 'PPPK', 24, { state: 'enough' }],
    ['a PPPK without any', 'PPPK', 0, { state: 'enough' }],
    ['a PNS with 12 JP', 'PNS', 12, { state: 'belowMinimum', missingJp: 8 }],
    ['a PNS with 20 JP', 'PNS', 20, { state: 'enough' }],
    ['a PNS may have more', 'PNS', 60, { state: 'enough' }],
  ] as const)('%s', (_title, kind, jp, expected) => {
    expect(jpStatus(kind, jp, training)).toEqual(expected);
  });
});

describe('R-JP-2: the year in which JP count (S2.2)', () => {
  const date = calendarDate;
  it.each([
    ['a PNS', 'PNS', null, '2026-11-24', '2026-01-01', '2026-12-31'],
    ['a PPPK before the day of the contract', 'PPPK', '2022-03-01', '2026-02-28', '2025-03-01', '2026-02-28'],
    ['a PPPK on that day', 'PPPK', '2022-03-01', '2026-03-01', '2026-03-01', '2027-02-28'],
    ['a PPPK without a known contract', 'PPPK', null, '2026-11-24', '2026-01-01', '2026-12-31'],
  ] as const)('S2.2 %s', (_title, kind, started, on, from, to) => {
    expect(jpYear(kind, started === null ? null : date(started), date(on))).toEqual({ from, to });
  });
});
