import { describe, expect, it } from 'vitest';
import { readRuleSet } from '../../data/files.ts';
import { PREDIKATS } from '../appraisal/predikat.ts';
import { followUpFor, nextUnderPerformanceStep, UNDER_PERFORMANCE_STEPS } from './follow-up.ts';

const { followUp: rules } = readRuleSet('permenpanrb-6-2022-bulanan');

describe('R-FOLLOWUP-1: what follows a final predikat (S8.2)', () => {
  it.each([
    ['sangatBaik', 'rewardProposal', 10, null],
    ['baik', 'none', null, null],
    ['butuhPerbaikan', 'guidance', 5, null],
    ['kurang', 'improvementPlan', 10, 6],
    ['sangatKurang', 'improvementPlan', 10, 6],
  ] as const)('%s: %s', (predikat, kind, dueWorkingDays, improvementMonths) => {
    expect(followUpFor(predikat, rules)).toEqual({
      kind,
      dueWorkingDays,
      improvementMonths,
      opensDisciplineCase: false,
    });
  });

  it('case 35: Kurang opens a six-month improvement plan and no discipline case, nor does any predikat (S8.3)', () => {
    expect(followUpFor('kurang', rules)).toMatchObject({
      kind: 'improvementPlan',
      improvementMonths: 6,
      opensDisciplineCase: false,
    });
    expect(PREDIKATS.map((predikat) => followUpFor(predikat, rules).opensDisciplineCase)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('R-FOLLOWUP-2: the steps of PP 30/2019 Ps. 56–58', () => {
  it('come one after the other and end with an honourable dismissal', () => {
    expect(UNDER_PERFORMANCE_STEPS.map(nextUnderPerformanceStep)).toEqual([
      'ujiKompetensi',
      'placement',
      'temporaryPlacement',
      'honourableDismissal',
      null,
    ]);
  });
});
