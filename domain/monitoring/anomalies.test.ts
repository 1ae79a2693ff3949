import { describe, expect, it } from 'vitest';
import type { Predikat } from '../appraisal/predikat.ts';
import { appraiserAnomalies, copiedTexts, type AppraiserYear } from './anomalies.ts';

const people = (count: number, predikat: Predikat, evidenceCount = 3) =>
  Array.from({ length: count }, () => ({ predikat, evidenceCount }));
const quiet: AppraiserYear = { appraised: people(6, 'baik'), reviewDurations: [], returns: 1, feedbackGiven: 4 };
const codes = (change: Partial<AppraiserYear>): string[] =>
  appraiserAnomalies({ ...quiet, ...change }).map(({ code }) => code);
const SECOND = 1000;

describe('R-ANOMALY-1: what deserves a look in an appraiser’s year (S7.3)', () => {
  it.each([
    ['an ordinary year', {}, []],
    ['everyone Sangat Baik', { appraised: people(5, 'sangatBaik') }, ['anomaly.everyoneOnTop']],
    ['four people Sangat Baik are no pattern', { appraised: people(4, 'sangatBaik') }, []],
    ['one of them only Baik', { appraised: [...people(5, 'sangatBaik'), ...people(1, 'baik')] }, []],
    ['Baik without any evidence', { appraised: people(1, 'baik', 0) }, ['anomaly.goodWithoutEvidence']],
    ['Kurang without evidence is no surprise', { appraised: people(1, 'kurang', 0) }, []],
    [
      'reviews in seconds',
      { reviewDurations: [1, 5, 10, 15, 3600].map((seconds) => seconds * SECOND) },
      ['anomaly.reviewedInSeconds'],
    ],
    ['half of them read', { reviewDurations: [1, 5, 60, 90, 3600, 7200].map((seconds) => seconds * SECOND) }, []],
    [
      'never a return, never a word',
      { reviewDurations: Array(12).fill(3600 * SECOND), returns: 0, feedbackGiven: 0 },
      ['anomaly.silentAppraiser'],
    ],
  ] as [string, Partial<AppraiserYear>, string[]][])('%s', (_title, change, expected) => {
    expect(codes(change)).toEqual(expected);
  });
});

describe('R-ANOMALY-2: copied text', () => {
  const text = 'Melaksanakan pemutakhiran data kepegawaian bulan ini sebanyak 12 berkas.';

  it('is found although spaces, capitals and numbers differ', () => {
    const copies = [
      { id: 'r1', text },
      { id: 'r2', text: text.toUpperCase().replace('12', '15') },
      { id: 'r3', text: 'Menyusun rancangan pedoman dan membahasnya bersama tim kerja lintas unit.' },
    ];
    expect(copiedTexts(copies)).toEqual([{ code: 'anomaly.copiedText', detail: { ids: 'r1,r2', times: 2 } }]);
  });

  it('is not what two short remarks have in common', () => {
    expect(
      copiedTexts([
        { id: 'a', text: 'Nihil' },
        { id: 'b', text: 'nihil.' },
      ]),
    ).toEqual([]);
  });
});
