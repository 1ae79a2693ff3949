import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { isAtLeast, PREDIKAT_LABELS, predikatFromRatings, PREDIKATS, type Rating } from './predikat.ts';

const { predikatMatrix } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-MATRIX-1: two ratings give the predikat (S6.1)', () => {
  const cases: [string, Rating, Rating, string][] = [
    ['case 1', 'diAtas', 'diAtas', 'Sangat Baik'],
    ['case 2', 'diAtas', 'sesuai', 'Baik'],
    ['case 3', 'diAtas', 'diBawah', 'Kurang/misconduct'],
    ['case 4', 'sesuai', 'diAtas', 'Baik'],
    ['both as expected', 'sesuai', 'sesuai', 'Baik'],
    ['case 5', 'sesuai', 'diBawah', 'Kurang/misconduct'],
    ['case 6', 'diBawah', 'diAtas', 'Butuh Perbaikan'],
    ['work below, conduct as expected', 'diBawah', 'sesuai', 'Butuh Perbaikan'],
    ['case 7', 'diBawah', 'diBawah', 'Sangat Kurang'],
  ];
  it.each(cases)('%s: hasil kerja %s, perilaku kerja %s = %s', (_case, hasilKerja, perilakuKerja, label) => {
    const predikat = predikatFromRatings(hasilKerja, perilakuKerja, predikatMatrix);
    expect(PREDIKAT_LABELS[predikat].permenpanrb6of2022).toBe(label);
  });
});

describe('R-PREDIKAT-1: one code, two official labels', () => {
  it('is Cukup in PP 30/2019 and Butuh Perbaikan in PermenPANRB 6/2022', () => {
    expect(PREDIKAT_LABELS.butuhPerbaikan).toEqual({ permenpanrb6of2022: 'Butuh Perbaikan', pp30of2019: 'Cukup' });
  });

  it('is ordered from best to worst', () => {
    expect(PREDIKATS.filter((predikat) => isAtLeast(predikat, 'baik'))).toEqual(['sangatBaik', 'baik']);
  });
});
