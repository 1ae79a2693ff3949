import {
  addDays,
  addMonths,
  dateFromParts,
  earlierOf,
  lastDayOfMonth,
  laterOf,
  type CalendarDate,
} from '../calendar/calendar-date.ts';
import { dateOf, endOfDay, instantOf, startOfDay, type CalendarClock } from '../calendar/clock.ts';
import type { IndonesianZone } from '../calendar/time-zone.ts';
import {
  addWorkingDays,
  workingDayOnOrAfter,
  workingDayOnOrBefore,
  workingDaysBetween,
  type WorkingCalendar,
} from '../calendar/working-days.ts';
import type { LadderStep, RuleSet } from './rule-set.ts';

/** Everything that turns a rule into an instant for the people of one unit. Instants are milliseconds since 1970 UTC. */
export type UnitCalendar = {
  readonly workingCalendar: WorkingCalendar;
  readonly zone: IndonesianZone;
  readonly clock: CalendarClock;
};

/** The part of a year that one person spends in one post, first and last day included. */
export type Segment = { readonly startsOn: CalendarDate; readonly endsOn: CalendarDate };

/** A report period; `no` is the number of its month (1–12) or quarter (1–4) in the year, also when earlier ones are missing. */
export type ReportPeriod = Segment & { readonly no: number; readonly opensAt: number; readonly dueAt: number };

export type CycleSchedule = {
  readonly skpOpensAt: number;
  /** When the employee's draft should be handed in, so that time is left for the approval. */
  readonly skpDraftDueAt: number;
  /** When the SKP must be established. */
  readonly skpDueAt: number;
  readonly periods: readonly ReportPeriod[];
  readonly appraisalOpensAt: number;
  readonly selfAssessmentDueAt: number;
  /** When the rating is due if the self-assessment comes at its last moment; earlier submissions have their own clock. */
  readonly ratingDueAt: number;
};

/** Reminders and escalations go out in the morning, not at midnight. */
const MESSAGE_TIME = '08:00:00';

/** The calendar that a rule set uses for a unit: the rule set's clock, and its zone policy. */
export function unitCalendar(
  rules: Pick<RuleSet, 'clock' | 'deadlineZone'>,
  workingCalendar: WorkingCalendar,
  unitZone: IndonesianZone,
): UnitCalendar {
  return { workingCalendar, zone: rules.deadlineZone === 'unit' ? unitZone : rules.deadlineZone, clock: rules.clock };
}

/** The segment of somebody who stays in one post all year. */
export const fullYear = (year: number): Segment => ({
  startsOn: dateFromParts(year, 1, 1),
  endsOn: dateFromParts(year, 12, 31),
});

/**
 * The planned instants of one cycle: a person's segment of a year under a rule set. A segment is clipped to the year;
 * a RangeError is thrown when nothing of it lies in the year.
 */
export function schedule(
  rules: RuleSet,
  unit: UnitCalendar,
  year: number,
  segment: Segment = fullYear(year),
): CycleSchedule {
  const whole = fullYear(year);
  const held = { startsOn: laterOf(segment.startsOn, whole.startsOn), endsOn: earlierOf(segment.endsOn, whole.endsOn) };
  if (held.endsOn < held.startsOn)
    throw new RangeError(`segment ${segment.startsOn}–${segment.endsOn} is not in ${year}`);
  const skpDueOn = skpDueDate(rules, unit, year, held);
  const draftDueOn = addWorkingDays(skpDueOn, -rules.skp.draftDueWorkingDaysBefore, unit.workingCalendar);
  const appraisalOpensAt = startOfDay(appraisalDate(rules, unit, year, held), unit.zone, unit.clock);
  const selfAssessmentDueAt = dueAfterWorkingDays(appraisalOpensAt, rules.appraisal.selfAssessmentDueWorkingDays, unit);
  return {
    skpOpensAt: startOfDay(held.startsOn, unit.zone, unit.clock),
    skpDraftDueAt: endOfDay(laterOf(draftDueOn, held.startsOn), unit.zone, unit.clock),
    skpDueAt: endOfDay(skpDueOn, unit.zone, unit.clock),
    periods: reportPeriods(rules, unit, year, held),
    appraisalOpensAt,
    selfAssessmentDueAt,
    ratingDueAt: dueAfterWorkingDays(selfAssessmentDueAt, rules.appraisal.ratingDueWorkingDays, unit),
  };
}

/** End of the n-th hari kerja after the day of an event, in the unit's zone. */
export function dueAfterWorkingDays(instant: number, n: number, unit: UnitCalendar): number {
  const on = addWorkingDays(dateOf(instant, unit.zone, unit.clock), n, unit.workingCalendar);
  return endOfDay(on, unit.zone, unit.clock);
}

