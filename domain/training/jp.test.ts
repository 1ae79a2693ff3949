import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { jpStatus } from './jp.ts';

const { training } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-JP-1: hours of competence development (S2.2)', () => {
  it.each([
    ['case 41: a PPPK with 26 JP is above the maximum, as a warning', 'PPPK', 26, { state: 'aboveMaximum', excessJp: 2 }],
    ['a PPPK with 24 JP', 'PPPK', 24, { state: 'enough' }],
    ['a PPPK without any', 'PPPK', 0, { state: 'enough' }],
    ['a PNS with 12 JP', 'PNS', 12, { state: 'belowMinimum', missingJp: 8 }],
    ['a PNS with 20 JP', 'PNS', 20, { state: 'enough' }],
    ['a PNS may have more', 'PNS', 60, { state: 'enough' }],
  ] as const)('%s', (_title, kind, jp, expected) => {
    expect(jpStatus(kind, jp, training)).toEqual(expected);
  });
});
