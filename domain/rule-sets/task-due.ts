import { objectionDecisionDueAt, objectionDueAt } from '../appraisal/objection.ts';
import type { CycleTaskKind } from '../process/tasks.ts';
import { dueAfterWorkingDays, schedule, type Segment, type UnitCalendar } from './deadlines.ts';
import type { RuleSet } from './rule-set.ts';

/** What the due time of a task depends on besides the rules. Instants are milliseconds since 1970 UTC. */
export type TaskTiming = {
  readonly kind: CycleTaskKind;
  readonly round: number;
  readonly openedAt: number;
  readonly year: number;
  readonly segment: Segment;
  /** When the period of a report is due; null for every other task. */
  readonly periodDueAt: number | null;
};

/** When a task is due under a rule set. */
export function taskDueAt(
  { kind, round, openedAt, year, segment, periodDueAt }: TaskTiming,
  rules: RuleSet,
  calendar: UnitCalendar,
): number {
  const workingDays = (n: number): number => dueAfterWorkingDays(openedAt, n, calendar);
  switch (kind) {
    case 'draftSkp':
      if (round > 1) return workingDays(rules.skp.revisionDueWorkingDays);
      return Math.max(schedule(rules, calendar, year, segment).skpDraftDueAt, workingDays(1));
    case 'approveSkp':
      return workingDays(rules.skp.approvalDueWorkingDays);
    case 'submitReport':
      if (round > 1) return workingDays(rules.reporting.revisionDueWorkingDays);
      // A period that opens after its own deadline (the year was opened late) leaves the employee the usual days.
      return Math.max(periodDueAt ?? 0, workingDays(rules.reporting.dueWorkingDays));
    case 'reviewReport':
      return workingDays(rules.reporting.reviewDueWorkingDays);
    case 'selfAssess':
      return workingDays(rules.appraisal.selfAssessmentDueWorkingDays);
    case 'appraise':
      return workingDays(rules.appraisal.ratingDueWorkingDays);
    case 'acknowledgeResult':
      return objectionDueAt(openedAt, rules.appraisal, calendar);
    case 'decideObjection':
      return objectionDecisionDueAt(openedAt, rules.appraisal, calendar);
    case 'evaluate':
      return workingDays(rules.appraisal.evaluationDueWorkingDays);
    case 'proposeReward':
      return workingDays(rules.followUp.rewardDueWorkingDays);
    case 'giveGuidance':
    case 'concludeImprovement':
      return workingDays(rules.followUp.guidanceDueWorkingDays);
    case 'planImprovement':
      return workingDays(rules.followUp.improvementPlanDueWorkingDays);
  }
}

/** Limits of the law that began to run under the old rules: the time for an objection and for its decision are never moved. */
const KEPT: ReadonlySet<CycleTaskKind> = new Set(['acknowledgeResult', 'decideObjection']);

/** When an open task is due after its cycle was moved to other rules at `movedAt`. */
export function movedDueAt(
  task: TaskTiming & { readonly dueAt: number },
  rules: RuleSet,
  calendar: UnitCalendar,
  movedAt: number,
): number {
  return KEPT.has(task.kind)
    ? task.dueAt
    : withoutLoss(task.dueAt, taskDueAt(task, rules, calendar), movedAt, calendar);
}

/**
 * A due time that other rules move. Nobody loses time at once: a date that comes earlier leaves at least the next hari kerja
 * after the move, and what was late already stays so unless the new date is later.
 */
export function withoutLoss(from: number, to: number, movedAt: number, calendar: UnitCalendar): number {
  return to >= from ? to : Math.min(from, Math.max(to, dueAfterWorkingDays(movedAt, 1, calendar)));
}
