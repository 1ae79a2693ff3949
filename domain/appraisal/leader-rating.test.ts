import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { leaderHasilKerja } from './leader-rating.ts';
import { predikatFromRatings, PREDIKATS_ORGANISASI } from './predikat.ts';

const { leaderRating, predikatMatrix } = readRuleSet('permenpanrb-6-2022-bulanan');

describe("R-LEADER-1: for a leader the organisation's achievement is the rating of hasil kerja (S6.1)", () => {
  it('case 43: organisation Istimewa, conduct as expected = Baik', () => {
    const hasilKerja = leaderHasilKerja('istimewa', leaderRating);
    expect(hasilKerja).toBe('diAtas');
    expect(predikatFromRatings(hasilKerja!, 'sesuai', predikatMatrix)).toBe('baik');
  });

  it('maps each organisation predikat', () => {
    expect(PREDIKATS_ORGANISASI.map((organisation) => leaderHasilKerja(organisation, leaderRating))).toEqual([
      'diAtas',
      'sesuai',
      'diBawah',
      'diBawah',
      'diBawah',
    ]);
  });

  it('leaves the rating free when the mapping is switched off', () => {
    expect(leaderHasilKerja('istimewa', { ...leaderRating, isEnabled: false })).toBeNull();
  });
});
