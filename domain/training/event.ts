import { err, ok, type Result } from '../result.ts';

/** Kinds of training and socialisation that agencies hold (domain rulebook 6). */
export const EVENT_KINDS = ['bimtek', 'sosialisasi', 'webinar', 'coachingClinic', 'zoom', 'diklat'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * Life of an event: `draft` is known to its organisers only; `planned` is published, the workflow has not invited yet; then
 * `invited`, `checkInOpen`, `closed` (tests may still run), `finished`. A cancelled event stays for the record.
 */
export const EVENT_STATES = ['draft', 'planned', 'invited', 'checkInOpen', 'closed', 'finished', 'cancelled'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** Steps of an event that time brings, in this order. */
export const EVENT_STEPS = ['invite', 'remind', 'openCheckIn', 'close', 'remindMissing', 'certify', 'finish'] as const;
export type EventStep = (typeof EVENT_STEPS)[number];

/** A step and when it comes, in milliseconds since 1970. */
export type AgendaStep = { readonly step: EventStep; readonly at: number };

/** The times of an event, in milliseconds since 1970. `testUntil` is null when there is no test after it. */
export type EventTimes = {
  readonly startsAt: number;
  readonly endsAt: number;
  /** Check-in opens so long before the start and closes so long after the end. */
  readonly checkInMinutesBefore: number;
  readonly checkInMinutesAfter: number;
  readonly remindHoursBefore: number;
  readonly testUntil: number | null;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** When people can check in, first and last instant. */
export const checkInWindow = (times: EventTimes): { from: number; until: number } => ({
  from: times.startsAt - times.checkInMinutesBefore * MINUTE_MS,
  until: times.endsAt + times.checkInMinutesAfter * MINUTE_MS,
});

/**
 * The steps that are still to come, the earliest first (R-EVENT-1). Who has missed something hears of it while it can be made good:
 * halfway between the end and the last moment of the test, or at the end when there is none. A reminder whose time had passed
 * when the people were invited is left out.
 */
export function eventAgenda(times: EventTimes, done: readonly EventStep[], invitedAt: number | null): AgendaStep[] {
  const { from, until } = checkInWindow(times);
  const certifyAt = Math.max(until, times.testUntil ?? until);
  const remindAt = times.startsAt - times.remindHoursBefore * HOUR_MS;
  const at: Record<EventStep, number> = {
    invite: 0,
    remind: remindAt,
    openCheckIn: from,
    close: until,
    remindMissing: until + Math.floor((certifyAt - until) / 2),
    certify: certifyAt,
    finish: certifyAt,
  };
  const isTooLate = (step: EventStep): boolean => step === 'remind' && invitedAt !== null && invitedAt >= remindAt;
  return EVENT_STEPS.filter((step) => !done.includes(step) && !isTooLate(step))
    .map((step) => ({ step, at: at[step] }))
    .sort((a, b) => a.at - b.at || EVENT_STEPS.indexOf(a.step) - EVENT_STEPS.indexOf(b.step));
}

/** Whether an event can still be changed or cancelled: until its check-in has closed. */
export const isChangeable = (state: EventState): boolean =>
  state === 'planned' || state === 'invited' || state === 'checkInOpen';

/** Whether the people have been told of an event. */
export const isAnnounced = (state: EventState): boolean => state !== 'draft' && state !== 'planned';

/** `seat` a place is kept; `waiting` the person is on the waiting list; null the person does not come or has not answered. */
export type Place = 'seat' | 'waiting' | null;

/** The place of somebody who says yes: a seat while there are some, else the waiting list (R-EVENT-2). A seat is never taken away again. */
export function placeFor(quota: number | null, seatsTaken: number, present: Place): Place {
  if (present === 'seat') return 'seat';
  return quota === null || seatsTaken < quota ? 'seat' : 'waiting';
}

/** How many of the waiting move up when seats are free; everybody when there is no quota any more. */
export function movingUp(quota: number | null, seatsTaken: number, waiting: number): number {
  return quota === null ? waiting : Math.max(0, Math.min(waiting, quota - seatsTaken));
}

/** Why a check-in at an instant is refused, before any code is looked at. Errors: `training.checkIn.early`, `.late`, `.cancelled`; details are instants. */
export function checkInAllowed(
  state: EventState,
  times: EventTimes,
  at: number,
): Result<true, 'training.checkIn.early' | 'training.checkIn.late' | 'training.checkIn.cancelled'> {
  if (state === 'cancelled') return err('training.checkIn.cancelled');
  const { from, until } = checkInWindow(times);
  if (at < from) return err('training.checkIn.early', { from });
  if (at > until) return err('training.checkIn.late', { until });
  return ok(true);
}

/** The check-in code changes so often. */
export const CODE_SECONDS = 60;
/** A code counts for so many changes: time to sign in on a phone, too little to be of use to somebody who is not there. */
const CODES_ACCEPTED = 5;

/** The number of the code that is shown at an instant. */
export const codeStepAt = (at: number): number => Math.floor(at / (CODE_SECONDS * 1000));

/** Numbers of the codes that count at an instant: the one shown and those just before. */
export const acceptedCodeSteps = (at: number): number[] =>
  Array.from({ length: CODES_ACCEPTED }, (_, index) => codeStepAt(at) - index);

/** A typed code in the form in which codes are compared: capitals, no blanks or dashes. */
export const normaliseCode = (typed: string): string => typed.toUpperCase().replace(/[\s-]/g, '');

/** What must be there for a certificate: attendance, and the test after the event passed where there is one (R-EVENT-3). */
export function hasCompleted(person: {
  readonly attended: boolean;
  readonly hasPostTest: boolean;
  readonly passed: boolean;
}): boolean {
  return person.attended && (!person.hasPostTest || person.passed);
}
