import { describe, expect, it } from 'vitest';
import { median, rowsOf, tableOf } from './table.ts';

const line = (perSecond: number, worker: number) => ({ work: 'decisions', n: 100, perSecond, cpuMs: { worker } });

describe('the table of two builds', () => {
  it('shows the medians, their ratio and the ratios of neighbouring runs', () => {
    const base = [[line(40, 10)], [line(50, 20)], [line(45, 30)]];
    const now = [[line(80, 5)], [line(60, 10)], [line(90, 30)]];
    expect(rowsOf(base, now)).toEqual([
      { work: 'decisions', figure: 'perSecond', base: 45, now: 80, lowest: 1.2, highest: 2 },
      { work: 'decisions', figure: 'cpuMs.worker', base: 20, now: 10, lowest: 0.5, highest: 1 },
    ]);
    expect(tableOf(rowsOf(base, now))).toContain('| decisions | perSecond | 45 | 80 | 1.78 | 1.20–2.00 |');
  });

  it('leaves out a run whose partner failed, and what was done to warm up', () => {
    const warm = { work: 'warm up', perSecond: 1 };
    const rows = rowsOf([[warm, line(40, 10)], [line(1, 1)]], [[warm, line(40, 10)]]);
    expect(rows.map(({ base, lowest, highest }) => [base, lowest, highest])).toEqual([
      [40, 1, 1],
      [10, 1, 1],
    ]);
  });

  it('says that nothing against nothing is the same, and something against nothing is endlessly more', () => {
    const errors = (count: number) => [[{ work: 'decisions', errors: count }]];
    expect(tableOf(rowsOf(errors(0), errors(0)))).toContain('| 0 | 0 | 1.00 |');
    expect(tableOf(rowsOf(errors(0), errors(3)))).toContain('| 0 | 3 | ∞ |');
  });

  it('takes the mean of the two in the middle', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
