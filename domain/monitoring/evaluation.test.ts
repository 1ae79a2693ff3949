import { describe, expect, it } from 'vitest';
import { SUGGESTION_CODES, suggestEvaluation, type YearMaterial } from './evaluation.ts';

type Report = YearMaterial['reports'][number];
const report = (change: Partial<Report> = {}): Report => ({
  lateness: 'onTime',
  returns: 0,
  evidenceCount: 1,
  ...change,
});
const times = (count: number, change: Partial<Report> = {}): Report[] =>
  Array.from({ length: count }, () => report(change));
const nothing: YearMaterial = {
  reports: [],
  skpReturns: 0,
  achievements: [],
  ratings: null,
  previousPredikat: null,
  feedback: [],
  dailyLog: null,
  trainingJpMissing: 0,
};
const codes = (change: Partial<YearMaterial>): string[] =>
  suggestEvaluation({ ...nothing, ...change }).map(({ code }) => code.replace('evaluation.', ''));

describe('R-EVALUATION-1: strengths, weaknesses and improvements are suggested from the material of the year (S7.2)', () => {
  it('nothing is said when there is nothing to go by', () => {
    expect(suggestEvaluation(nothing)).toEqual([]);
  });

  const cases: [string, Partial<YearMaterial>, string[]][] = [
    ['a spotless year of reports', { reports: times(12) }, ['alwaysOnTime', 'acceptedAtOnce', 'evidenceComplete']],
    [
      'three of twelve late',
      { reports: [...times(9), ...times(3, { lateness: 'late' })] },
      ['acceptedAtOnce', 'evidenceComplete', 'oftenLate', 'improve.planDeadlines'],
    ],
    [
      'two of twelve late is not often',
      { reports: [...times(10), ...times(2, { lateness: 'late' })] },
      ['acceptedAtOnce', 'evidenceComplete'],
    ],
    [
      'one missing',
      { reports: [...times(11), report({ lateness: 'missing', evidenceCount: 0 })] },
      ['acceptedAtOnce', 'evidenceComplete', 'reportsMissing', 'improve.planDeadlines'],
    ],
    [
      'excused months count neither way',
      { reports: [...times(6), ...times(6, { lateness: 'excused', evidenceCount: 0 })] },
      ['alwaysOnTime', 'acceptedAtOnce', 'evidenceComplete'],
    ],
    [
      'every report returned once',
      { reports: times(12, { returns: 1 }) },
      ['alwaysOnTime', 'evidenceComplete', 'oftenReturned', 'improve.reviewBeforeSubmission'],
    ],
    [
      'evidence with one report in three',
      { reports: [...times(4), ...times(8, { evidenceCount: 0 })] },
      ['alwaysOnTime', 'acceptedAtOnce', 'evidenceRare', 'improve.keepEvidence'],
    ],
    ['an SKP returned three times', { skpReturns: 3 }, ['skpOftenReturned', 'improve.dialogueOnTargets']],
    [
      'indicators exceeded, met and missed',
      {
        achievements: [
          { indikatorId: 'a', percent: 110 },
          { indikatorId: 'b', percent: 80 },
          { indikatorId: 'c', percent: 79.9 },
          { indikatorId: 'd', percent: null },
        ],
      },
      ['indicatorExceeded', 'indicatorMissed', 'improve.revisitIndicator'],
    ],
    [
      'work above, conduct below',
      { ratings: { hasilKerja: 'diAtas', perilakuKerja: 'diBawah' } },
      ['hasilKerjaAbove', 'perilakuBelow', 'improve.konselingKinerja'],
    ],
    [
      'work below, conduct above',
      { ratings: { hasilKerja: 'diBawah', perilakuKerja: 'diAtas' } },
      ['perilakuAbove', 'hasilKerjaBelow', 'improve.bimbinganKinerja'],
    ],
    ['both as expected', { ratings: { hasilKerja: 'sesuai', perilakuKerja: 'sesuai' } }, []],
    [
      'two voices praise',
      {
        feedback: [
          { tone: 'praise', nilai: 'kompeten' },
          { tone: 'praise', nilai: 'kompeten' },
          { tone: 'concern', nilai: 'kompeten' },
        ],
      },
      ['valuePraised'],
    ],
    [
      'voices that outweigh one another say nothing',
      {
        feedback: [
          { tone: 'praise', nilai: 'loyal' },
          { tone: 'praise', nilai: 'loyal' },
          { tone: 'concern', nilai: 'loyal' },
          { tone: 'concern', nilai: 'loyal' },
        ],
      },
      [],
    ],
    ['one voice says nothing', { feedback: [{ tone: 'concern', nilai: 'adaptif' }] }, []],
    [
      'two voices are concerned',
      {
        feedback: [
          { tone: 'concern', nilai: 'adaptif' },
          { tone: 'concern', nilai: 'adaptif' },
        ],
      },
      ['valueOfConcern'],
    ],
    [
      'a log with gaps, and missing training',
      { dailyLog: { filledDays: 100, expectedDays: 240 }, trainingJpMissing: 8 },
      ['logGaps', 'improve.logDaily', 'improve.training'],
    ],
  ];
  it.each(cases)('%s', (_title, material, expected) => {
    expect(codes(material)).toEqual(expected);
  });

  it('each suggestion carries its numbers, so that it can be checked', () => {
    expect(suggestEvaluation({ ...nothing, reports: [...times(2), ...times(1, { lateness: 'late' })] })).toContainEqual(
      { kind: 'weakness', code: 'evaluation.oftenLate', detail: { late: 1, reports: 3 } },
    );
  });

  it('every code can be reached', () => {
    const seen = new Set(cases.flatMap(([, , expected]) => expected));
    expect(SUGGESTION_CODES.map((code) => code.replace('evaluation.', '')).filter((code) => !seen.has(code))).toEqual(
      [],
    );
  });
});
