import { predikatFromRatings, type Predikat, type Rating } from '../appraisal/predikat.ts';
import type { FollowUp } from '../rewards-and-sanctions/follow-up.ts';
import type { CycleTaskKind } from '../process/tasks.ts';
import { schedule, unitCalendar, type CycleSchedule, type Segment, type UnitCalendar } from './deadlines.ts';
import type { WorkingCalendar } from '../calendar/working-days.ts';
import type { IndonesianZone } from '../calendar/time-zone.ts';
import type { RuleSet } from './rule-set.ts';
import { movedDueAt } from './task-due.ts';

/** A report period of a running cycle. Instants are milliseconds since 1970 UTC. */
export type PeriodFacts = {
  readonly number: number;
  readonly state: 'upcoming' | 'open' | 'submitted' | 'accepted' | 'lapsed';
  readonly dueAt: number;
};

export type TaskFacts = {
  readonly id: string;
  readonly kind: CycleTaskKind;
  readonly round: number;
  readonly periodNo: number | null;
  readonly openedAt: number;
  readonly dueAt: number;
};

/** What is known of one cycle, as far as a change of rules can touch it. */
export type CycleFacts = {
  readonly year: number;
  readonly segment: Segment;
  readonly zone: IndonesianZone;
  readonly isFinished: boolean;
  readonly isAppraisalAhead: boolean;
  readonly periods: readonly PeriodFacts[];
  readonly tasks: readonly TaskFacts[];
  /** The last result, and the follow-up that was decided with it. */
  readonly result: {
    readonly hasilKerja: Rating;
    readonly perilaku: Rating;
    readonly predikat: Predikat;
    readonly followUp: FollowUp | null;
  } | null;
};

/** A date that the other rules would move. */
type MovedDate =
  | {
      readonly what: 'task';
      readonly kind: CycleTaskKind;
      readonly periodNo: number | null;
      readonly from: number;
      readonly to: number;
    }
  | { readonly what: 'period'; readonly periodNo: number; readonly from: number; readonly to: number }
  | { readonly what: 'appraisal'; readonly from: number; readonly to: number };

/** What other rules would change for one cycle. `predikat` and `followUp` only say what the same ratings would give. */
export type CycleDifference = {
  readonly dates: readonly MovedDate[];
  readonly predikat: { readonly from: Predikat; readonly to: Predikat } | null;
  readonly followUp: { readonly from: FollowUp; readonly to: FollowUp } | null;
};

/** Why a cycle cannot be moved to a rule set. */
export type MoveRefusal =
  | 'ruleSetMove.finished'
  | 'ruleSetMove.frequencyDiffers'
  | 'ruleSetMove.clockDiffers'
  | 'ruleSetMove.notInForce';

/** Schedules are the same for everybody with the same segment and zone: each is computed once. */
export type Comparison = {
  readonly from: RuleSet;
  readonly to: RuleSet;
  readonly workingCalendar: WorkingCalendar;
  readonly schedules: Map<string, CycleSchedule>;
};

/** A comparison of two rule sets over the same working days, for many cycles. */
export const comparison = (from: RuleSet, to: RuleSet, workingCalendar: WorkingCalendar): Comparison => ({
  from,
  to,
  workingCalendar,
  schedules: new Map(),
});

/** What would change for a cycle at `at`, computed by the rules that would carry out the move. */
export function compareCycle(facts: CycleFacts, rules: Comparison, at: number): CycleDifference {
  return { dates: facts.isFinished ? [] : movedDates(facts, rules, at), ...otherResult(facts, rules) };
}

/** Whether and why a running cycle must stay where it is. Half a year of monthly reports is no year of quarterly ones. */
export function moveRefusal(
  facts: Pick<CycleFacts, 'isFinished' | 'segment'>,
  from: RuleSet,
  to: RuleSet,
): MoveRefusal | null {
  if (facts.isFinished) return 'ruleSetMove.finished';
  if (from.reporting.frequency !== to.reporting.frequency) return 'ruleSetMove.frequencyDiffers';
  if (JSON.stringify(from.clock) !== JSON.stringify(to.clock)) return 'ruleSetMove.clockDiffers';
  const isInForce =
    to.validFrom <= facts.segment.endsOn && (to.validTo === null || to.validTo >= facts.segment.startsOn);
  return isInForce ? null : 'ruleSetMove.notInForce';
}

function movedDates(facts: CycleFacts, rules: Comparison, at: number): MovedDate[] {
  const calendar = unitCalendar(rules.to, rules.workingCalendar, facts.zone);
  const [before, after] = [scheduleOf(facts, rules.from, rules), scheduleOf(facts, rules.to, rules)];
  const dates: MovedDate[] = [];
  for (const period of facts.periods) {
    const planned = after.periods.find(({ no }) => no === period.number);
    if (period.state === 'upcoming' && planned)
      add({ what: 'period', periodNo: period.number, from: period.dueAt, to: planned.dueAt });
  }
  for (const task of facts.tasks)
    add({
      what: 'task',
      kind: task.kind,
      periodNo: task.periodNo,
      from: task.dueAt,
      to: dueOf(task, facts, after, { rules: rules.to, calendar, at }),
    });
  if (facts.isAppraisalAhead) add({ what: 'appraisal', from: before.appraisalOpensAt, to: after.appraisalOpensAt });
  return dates;

  function add(date: MovedDate): void {
    if (date.from !== date.to) dates.push(date);
  }
}

type Target = { readonly rules: RuleSet; readonly calendar: UnitCalendar; readonly at: number };

function dueOf(task: TaskFacts, facts: CycleFacts, planned: CycleSchedule, { rules, calendar, at }: Target): number {
  const periodDueAt = planned.periods.find(({ no }) => no === task.periodNo)?.dueAt ?? null;
  return movedDueAt(
    { ...task, year: { number: facts.year, segment: facts.segment }, periodDueAt },
    rules,
    calendar,
    at,
  );
}

function scheduleOf(
  { year, segment, zone }: CycleFacts,
  rules: RuleSet,
  { schedules, workingCalendar, from }: Comparison,
): CycleSchedule {
  const key = [rules === from ? 'from' : 'to', zone, year, segment.startsOn, segment.endsOn].join(' ');
  const known = schedules.get(key) ?? schedule(rules, unitCalendar(rules, workingCalendar, zone), year, segment);
  schedules.set(key, known);
  return known;
}

function otherResult({ result }: CycleFacts, { to }: Comparison): Pick<CycleDifference, 'predikat' | 'followUp'> {
  if (!result) return { predikat: null, followUp: null };
  const predikat = predikatFromRatings(result.hasilKerja, result.perilaku, to.predikatMatrix);
  const followUp = to.followUp.byPredikat[predikat];
  return {
    predikat: predikat === result.predikat ? null : { from: result.predikat, to: predikat },
    followUp: result.followUp === null || followUp === result.followUp ? null : { from: result.followUp, to: followUp },
  };
}
