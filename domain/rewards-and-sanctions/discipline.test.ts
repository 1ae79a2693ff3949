import { describe, expect, it } from 'vitest';
import { nationalCalendar, readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import {
  absenceConsequence,
  appealDueOn,
  deliveryDueOn,
  effectiveOn,
  HUKUMAN_DISIPLIN,
  monthsOf,
  secondSummonsDueOn,
  summonsDueOn,
  tingkatOf,
} from './discipline.ts';

const { discipline: transitional } = readRuleSet('permenpanrb-6-2022-bulanan');
const cutInForce = { ...transitional, isTukinCutInForce: true };
const calendar = nationalCalendar();
const d = calendarDate;

describe('R-ABSENCE-1: absence without valid reason, hari kerja in one year (PP 94/2021, S8.3)', () => {
  it.each([
    ['case 34', 2, null],
    ['lower edge', 3, 'teguranLisan'],
    ['', 4, 'teguranTertulis'],
    ['', 6, 'teguranTertulis'],
    ['', 7, 'pernyataanTidakPuas'],
    ['', 10, 'pernyataanTidakPuas'],
    ['', 11, 'potonganTukin6Bulan'],
    ['case 32', 12, 'potonganTukin6Bulan'],
    ['', 13, 'potonganTukin6Bulan'],
    ['', 14, 'potonganTukin9Bulan'],
    ['', 16, 'potonganTukin9Bulan'],
    ['', 17, 'potonganTukin12Bulan'],
    ['', 20, 'potonganTukin12Bulan'],
    ['', 21, 'penurunanJabatan12Bulan'],
    ['', 24, 'penurunanJabatan12Bulan'],
    ['', 25, 'pembebasanJabatan12Bulan'],
    ['', 27, 'pembebasanJabatan12Bulan'],
    ['', 28, 'pdhtaps'],
    ['', 240, 'pdhtaps'],
  ] as const)('%s: %i days', (_case, daysInYear, hukuman) => {
    expect(absenceConsequence({ daysInYear, longestRun: 1 }, cutInForce)?.hukuman ?? null).toBe(hukuman);
  });

  it('case 32: 12 days are sedang; while the tukin cut is not in force they delay the KGB by a year', () => {
    expect(absenceConsequence({ daysInYear: 12, longestRun: 3 }, cutInForce)).toEqual({
      hukuman: 'potonganTukin6Bulan',
      tingkat: 'sedang',
      stopsSalaryNextMonth: false,
    });
    expect(absenceConsequence({ daysInYear: 12, longestRun: 3 }, transitional)).toEqual({
      hukuman: 'tundaKgb1Tahun',
      tingkat: 'sedang',
      stopsSalaryNextMonth: false,
    });
    expect(absenceConsequence({ daysInYear: 15, longestRun: 3 }, transitional)?.hukuman).toBe(
      'tundaKenaikanPangkat1Tahun',
    );
    expect(absenceConsequence({ daysInYear: 18, longestRun: 3 }, transitional)?.hukuman).toBe('turunPangkat1Tahun');
  });
});

describe('R-ABSENCE-2: ten consecutive days weigh more than their number', () => {
  it('case 33: dismissal and no salary from the next month, not the statement that ten single days give', () => {
    expect(absenceConsequence({ daysInYear: 10, longestRun: 10 }, transitional)).toEqual({
      hukuman: 'pdhtaps',
      tingkat: 'berat',
      stopsSalaryNextMonth: true,
    });
    expect(absenceConsequence({ daysInYear: 10, longestRun: 9 }, transitional)).toMatchObject({
      hukuman: 'pernyataanTidakPuas',
      stopsSalaryNextMonth: false,
    });
  });
});

describe('R-DISCIPLINE-1: the limits in hari kerja', () => {
  it('case 27: a decision received on Tuesday 14 July takes effect on Tuesday 4 August', () => {
    expect(effectiveOn(d('2026-07-14'), transitional, calendar)).toBe('2026-08-04');
  });

  it('case 28: a decision of Friday 10 July is handed over until Thursday 30 July', () => {
    expect(deliveryDueOn(d('2026-07-10'), transitional, calendar)).toBe('2026-07-30');
  });

  it('case 29: for an examination on Monday 19 October the summons arrives until Thursday 8 October', () => {
    expect(summonsDueOn(d('2026-10-19'), transitional, calendar)).toBe('2026-10-08');
  });

  it('case 31: received on 16 December, effective on 11 January 2027', () => {
    expect(effectiveOn(d('2026-12-16'), transitional, calendar)).toBe('2027-01-11');
  });

  it('a second summons follows within seven hari kerja, an appeal within fourteen', () => {
    expect(secondSummonsDueOn(d('2026-10-19'), transitional, calendar)).toBe('2026-10-28');
    expect(appealDueOn(d('2026-07-10'), transitional, calendar)).toBe('2026-07-30');
  });
});

describe('R-DISCIPLINE-2: levels and lengths of punishments', () => {
  it('are those of PP 94/2021 Ps. 8', () => {
    expect(Map.groupBy(HUKUMAN_DISIPLIN, tingkatOf)).toEqual(
      new Map([
        ['ringan', ['teguranLisan', 'teguranTertulis', 'pernyataanTidakPuas']],
        [
          'sedang',
          [
            'potonganTukin6Bulan',
            'potonganTukin9Bulan',
            'potonganTukin12Bulan',
            'tundaKgb1Tahun',
            'tundaKenaikanPangkat1Tahun',
            'turunPangkat1Tahun',
          ],
        ],
        ['berat', ['penurunanJabatan12Bulan', 'pembebasanJabatan12Bulan', 'pdhtaps']],
      ]),
    );
    expect(monthsOf('potonganTukin9Bulan')).toBe(9);
    expect(monthsOf('pdhtaps')).toBeNull();
  });
});
