import type { ErrorCode } from '../error-codes.ts';
import type { Detail } from '../result.ts';

/** One condition of a reward with what it was judged by. `code` names the reason when it is not met. */
export type Verdict = {
  readonly ruleId: string;
  readonly code: ErrorCode;
  readonly isMet: boolean;
  readonly evidence: Detail;
};

/** A person's standing towards a reward: every condition is shown, met or not. */
export type Eligibility = { readonly isEligible: boolean; readonly verdicts: readonly Verdict[] };

/** All conditions must be met. */
export const eligibilityOf = (verdicts: readonly Verdict[]): Eligibility => ({
  isEligible: verdicts.every(({ isMet }) => isMet),
  verdicts,
});

/** One verdict. */
export const verdict = (ruleId: string, code: ErrorCode, isMet: boolean, evidence: Detail): Verdict => ({
  ruleId,
  code,
  isMet,
  evidence,
});
