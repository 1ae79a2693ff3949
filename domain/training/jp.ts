import type { EmploymentKind } from '../accounts/nip.ts';
import {
  addDays,
  addMonths,
  dateFromParts,
  monthsBetween,
  yearOf,
  type CalendarDate,
} from '../calendar/calendar-date.ts';

/** What must be completed before an SKP can be handed in: a training of this topic within so many months. */
export type TrainingGate = { readonly topic: string; readonly withinMonths: number };

/** Rights to competence development in hours of lesson, JP (Peraturan LAN 10/2018 and 15/2020), and the gate before the SKP. */
export type TrainingRules = {
  readonly pnsMinimumJpPerYear: number;
  readonly pppkMaximumJpPerContractYear: number;
  /** Absent or null: no gate. */
  readonly skpGate?: TrainingGate | null;
};

export type JpStatus =
  | { readonly state: 'enough' }
  | { readonly state: 'belowMinimum'; readonly missingJp: number }
  | { readonly state: 'aboveMaximum'; readonly excessJp: number };

/** Where a person's JP of the year stand. Above the PPPK maximum is a flag for the organiser, not an error. */
export function jpStatus(
  kind: EmploymentKind,
  jp: number,
  rules: Pick<TrainingRules, 'pnsMinimumJpPerYear' | 'pppkMaximumJpPerContractYear'>,
): JpStatus {
  if (kind === 'PPPK') {
    const excessJp = jp - rules.pppkMaximumJpPerContractYear;
    return excessJp > 0 ? { state: 'aboveMaximum', excessJp } : { state: 'enough' };
  }
  const missingJp = rules.pnsMinimumJpPerYear - jp;
  return missingJp > 0 ? { state: 'belowMinimum', missingJp } : { state: 'enough' };
}

/** The year in which JP are counted: the calendar year of a PNS, the contract year of a PPPK (R-JP-2). */
export function jpYear(
  kind: EmploymentKind,
  contractStartedOn: CalendarDate | null,
  on: CalendarDate,
): { from: CalendarDate; to: CalendarDate } {
  if (kind === 'PNS' || contractStartedOn === null || contractStartedOn > on) {
    return { from: dateFromParts(yearOf(on), 1, 1), to: dateFromParts(yearOf(on), 12, 31) };
  }
  const years = Math.floor(monthsBetween(contractStartedOn, on) / 12);
  return {
    from: addMonths(contractStartedOn, years * 12),
    to: addDays(addMonths(contractStartedOn, (years + 1) * 12), -1),
  };
}
