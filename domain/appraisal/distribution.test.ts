import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { acceptDistribution, checkDistribution, countPredikats, type PredikatCounts } from './distribution.ts';
import type { PredikatOrganisasi } from './predikat.ts';

const { distribution: guide } = readRuleSet('permenpanrb-6-2022-bulanan');
const counts = (
  sangatBaik: number,
  baik: number,
  butuhPerbaikan = 0,
  kurang = 0,
  sangatKurang = 0,
): PredikatCounts => ({ sangatBaik, baik, butuhPerbaikan, kurang, sangatKurang });
const codesOf = (organisation: PredikatOrganisasi, of: PredikatCounts): string[] =>
  checkDistribution(organisation, of, guide).violations.map(({ code }) => code);

describe('R-DIST-1: the distribution guide follows the predikat of the organisation (S6.1)', () => {
  const cases: [string, PredikatOrganisasi, PredikatCounts, string[]][] = [
    ['case 8: Istimewa, 70 of 100 Sangat Baik', 'istimewa', counts(70, 25, 5), []],
    ['case 9: Istimewa, 71 of 100 Sangat Baik', 'istimewa', counts(71, 29), ['SB_MAX_70']],
    ['Istimewa, Sangat Baik not the largest group', 'istimewa', counts(30, 60, 10), ['SB_LARGEST']],
    ['Istimewa, a tie is not the largest group', 'istimewa', counts(10, 10), ['SB_LARGEST']],
    ['case 10: Baik, 35 of 50 Baik and nobody below', 'baik', counts(15, 35), ['BP_OR_K_MIN_1']],
    ['Baik, one person Kurang is enough', 'baik', counts(14, 35, 0, 1), []],
    ['Baik, 36 of 51 Baik: 70.6 % is above 70 %, nothing is rounded', 'baik', counts(14, 36, 1), ['B_MAX_70']],
    ['Butuh Perbaikan, exactly 60 % and 10 %', 'butuhPerbaikan', counts(1, 3, 6), []],
    ['Butuh Perbaikan, both limits missed', 'butuhPerbaikan', counts(2, 3, 5), ['BP_MIN_60', 'SB_MAX_10']],
    ['Kurang, exactly 60 %, 10 %, 10 %', 'kurang', counts(1, 2, 1, 6), []],
    ['Kurang, all three missed', 'kurang', counts(2, 4, 0, 4), ['K_MIN_60', 'BP_MIN_10', 'SB_MAX_10']],
    ['case 11: Sangat Kurang, one Sangat Baik among 20', 'sangatKurang', counts(1, 0, 5, 2, 12), ['SB_MUST_BE_0']],
    ['Sangat Kurang, too few in the two groups above', 'sangatKurang', counts(0, 6, 0, 1, 13), ['K_OR_BP_MIN_10']],
  ];
  it.each(cases)('%s', (_title, organisation, of, expected) => {
    expect(codesOf(organisation, of)).toEqual(expected);
  });

  it('reports the exact ratio beside the limit', () => {
    expect(checkDistribution('istimewa', counts(71, 29), guide).violations).toEqual([
      { code: 'SB_MAX_70', persons: 71, appraised: 100, limit: 70 },
    ]);
  });
});

describe('R-DIST-2: the guide warns, wants a reason, and never blocks', () => {
  it('case 9: a departure is saved with a written reason only', () => {
    const check = checkDistribution('istimewa', counts(71, 29), guide);
    expect(acceptDistribution(check, '  ')).toEqual({
      ok: false,
      code: 'distribution.reasonRequired',
      detail: { codes: 'SB_MAX_70' },
    });
    expect(acceptDistribution(check, ' Target nasional terlampaui. ')).toEqual({
      ok: true,
      value: 'Target nasional terlampaui.',
    });
  });

  it('asks for nothing when the guide is kept', () => {
    expect(acceptDistribution(checkDistribution('istimewa', counts(70, 25, 5), guide), '')).toEqual({
      ok: true,
      value: null,
    });
  });

  it('only informs a unit with fewer than five people', () => {
    expect(checkDistribution('baik', counts(4, 0), guide)).toMatchObject({
      appraised: 4,
      isInformationOnly: true,
      needsReason: false,
    });
    expect(checkDistribution('baik', counts(5, 0), guide)).toMatchObject({
      isInformationOnly: false,
      needsReason: true,
    });
  });

  it('says nothing about a unit nobody of which is appraised yet', () => {
    expect(checkDistribution('baik', countPredikats([]), guide)).toMatchObject({
      appraised: 0,
      violations: [],
      needsReason: false,
    });
  });

  it('counts predikat', () => {
    expect(countPredikats(['baik', 'baik', 'kurang'])).toEqual(counts(0, 2, 0, 1));
  });
});
