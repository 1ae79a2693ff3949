import type { RoleName } from '../access/actor.ts';

/** A code of an authenticator holds for this long. */
export const STEP_SECONDS = 30;

/** So many steps before and after the server's own are taken: the clocks of phones are rarely exact (rulebook 7.3). */
export const DRIFT_STEPS = 1;

/** So many recovery codes are handed out at once. */
export const RECOVERY_CODES = 10;

/** Who must have a second factor: everybody, nobody, or whoever holds one of these roles. */
export type FactorRule = 'all' | 'none' | readonly RoleName[];

/** The step that an instant lies in. */
export const stepAt = (epochMs: number): number => Math.floor(epochMs / 1000 / STEP_SECONDS);

/**
 * The step that a code was accepted for, or null when it is none of those that still count: too far from now, or not after
 * the last one used (R-FACTOR-1). `matching` are the steps whose code is the one typed.
 */
export function acceptedStep(matching: readonly number[], now: number, lastUsed: number): number | null {
  return matching.find((step) => Math.abs(step - now) <= DRIFT_STEPS && step > lastUsed) ?? null;
}

/** Whether a person with these roles must have a second factor (R-FACTOR-2). */
export function isFactorRequired(rule: FactorRule, roles: readonly RoleName[]): boolean {
  if (rule === 'all' || rule === 'none') return rule === 'all';
  return roles.some((role) => rule.includes(role));
}
