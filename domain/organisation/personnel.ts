import { ENDED_STATUSES } from './roster.ts';

/** Acts of the personnel administration about one person. `acting…` mark the first day of a Plt or Plh and the day after the last. */
export type PersonnelActKind =
  | 'superior'
  | 'transfer'
  | 'promotion'
  | 'leave'
  | 'return'
  | 'retirement'
  | 'death'
  | 'actingStarts'
  | 'actingEnds';
export const PERSONNEL_ACT_KINDS: readonly PersonnelActKind[] = [
  'superior',
  'transfer',
  'promotion',
  'leave',
  'return',
  'retirement',
  'death',
  'actingStarts',
  'actingEnds',
];

/** Kinds of leave: `cuti` changes nothing in the staffing, `cltn` is cuti di luar tanggungan negara and vacates the post. */
export type LeaveKind = 'cuti' | 'cltn' | 'tugasBelajar';
export const LEAVE_KINDS: readonly LeaveKind[] = ['cuti', 'cltn', 'tugasBelajar'];

/** What the staffing says of somebody on leave; null where it stays `aktif`. */
export const STATUS_OF_LEAVE: Readonly<Record<LeaveKind, string | null>> = {
  cuti: null,
  cltn: 'cuti di luar tanggungan negara',
  tugasBelajar: 'tugas belajar',
};

export type ActProblem =
  | 'personnel.ownAct'
  | 'personnel.notActive'
  | 'personnel.notOnLeave'
  | 'personnel.onLeave'
  | 'personnel.futureDeath'
  | 'personnel.dates';

export type ActToJudge = {
  readonly kind: PersonnelActKind;
  readonly actorId: string | null;
  readonly employeeId: string;
  readonly status: string;
  readonly effectiveOn: string;
  readonly untilOn: string | null;
  readonly today: string;
};

/**
 * Whether an act may be recorded or take effect (R-PERSONNEL-1): not about oneself, not about somebody whose service has
 * ended, a return only from leave, a leave or promotion only of somebody who is active, a death only when it has happened.
 *
 * @returns the first problem, or null
 */
export function actProblem({
  kind,
  actorId,
  employeeId,
  status,
  effectiveOn,
  untilOn,
  today,
}: ActToJudge): ActProblem | null {
  if (actorId === employeeId) return 'personnel.ownAct';
  if (ENDED_STATUSES.includes(status)) return 'personnel.notActive';
  if (untilOn !== null && untilOn < effectiveOn) return 'personnel.dates';
  if (kind === 'death' && effectiveOn > today) return 'personnel.futureDeath';
  if (kind === 'return' && status === 'aktif') return 'personnel.notOnLeave';
  return (kind === 'leave' || kind === 'promotion') && status !== 'aktif' ? 'personnel.onLeave' : null;
}

export type ActingProblem =
  | 'personnel.actingOwnPost'
  | 'personnel.actingTaken'
  | 'personnel.pltNotVacant'
  | 'personnel.plhVacant'
  | 'personnel.dates'
  | 'personnel.ownAct'
  | 'personnel.notActive';

export type Acting = {
  readonly kind: 'plt' | 'plh';
  readonly actorId: string;
  readonly employeeId: string;
  readonly status: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** Who holds the post definitively in these days, and who acts in it. */
  readonly holderId: string | null;
  readonly actingIds: readonly string[];
};

/**
 * Whether somebody may act in a post (R-ACTING-1): a Plt fills a vacant post, a Plh stands in for a holder who is away; one
 * person at a time, between two dates, and nobody appoints themselves.
 */
export function actingProblem({
  kind,
  actorId,
  employeeId,
  status,
  validFrom,
  validTo,
  holderId,
  actingIds,
}: Acting): ActingProblem | null {
  if (actorId === employeeId) return 'personnel.ownAct';
  if (status !== 'aktif') return 'personnel.notActive';
  if (validTo < validFrom) return 'personnel.dates';
  if (holderId === employeeId) return 'personnel.actingOwnPost';
  if (actingIds.length > 0) return 'personnel.actingTaken';
  if (kind === 'plt' && holderId !== null) return 'personnel.pltNotVacant';
  return kind === 'plh' && holderId === null ? 'personnel.plhVacant' : null;
}
