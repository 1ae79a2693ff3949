import type { EmploymentKind } from '../accounts/nip.ts';

/** Rights to competence development in hours of lesson, JP (Peraturan LAN 10/2018 and 15/2020). */
export type TrainingRules = { readonly pnsMinimumJpPerYear: number; readonly pppkMaximumJpPerContractYear: number };

export type JpStatus =
  | { readonly state: 'enough' }
  | { readonly state: 'belowMinimum'; readonly missingJp: number }
  | { readonly state: 'aboveMaximum'; readonly excessJp: number };

/** Where a person's JP of the year stand. Above the PPPK maximum is a flag for the organiser, not an error. */
export function jpStatus(kind: EmploymentKind, jp: number, rules: TrainingRules): JpStatus {
  if (kind === 'PPPK') {
    const excessJp = jp - rules.pppkMaximumJpPerContractYear;
    return excessJp > 0 ? { state: 'aboveMaximum', excessJp } : { state: 'enough' };
  }
  const missingJp = rules.pnsMinimumJpPerYear - jp;
  return missingJp > 0 ? { state: 'belowMinimum', missingJp } : { state: 'enough' };
}
