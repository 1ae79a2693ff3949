import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { isInTalentPool } from './rewards.ts';
import { POTENSIAL, recommendationsFor, talentBox, type TalentBox } from './talent.ts';

const { rewards } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-TALENT-1: the nine boxes (PermenPANRB 3/2020, S8.1)', () => {
  it.each([
    ['sangatBaik', [4, 7, 9]],
    ['baik', [2, 5, 8]],
    ['butuhPerbaikan', [1, 3, 6]],
    ['kurang', [1, 3, 6]],
    ['sangatKurang', [1, 3, 6]],
  ] as const)('%s with low, middle and high potential: boxes %j', (predikat, boxes) => {
    expect(POTENSIAL.map((potensial) => talentBox(predikat, potensial))).toEqual(boxes);
  });

  it('case 36: Baik with high potential is box 8, in the succession group', () => {
    const box = talentBox('baik', 'tinggi');
    expect(box).toBe(8);
    expect(isInTalentPool(box, rewards)).toBe(true);
    expect(recommendationsFor(box)).toContain('successionGroup');
  });

  it('case 37: Butuh Perbaikan with middle potential is box 3: bimbingan and konseling', () => {
    expect(talentBox('butuhPerbaikan', 'menengah')).toBe(3);
    expect(recommendationsFor(3)).toEqual(['bimbinganKinerja', 'konselingKinerja']);
  });

  it('the pool is boxes 7 to 9', () => {
    expect(([1, 2, 3, 4, 5, 6, 7, 8, 9] as TalentBox[]).filter((box) => isInTalentPool(box, rewards))).toEqual([
      7, 8, 9,
    ]);
  });
});
