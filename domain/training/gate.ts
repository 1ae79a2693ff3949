import type { TrainingGate } from './jp.ts';

/** Whether somebody may hand in their SKP as far as training is concerned, and why. */
export type GateState =
  | { readonly kind: 'open'; readonly because: 'noGate' | 'completed' | 'waived' }
  | { readonly kind: 'closed'; readonly topic: string; readonly withinMonths: number };

/**
 * The gate before the SKP window (R-GATE-1): a rule set without one lets everybody through; otherwise the person has completed a training
 * of the topic, not longer ago than the rule set says, or somebody has waived it for this year with a reason.
 */
export function gateState(
  gate: TrainingGate | null | undefined,
  facts: { readonly hasCompleted: boolean; readonly isWaived: boolean },
): GateState {
  if (!gate) return { kind: 'open', because: 'noGate' };
  if (facts.hasCompleted) return { kind: 'open', because: 'completed' };
  if (facts.isWaived) return { kind: 'open', because: 'waived' };
  return { kind: 'closed', topic: gate.topic, withinMonths: gate.withinMonths };
}

/** Share of a unit's people who have completed something, in percent with one decimal; nobody there means 100. */
export const coveragePercent = (completed: number, people: number): number =>
  people === 0 ? 100 : Math.round((completed / people) * 1000) / 10;
