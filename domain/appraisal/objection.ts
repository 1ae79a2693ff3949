import { err, ok, type Result } from '../result.ts';
import { dueAfterCalendarDays, type UnitCalendar } from '../rule-sets/deadlines.ts';
import type { AppraisalRules } from '../rule-sets/rule-set.ts';
import { predikatFromRatings, type Predikat, type PredikatMatrix, type Rating } from './predikat.ts';

/** The two ratings and what they give. */
export type HasilPenilaian = {
  readonly hasilKerja: Rating;
  readonly perilakuKerja: Rating;
  readonly predikat: Predikat;
};

/** Last instant for an objection: the end of the 14th calendar day after the result was received (PP 30/2019 Ps. 59). */
export const objectionDueAt = (receivedAt: number, rules: AppraisalRules, unit: UnitCalendar): number =>
  dueAfterCalendarDays(receivedAt, rules.objectionDays, unit);

/** Last instant for the decision on an objection filed at an instant. */
export const objectionDecisionDueAt = (filedAt: number, rules: AppraisalRules, unit: UnitCalendar): number =>
  dueAfterCalendarDays(filedAt, rules.objectionDecisionDays, unit);

/**
 * Whether an objection is admitted. Value: the time limit for its decision. Errors: `appraisal.objectionReasonRequired`, and
 * `appraisal.objectionLate` (KEBERATAN_LEWAT_WAKTU) from the first instant after the last day.
 */
export function admitObjection(
  objection: { readonly receivedAt: number; readonly filedAt: number; readonly reason: string },
  rules: AppraisalRules,
  unit: UnitCalendar,
): Result<{ decisionDueAt: number }, 'appraisal.objectionReasonRequired' | 'appraisal.objectionLate'> {
  const dueAt = objectionDueAt(objection.receivedAt, rules, unit);
  if (objection.filedAt > dueAt) return err('appraisal.objectionLate', { dueAt });
  if (!objection.reason.trim()) return err('appraisal.objectionReasonRequired');
  return ok({ decisionDueAt: objectionDecisionDueAt(objection.filedAt, rules, unit) });
}

export type ObjectionDecision =
  | { readonly kind: 'upheld' }
  | { readonly kind: 'changed'; readonly hasilKerja: Rating; readonly perilakuKerja: Rating };

/** The final result after a decision; the contested one is kept beside it and never overwritten. */
export function resultAfterObjection(
  contested: HasilPenilaian,
  decision: ObjectionDecision,
  matrix: PredikatMatrix,
): { readonly contested: HasilPenilaian; readonly final: HasilPenilaian } {
  if (decision.kind === 'upheld') return { contested, final: contested };
  const { hasilKerja, perilakuKerja } = decision;
  return {
    contested,
    final: { hasilKerja, perilakuKerja, predikat: predikatFromRatings(hasilKerja, perilakuKerja, matrix) },
  };
}
