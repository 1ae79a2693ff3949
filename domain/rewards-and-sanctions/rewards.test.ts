import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { legalCodeOf } from '../error-codes.ts';
import type { Eligibility } from './eligibility.ts';
import {
  kenaikanPangkatEligibility,
  kgbEligibility,
  satyalancanaEligibility,
  type DisciplineRecord,
  type YearlyPredikat,
} from './rewards.ts';
import { tukinPercent } from './tukin.ts';

const { rewards: rules, tukin } = readRuleSet('permenpanrb-6-2022-bulanan');
const d = calendarDate;
const on = d('2026-11-23');
const unmet = ({ verdicts }: Eligibility): string[] => verdicts.filter(({ isMet }) => !isMet).map(({ code }) => code);
const punished = (
  hukuman: DisciplineRecord['hukuman'],
  startsOn = '2019-05-01',
  endsOn: string | null = '2020-04-30',
): DisciplineRecord => ({ hukuman, startsOn: d(startsOn), endsOn: endsOn === null ? null : d(endsOn) });

describe('R-SATYA-1, R-SATYA-2, R-SATYA-3, R-SATYA-4: Satyalancana Karya Satya (S8.1)', () => {
  const person = {
    cpnsSince: d('2016-03-01'),
    discipline: [] as DisciplineRecord[],
    wasOnCltn: false,
    awarded: [] as ('X' | 'XX' | 'XXX')[],
  };

  it('case 38: ten years and one written reprimand in 2019: eligible for X', () => {
    const verdict = satyalancanaEligibility({ ...person, discipline: [punished('teguranTertulis')] }, on, rules);
    expect(verdict).toMatchObject({ isEligible: true, grade: 'X' });
    expect(verdict.verdicts.map(({ ruleId }) => ruleId)).toEqual(['R-SATYA-1', 'R-SATYA-2', 'R-SATYA-3', 'R-SATYA-4']);
  });

  it('case 39: the same with a demotion of twelve months: HUKDIS_SEDANG_BERAT', () => {
    const verdict = satyalancanaEligibility(
      { ...person, discipline: [punished('penurunanJabatan12Bulan')] },
      on,
      rules,
    );
    expect(verdict.isEligible).toBe(false);
    expect(unmet(verdict)).toEqual(['reward.hukdisSedangBerat']);
    expect(legalCodeOf('reward.hukdisSedangBerat')).toBe('HUKDIS_SEDANG_BERAT');
    expect(verdict.verdicts[1]?.evidence).toEqual({ hukuman: 'penurunanJabatan12Bulan', startsOn: '2019-05-01' });
  });

  it.each([
    ['a day before ten years', '2016-11-24', [], null, ['reward.serviceTooShort']],
    ['ten years to the day', '2016-11-23', [], 'X', []],
    ['twenty years, X awarded before', '2006-11-23', ['X'], 'XX', []],
    ['thirty years', '1996-11-23', [], 'XXX', []],
    ['twenty years, XX awarded before', '2006-11-23', ['XX'], 'XX', ['reward.alreadyAwarded']],
    ['ten years, X awarded before', '2016-03-01', ['X'], 'X', ['reward.alreadyAwarded']],
  ] as const)('%s', (_title, since, awarded, grade, reasons) => {
    const verdict = satyalancanaEligibility({ ...person, cpnsSince: d(since), awarded: [...awarded] }, on, rules);
    expect(verdict.grade).toBe(grade);
    expect(unmet(verdict)).toEqual(reasons);
  });

  it('unpaid leave disqualifies where the rule set says so', () => {
    expect(unmet(satyalancanaEligibility({ ...person, wasOnCltn: true }, on, rules))).toEqual(['reward.cltn']);
    const lenient = { ...rules, satyalancana: { ...rules.satyalancana, isDisqualifiedByCltn: false } };
    expect(satyalancanaEligibility({ ...person, wasOnCltn: true }, on, lenient).isEligible).toBe(true);
  });
});

