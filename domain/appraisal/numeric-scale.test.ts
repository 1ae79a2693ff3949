import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { appraiseNumerically, predikatFromValue } from './numeric-scale.ts';

const { numericScale: scale } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-NUMERIC-1: the weighted value of PP 30/2019', () => {
  it.each([
    [
      'case 17: 70/30 without a new idea',
      { skp: 118, perilaku: 112, usesPeerOpinion: false, hasVerifiedNewIdea: false },
      116.2,
      'baik',
    ],
    [
      'case 17: 70/30 with a verified new idea',
      { skp: 118, perilaku: 112, usesPeerOpinion: false, hasVerifiedNewIdea: true },
      116.2,
      'sangatBaik',
    ],
    ['case 18: 70/30', { skp: 72, perilaku: 65, usesPeerOpinion: false, hasVerifiedNewIdea: false }, 69.9, 'kurang'],
    [
      'case 18: 60/40 with the opinion of peers',
      { skp: 72, perilaku: 65, usesPeerOpinion: true, hasVerifiedNewIdea: false },
      69.2,
      'kurang',
    ],
  ] as const)('%s', (_title, input, value, predikat) => {
    expect(appraiseNumerically(input, scale)).toEqual({ ok: true, value: { value, predikat } });
  });

  it('refuses a part above the cap or below zero', () => {
    const input = { skp: 121, perilaku: 100, usesPeerOpinion: false, hasVerifiedNewIdea: false };
    expect(appraiseNumerically(input, scale)).toMatchObject({ ok: false, code: 'numeric.outOfRange' });
    expect(appraiseNumerically({ ...input, skp: -1 }, scale).ok).toBe(false);
    expect(appraiseNumerically({ ...input, skp: Number.NaN }, scale).ok).toBe(false);
  });
});

describe('R-NUMERIC-2: the bands of PP 30/2019 Ps. 41(5)', () => {
  it.each([
    [120, true, 'sangatBaik'],
    [110, true, 'sangatBaik'],
    [109.999999, true, 'baik'],
    [120, false, 'baik'],
    [115, false, 'baik'],
    [90, false, 'baik'],
    [89.999999, true, 'butuhPerbaikan'],
    [70, false, 'butuhPerbaikan'],
    [69.999999, false, 'kurang'],
    [50, false, 'kurang'],
    [49.999999, false, 'sangatKurang'],
    [0, false, 'sangatKurang'],
  ] as const)('%d, new idea %s = %s', (value, hasIdea, predikat) => {
    expect(predikatFromValue(value, hasIdea, scale)).toBe(predikat);
  });
});
