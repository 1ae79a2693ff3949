import type { PredikatOrganisasi, Rating } from './predikat.ts';

/** For a leader the organisation's achievement is the rating of hasil kerja (SE MenPANRB 3/2023). The mapping can be switched off. */
export type LeaderRatingRule = {
  readonly isEnabled: boolean;
  readonly byOrganisationPredikat: Readonly<Record<PredikatOrganisasi, Rating>>;
};

/** The leader's rating of hasil kerja, or null when the appraiser rates freely because the mapping is off. */
export function leaderHasilKerja(organisation: PredikatOrganisasi, rule: LeaderRatingRule): Rating | null {
  return rule.isEnabled ? rule.byOrganisationPredikat[organisation] : null;
}