describe('R-PANGKAT-1, R-PANGKAT-2, R-PANGKAT-3: kenaikan pangkat reguler', () => {
  const good: YearlyPredikat[] = [
    { year: 2024, predikat: 'baik' },
    { year: 2025, predikat: 'sangatBaik' },
  ];
  const person = { rankSince: d('2022-10-01'), predikats: good, discipline: [] as DisciplineRecord[] };

  it('case 40: 4 years and 1 month in the rank, Baik and Sangat Baik: eligible for the 1st of the next month', () => {
    expect(kenaikanPangkatEligibility(person, on, rules)).toMatchObject({ isEligible: true, periodOn: '2026-12-01' });
  });

  it('counts for January after December', () => {
    expect(kenaikanPangkatEligibility(person, d('2026-12-31'), rules).periodOn).toBe('2027-01-01');
  });

  it.each([
    ['a month short of four years', { rankSince: d('2022-12-01') }, 'reward.rankTooShort'],
    [
      'one year Butuh Perbaikan',
      { predikats: [good[1]!, { year: 2024, predikat: 'butuhPerbaikan' as const }] },
      'reward.predikatTooLow',
    ],
    ['only one year known', { predikats: [good[1]!] }, 'reward.predikatTooLow'],
    [
      'a gap between the years',
      { predikats: [{ year: 2023, predikat: 'baik' as const }, good[1]!] },
      'reward.predikatTooLow',
    ],
    [
      'results that are too old',
      {
        predikats: [
          { year: 2022, predikat: 'baik' as const },
          { year: 2023, predikat: 'baik' as const },
        ],
      },
      'reward.predikatTooLow',
    ],
    [
      'a punishment being served',
      { discipline: [punished('tundaKenaikanPangkat1Tahun', '2026-03-01', '2027-02-28')] },
      'reward.servingDiscipline',
    ],
    [
      'a punishment without an end',
      { discipline: [punished('pembebasanJabatan12Bulan', '2026-03-01', null)] },
      'reward.servingDiscipline',
    ],
  ] as const)('%s', (_title, change, code) => {
    expect(unmet(kenaikanPangkatEligibility({ ...person, ...change }, on, rules))).toEqual([code]);
  });

  it('a punishment served out, or a light one, does not stand against it', () => {
    const discipline = [
      punished('turunPangkat1Tahun', '2025-11-23', '2026-11-22'),
      punished('teguranLisan', '2026-11-01', null),
    ];
    expect(kenaikanPangkatEligibility({ ...person, discipline }, on, rules).isEligible).toBe(true);
  });

  it('in January the year before last still counts, as the last one has no result yet', () => {
    expect(kenaikanPangkatEligibility({ ...person, predikats: good }, d('2027-01-10'), rules).isEligible).toBe(true);
  });
});

describe('R-KGB-1, R-KGB-2, R-KGB-3: kenaikan gaji berkala', () => {
  const person = {
    lastKgbOn: d('2024-11-01'),
    predikats: [{ year: 2025, predikat: 'baik' as const }],
    discipline: [] as DisciplineRecord[],
  };

  it('every two years with a good result', () => {
    expect(kgbEligibility(person, on, rules).isEligible).toBe(true);
    expect(unmet(kgbEligibility({ ...person, lastKgbOn: d('2024-12-01') }, on, rules))).toEqual(['reward.kgbTooEarly']);
    expect(unmet(kgbEligibility({ ...person, predikats: [{ year: 2025, predikat: 'kurang' }] }, on, rules))).toEqual([
      'reward.predikatTooLow',
    ]);
    expect(
      unmet(
        kgbEligibility({ ...person, discipline: [punished('tundaKgb1Tahun', '2026-01-01', '2026-12-31')] }, on, rules),
      ),
    ).toEqual(['reward.servingDiscipline']);
  });
});

describe("R-TUKIN-1: tukin follows the agency's own table", () => {
  it('and says nothing while the table is switched off', () => {
    expect(tukinPercent('baik', tukin)).toBeNull();
    const enabled = { ...tukin, isEnabled: true };
    expect([
      tukinPercent('baik', enabled),
      tukinPercent('butuhPerbaikan', enabled),
      tukinPercent('sangatKurang', enabled),
    ]).toEqual([100, 85, 60]);
  });
});
