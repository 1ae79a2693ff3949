import { describe, expect, it } from 'vitest';
import { acceptedStep, isFactorRequired, stepAt } from './second-factor.ts';

describe('R-FACTOR-1 a code', () => {
  it('S3.3 belongs to a step of 30 seconds', () => {
    expect([stepAt(0), stepAt(29_999), stepAt(30_000)]).toEqual([0, 0, 1]);
  });

  it('S3.3 is taken one step before and after the own, no further', () => {
    expect([98, 99, 100, 101, 102].map((step) => acceptedStep([step], 100, 0))).toEqual([null, 99, 100, 101, null]);
  });

  it('S3.3 of a used step or an older one is never taken again', () => {
    expect(acceptedStep([100], 100, 100)).toBeNull();
    expect(acceptedStep([99], 100, 100)).toBeNull();
    expect(acceptedStep([101], 100, 100)).toBe(101);
    expect(acceptedStep([], 100, 0)).toBeNull();
  });
});

describe('R-FACTOR-2 a second factor is required', () => {
  it('S3.3 of everybody, of nobody, or by role', () => {
    expect(isFactorRequired('all', [])).toBe(true);
    expect(isFactorRequired('none', ['agencyAdmin'])).toBe(false);
    expect(isFactorRequired(['agencyAdmin', 'ppk'], ['ppk'])).toBe(true);
    expect(isFactorRequired(['agencyAdmin', 'ppk'], ['auditor'])).toBe(false);
  });
});
