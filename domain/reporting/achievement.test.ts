import { describe, expect, it } from 'vitest';
import { achievementPercent, numberIn } from './achievement.ts';

describe('R-ACHIEVEMENT-1: achievement of a numeric target', () => {
  it.each([
    ['case 19: target 100, realised 150', 100, 150, 'higherIsBetter', 120],
    ['exactly on target', 12, 12, 'higherIsBetter', 100],
    ['a third of the target', 3, 1, 'higherIsBetter', 33.333333],
    ['nothing done', 10, 0, 'higherIsBetter', 0],
    ['ten days instead of twelve', 12, 10, 'lowerIsBetter', 116.666667],
    ['twice as long as allowed', 10, 20, 'lowerIsBetter', 0],
    ['three times as long', 10, 30, 'lowerIsBetter', 0],
    ['rupiah', 2_500_000_000, 2_000_000_000, 'lowerIsBetter', 120],
  ] as const)('%s', (_title, target, realised, polarity, percent) => {
    expect(achievementPercent(target, realised, polarity, 120)).toBe(percent);
  });

  it('is not defined without a positive target', () => {
    expect(achievementPercent(0, 5, 'higherIsBetter', 120)).toBeNull();
    expect(achievementPercent(Number.NaN, 5, 'higherIsBetter', 120)).toBeNull();
  });
});

describe('R-ACHIEVEMENT-2: numbers as Indonesians write them', () => {
  it.each([
    ['95', 95],
    ['95%', 95],
    ['95,5 %', 95.5],
    ['95.5', 95.5],
    ['1.250 dokumen', 1250],
    ['1.250,75', 1250.75],
    ['≥ 90', 90],
    ['Rp 2.000.000', 2_000_000],
    ['Rp2.000.000,00', 2_000_000],
    ['-3', -3],
    ['12 dokumen.', 12],
    ['4,', 4],
    ['dua belas', null],
    ['', null],
    ['sesuai 100', null],
    ['1.2.3', null],
  ])('%j is %s', (text, value) => {
    expect(numberIn(text)).toBe(value);
  });
});
