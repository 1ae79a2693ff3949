import type { CalendarDate } from '../calendar/calendar-date.ts';
import { err, ok, type Result } from '../result.ts';

/** How somebody holds a post: definitively, or as pelaksana tugas (Plt) or pelaksana harian (Plh) by an order letter. */
type Tenure = 'definitif' | 'plt' | 'plh';

/** One person in one post between two dates; `endsOn` null is open-ended. */
export type Incumbency = {
  readonly employeeId: string;
  readonly tenure: Tenure;
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate | null;
};

/** A post with the post it reports to (null at the top) and whoever held or holds it. */
export type Post = {
  readonly positionId: string;
  readonly superiorPositionId: string | null;
  readonly incumbencies: readonly Incumbency[];
};

export type OrganisationChart = ReadonlyMap<string, Post>;

/** Why a post on the way up does not appraise. */
type PassedOver = { readonly positionId: string; readonly reason: 'vacant' | 'sameEmployee' | 'absent' | 'plhOnly' };

export type PejabatPenilai = {
  readonly positionId: string;
  readonly employeeId: string;
  readonly tenure: Tenure;
  /** Posts between the employee and the appraiser, nearest first: both names are recorded when one is passed over. */
  readonly passedOver: readonly PassedOver[];
};

export type AppraiserQuery = {
  readonly employeeId: string;
  readonly positionId: string;
  readonly on: CalendarDate;
  /** People on leave or otherwise unable to decide on that day. */
  readonly absentEmployeeIds?: ReadonlySet<string>;
  readonly canPlhRate: boolean;
};

/**
 * The pejabat penilai kinerja of an employee in a post on a date: the direct superior; when that post is vacant, held by
 * the employee themself, by somebody absent or only by a Plh, the next higher one. Error: `appraiser.none` at the top.
 */
export function findPejabatPenilai(
  query: AppraiserQuery,
  chart: OrganisationChart,
): Result<PejabatPenilai, 'appraiser.none'> {
  return climb(query, query.positionId, new Set([query.employeeId]), chart);
}

/**
 * The atasan pejabat penilai, who decides an objection: the same search upwards from the appraiser's post; neither the
 * employee nor the appraiser can be the one (PP 30/2019 Ps. 59).
 */
export function findAtasanPejabatPenilai(
  query: AppraiserQuery,
  chart: OrganisationChart,
): Result<PejabatPenilai, 'appraiser.none'> {
  const penilai = findPejabatPenilai(query, chart);
  if (!penilai.ok) return penilai;
  return climb(query, penilai.value.positionId, new Set([query.employeeId, penilai.value.employeeId]), chart);
}

function climb(
  query: AppraiserQuery,
  from: string,
  barred: ReadonlySet<string>,
  chart: OrganisationChart,
): Result<PejabatPenilai, 'appraiser.none'> {
  const passedOver: PassedOver[] = [];
  const seen = new Set([from]);
  for (
    let id = chart.get(from)?.superiorPositionId ?? null;
    id !== null && !seen.has(id);
    id = chart.get(id)?.superiorPositionId ?? null
  ) {
    seen.add(id);
    const holders = chart.get(id)?.incumbencies.filter((incumbency) => isHeld(incumbency, query.on)) ?? [];
    const able = holders.filter((holder) => reasonAgainst(holder, barred, query) === null).sort(byTenure)[0];
    if (able) return ok({ positionId: id, employeeId: able.employeeId, tenure: able.tenure, passedOver });
    const [holder] = holders.toSorted(byTenure);
    passedOver.push({ positionId: id, reason: holder ? (reasonAgainst(holder, barred, query) ?? 'vacant') : 'vacant' });
  }
  return err('appraiser.none', { positionId: from });
}

function reasonAgainst(
  holder: Incumbency,
  barred: ReadonlySet<string>,
  query: AppraiserQuery,
): PassedOver['reason'] | null {
  if (barred.has(holder.employeeId)) return 'sameEmployee';
  if (query.absentEmployeeIds?.has(holder.employeeId)) return 'absent';
  return holder.tenure === 'plh' && !query.canPlhRate ? 'plhOnly' : null;
}

const isHeld = ({ startsOn, endsOn }: Incumbency, on: CalendarDate): boolean =>
  startsOn <= on && (endsOn === null || on <= endsOn);

const TENURE_ORDER: readonly Tenure[] = ['definitif', 'plt', 'plh'];

const byTenure = (a: Incumbency, b: Incumbency): number =>
  TENURE_ORDER.indexOf(a.tenure) - TENURE_ORDER.indexOf(b.tenure);