/** End of the n-th calendar day after the day of an event ("hari"): not moved when that day is free. */
export function dueAfterCalendarDays(instant: number, n: number, unit: UnitCalendar): number {
  return endOfDay(addDays(dateOf(instant, unit.zone, unit.clock), n), unit.zone, unit.clock);
}

/** End of the day a number of months after the day of an event, as for an improvement plan of six months. */
export function dueAfterMonths(instant: number, months: number, unit: UnitCalendar): number {
  return endOfDay(addMonths(dateOf(instant, unit.zone, unit.clock), months), unit.zone, unit.clock);
}

/**
 * A due time after a pause (the item was back with the employee): later by the hari kerja that passed between.
 * Nothing changes when it came back on the same day.
 */
export function dueAfterPause(dueAt: number, pausedAt: number, resumedAt: number, unit: UnitCalendar): number {
  const [pausedOn, resumedOn] = [dateOf(pausedAt, unit.zone, unit.clock), dateOf(resumedAt, unit.zone, unit.clock)];
  const paused = workingDaysBetween(pausedOn, resumedOn, unit.workingCalendar);
  return paused > 0 ? dueAfterWorkingDays(dueAt, paused, unit) : dueAt;
}

/**
 * The instant of each ladder step of a task, in the order of the ladder, never going backwards: 08:00 local on the
 * computed hari kerja, the last working morning up to the due time for offset 0. A step before the opening is put at the opening, where the
 * message that announces the task already says it: start at `firstLevel`.
 */
export function ladderInstants(
  dueAt: number,
  ladder: readonly LadderStep[],
  openedAt: number,
  unit: UnitCalendar,
): number[] {
  const dueOn = dateOf(dueAt, unit.zone, unit.clock);
  return ladder.map(({ offsetWorkingDays }) => {
    const on =
      offsetWorkingDays === 0
        ? workingDayOnOrBefore(dueOn, unit.workingCalendar)
        : addWorkingDays(dueOn, offsetWorkingDays, unit.workingCalendar);
    const at = instantOf(on, MESSAGE_TIME, unit.zone, unit.clock);
    return offsetWorkingDays <= 0 ? Math.max(at, Math.min(openedAt, dueAt)) : at;
  });
}

/** The first ladder level that still lies ahead at an instant, or the number of levels when none does. */
export function firstLevel(instants: readonly number[], at: number): number {
  const index = instants.findIndex((instant) => instant > at);
  return index === -1 ? instants.length : index;
}

/** A full year's SKP is due on the fixed day; a post that starts in mid-year has its own days, but not beyond its end. */
function skpDueDate({ skp }: RuleSet, unit: UnitCalendar, year: number, held: Segment): CalendarDate {
  const isFromNewYear = held.startsOn === dateFromParts(year, 1, 1);
  const due = isFromNewYear
    ? dateFromParts(year, skp.establishBy.month, skp.establishBy.day)
    : addDays(held.startsOn, skp.newPostDays);
  const moved =
    skp.whenNotWorkingDay === 'keep'
      ? due
      : skp.whenNotWorkingDay === 'moveEarlier'
        ? workingDayOnOrBefore(due, unit.workingCalendar)
        : workingDayOnOrAfter(due, unit.workingCalendar);
  return laterOf(earlierOf(moved, held.endsOn), held.startsOn);
}

/** The appraisal opens on the fixed day, or on the last working day of a segment that ends before the year does. */
function appraisalDate({ appraisal }: RuleSet, unit: UnitCalendar, year: number, held: Segment): CalendarDate {
  const endsWithYear = held.endsOn === dateFromParts(year, 12, 31);
  const opens = endsWithYear
    ? dateFromParts(year, appraisal.opensOn.month, appraisal.opensOn.day)
    : workingDayOnOrBefore(held.endsOn, unit.workingCalendar);
  return laterOf(opens, held.startsOn);
}

/** The months or quarters that the segment touches, each clipped to it. A period can be filled from its first day. */
function reportPeriods({ reporting }: RuleSet, unit: UnitCalendar, year: number, held: Segment): ReportPeriod[] {
  const months = reporting.frequency === 'bulanan' ? 1 : 3;
  return Array.from({ length: 12 / months }, (_, index) => ({
    no: index + 1,
    startsOn: laterOf(dateFromParts(year, index * months + 1, 1), held.startsOn),
    endsOn: earlierOf(lastDayOfMonth(year, (index + 1) * months), held.endsOn),
  }))
    .filter(({ startsOn, endsOn }) => startsOn <= endsOn)
    .map((period) => ({
      ...period,
      opensAt: startOfDay(period.startsOn, unit.zone, unit.clock),
      dueAt: endOfDay(
        addWorkingDays(period.endsOn, reporting.dueWorkingDays, unit.workingCalendar),
        unit.zone,
        unit.clock,
      ),
    }));
}
