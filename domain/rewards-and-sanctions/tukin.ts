import type { Predikat } from '../appraisal/predikat.ts';

/** The agency's own table of tunjangan kinerja; there is no national one. */
export type TukinRules = {
  readonly isEnabled: boolean;
  /** Part of the performance component that is paid, by predikat. */
  readonly percentByPredikat: Readonly<Record<Predikat, number>>;
};

/** The percentage of the performance component for a predikat, or null when the agency's table is switched off. */
export const tukinPercent = (predikat: Predikat, rules: TukinRules): number | null =>
  rules.isEnabled ? rules.percentByPredikat[predikat] : null;
