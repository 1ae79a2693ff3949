import { describe, expect, it } from 'vitest';
import { divideHalfUp, formatMicro, fromMicro, toMicro } from './micro.ts';

describe('exact decimals in millionths', () => {
  it.each([
    [5, 2, 3],
    [-5, 2, -3],
    [1, 3, 0],
    [2, 3, 1],
    [0, 7, 0],
    [10, 5, 2],
  ])('%i / %i = %i, half away from zero', (a, b, expected) => {
    expect(divideHalfUp(a, b)).toBe(expected);
  });

  it.each([
    [3_125_000, 2, '3.13'],
    [9_375_000, 2, '9.38'],
    [1_041_667, 2, '1.04'],
    [999_999, 2, '1.00'],
    [4_999, 2, '0.00'],
    [5_000, 2, '0.01'],
    [-5_000, 2, '-0.01'],
    [123_456_789, 6, '123.456789'],
    [1_500_000, 0, '2'],
  ])('%i millionths with %i digits are %s', (micro, digits, text) => {
    expect(formatMicro(micro, digits)).toBe(text);
  });

  it('sums what floating point cannot', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(fromMicro(toMicro(0.1) + toMicro(0.2))).toBe(0.3);
  });
});
