import type { Predikat } from '../appraisal/predikat.ts';

/** What follows a final result (PermenPANRB 6/2022, tindak lanjut; PP 30/2019 Ps. 56–58). */
export type FollowUp = 'rewardProposal' | 'none' | 'guidance' | 'improvementPlan';

/** What follows a final predikat and how long each step may take (PermenPANRB 6/2022, tindak lanjut; PP 30/2019 Ps. 56–58). */
export type FollowUpRules = {
  readonly byPredikat: Readonly<Record<Predikat, FollowUp>>;
  readonly rewardDueWorkingDays: number;
  readonly guidanceDueWorkingDays: number;
  readonly improvementPlanDueWorkingDays: number;
  readonly improvementMonths: number;
};

export type FollowUpPlan = {
  readonly kind: FollowUp;
  /** Time for the first step, from the final result; null when nothing follows. */
  readonly dueWorkingDays: number | null;
  /** Length of the improvement period; null for the other kinds. */
  readonly improvementMonths: number | null;
  /** A low predikat never opens a discipline case: missing a target is no offence of PP 94/2021. */
  readonly opensDisciplineCase: false;
};

/** The follow-up of a final predikat under a rule set. */
export function followUpFor(predikat: Predikat, rules: FollowUpRules): FollowUpPlan {
  const kind = rules.byPredikat[predikat];
  return {
    kind,
    dueWorkingDays: dueWorkingDaysOf(kind, rules),
    improvementMonths: kind === 'improvementPlan' ? rules.improvementMonths : null,
    opensDisciplineCase: false,
  };
}

function dueWorkingDaysOf(kind: FollowUp, rules: FollowUpRules): number | null {
  switch (kind) {
    case 'rewardProposal':
      return rules.rewardDueWorkingDays;
    case 'guidance':
      return rules.guidanceDueWorkingDays;
    case 'improvementPlan':
      return rules.improvementPlanDueWorkingDays;
    case 'none':
      return null;
  }
}

/** Steps after an improvement period that did not help (PP 30/2019 Ps. 56–58), each only when the one before did not settle it. */
export const UNDER_PERFORMANCE_STEPS = [
  'improvementPlan',
  'ujiKompetensi',
  'placement',
  'temporaryPlacement',
  'honourableDismissal',
] as const;
export type UnderPerformanceStep = (typeof UNDER_PERFORMANCE_STEPS)[number];

/** The next step when the present one did not settle the matter, or null after the last. */
export function nextUnderPerformanceStep(step: UnderPerformanceStep): UnderPerformanceStep | null {
  return UNDER_PERFORMANCE_STEPS[UNDER_PERFORMANCE_STEPS.indexOf(step) + 1] ?? null;
}
