import { err, ok, type Result } from '../result.ts';
import { PREDIKATS, type Predikat, type PredikatOrganisasi } from './predikat.ts';

/** How many employees of a unit got each predikat. */
export type PredikatCounts = Readonly<Record<Predikat, number>>;

/**
 * One condition of the pola distribusi. `largest`: the groups together outnumber every other single group.
 * `share…`: their part of all appraised, `limit` in percent. `count…`: `limit` in persons.
 */
type DistributionCondition =
  | { readonly code: string; readonly test: 'largest'; readonly of: readonly Predikat[] }
  | {
      readonly code: string;
      readonly test: 'shareAtMost' | 'shareAtLeast' | 'countAtMost' | 'countAtLeast';
      readonly of: readonly Predikat[];
      readonly limit: number;
    };

/** The distribution guide of SE MenPANRB 3/2023. Units with fewer than `minimumGroup` appraised people are only informed. */
export type DistributionGuide = {
  readonly minimumGroup: number;
  readonly byOrganisationPredikat: Readonly<Record<PredikatOrganisasi, readonly DistributionCondition[]>>;
};

/** A condition that does not hold, with the people counted in it. */
type DistributionViolation = {
  readonly code: string;
  readonly persons: number;
  readonly appraised: number;
  readonly limit: number | null;
};

export type DistributionCheck = {
  readonly appraised: number;
  readonly violations: readonly DistributionViolation[];
  /** Too few people for the guide to mean anything: show it, demand nothing. */
  readonly isInformationOnly: boolean;
  readonly needsReason: boolean;
};

/** Compares a unit's predikat with the guide for its organisation's predikat, by exact ratios: heads are never rounded. */
export function checkDistribution(
  organisation: PredikatOrganisasi,
  counts: PredikatCounts,
  guide: DistributionGuide,
): DistributionCheck {
  const appraised = countOf(counts, PREDIKATS);
  const conditions = appraised === 0 ? [] : guide.byOrganisationPredikat[organisation];
  const violations = conditions.flatMap((condition) => violationOf(condition, counts, appraised));
  const isInformationOnly = appraised < guide.minimumGroup;
  return { appraised, violations, isInformationOnly, needsReason: violations.length > 0 && !isInformationOnly };
}

/**
 * The guide is a consideration for the leader: departing from it is allowed, with a written reason.
 * Value: the trimmed reason to record, or null when none is needed. Error: `distribution.reasonRequired`.
 */
export function acceptDistribution(
  check: DistributionCheck,
  reason: string,
): Result<string | null, 'distribution.reasonRequired'> {
  const given = reason.trim();
  if (check.needsReason && !given)
    return err('distribution.reasonRequired', { codes: check.violations.map(({ code }) => code).join(',') });
  return ok(given || null);
}

/** Counts a list of predikat, with a zero for each that does not occur. */
export function countPredikats(predikats: readonly Predikat[]): PredikatCounts {
  const counts: Record<Predikat, number> = { sangatBaik: 0, baik: 0, butuhPerbaikan: 0, kurang: 0, sangatKurang: 0 };
  for (const predikat of predikats) counts[predikat] += 1;
  return counts;
}

function violationOf(
  condition: DistributionCondition,
  counts: PredikatCounts,
  appraised: number,
): DistributionViolation[] {
  const persons = countOf(counts, condition.of);
  if (holds(condition, persons, counts, appraised)) return [];
  return [{ code: condition.code, persons, appraised, limit: condition.test === 'largest' ? null : condition.limit }];
}

function holds(condition: DistributionCondition, persons: number, counts: PredikatCounts, appraised: number): boolean {
  switch (condition.test) {
    case 'largest':
      return PREDIKATS.every((other) => condition.of.includes(other) || counts[other] < persons);
    case 'shareAtMost':
      return persons * 100 <= condition.limit * appraised;
    case 'shareAtLeast':
      return persons * 100 >= condition.limit * appraised;
    case 'countAtMost':
      return persons <= condition.limit;
    case 'countAtLeast':
      return persons >= condition.limit;
  }
}

const countOf = (counts: PredikatCounts, predikats: readonly Predikat[]): number =>
  predikats.reduce((sum, predikat) => sum + counts[predikat], 0);
