import { addDays, type CalendarDate } from '../calendar/calendar-date.ts';
import { problem, type Problem } from '../result.ts';

/** From when to when something holds, both days included; null: without an end. */
export type Validity = { readonly validFrom: CalendarDate; readonly validTo: CalendarDate | null };

/** A version of a series of rule sets. */
export type SeriesVersion = Validity & { readonly code: string; readonly name: string };

/**
 * What stands against the dates of a new version of a series. It begins today or later and after the version it was copied from;
 * versions that begin before it end when it begins, those that begin at the same time or later must not be touched.
 */
export function validityProblems(
  draft: Validity,
  base: Validity,
  series: readonly SeriesVersion[],
  today: CalendarDate,
): Problem[] {
  if (draft.validFrom < today || draft.validFrom <= base.validFrom)
    return [problem('ruleSet.startsInPast', 'validFrom')];
  const rival = series.find(
    ({ validFrom }) => validFrom >= draft.validFrom && (draft.validTo === null || validFrom <= draft.validTo),
  );
  return rival ? [problem('ruleSet.overlap', 'validFrom', { name: rival.name, from: rival.validFrom })] : [];
}

/** The versions that a new one ends, with their new last day. */
export function endedBefore<Version extends SeriesVersion>(series: readonly Version[], draft: Validity): Version[] {
  return series
    .filter(({ validFrom, validTo }) => validFrom < draft.validFrom && (validTo === null || validTo >= draft.validFrom))
    .map((version) => ({ ...version, validTo: addDays(draft.validFrom, -1) }));
}
