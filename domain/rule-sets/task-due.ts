import { objectionDecisionDueAt, objectionDueAt } from '../appraisal/objection.ts';
import { taskRule, type TaskKind } from '../process/tasks.ts';
import { dueAfterWorkingDays, schedule, type Segment, type UnitCalendar } from './deadlines.ts';
import type { RuleSet } from './rule-set.ts';

/** What the due time of a task depends on besides the rules. Instants are milliseconds since 1970 UTC. */
export type TaskTiming = {
  readonly kind: TaskKind;
  readonly round: number;
  readonly openedAt: number;
  /** The part of a year that the task belongs to; null outside a year. */
  readonly year: { readonly number: number; readonly segment: Segment } | null;
  /** When the period of a report is due; null for every other task. */
  readonly periodDueAt: number | null;
};

/** When a task is due under a rule set, by its row in `domain/process/tasks.ts`. */
export function taskDueAt(timing: TaskTiming, rules: RuleSet, calendar: UnitCalendar): number {
  const { kind, round, openedAt } = timing;
  const { due } = taskRule(kind);
  const afterWorkingDays = (n: number): number => dueAfterWorkingDays(openedAt, n, calendar);
  if ('workingDays' in due) return afterWorkingDays(due.workingDays(rules));
  if (due.again && round > 1) return afterWorkingDays(due.again.workingDays(rules));
  switch (due.date) {
    case 'skpDraft': {
      const { number, segment } = timing.year!;
      return Math.max(schedule(rules, calendar, number, segment).skpDraftDueAt, afterWorkingDays(1));
    }
    case 'period':
      // A period that opens after its own deadline (the year was opened late) leaves the employee the usual days.
      return Math.max(timing.periodDueAt ?? 0, afterWorkingDays(rules.reporting.dueWorkingDays));
    case 'objection':
      return objectionDueAt(openedAt, rules.appraisal, calendar);
    case 'objectionDecision':
      return objectionDecisionDueAt(openedAt, rules.appraisal, calendar);
  }
}

/** When an open task is due after its matter was moved to other rules at `movedAt`. */
export function movedDueAt(
  task: TaskTiming & { readonly dueAt: number },
  rules: RuleSet,
  calendar: UnitCalendar,
  movedAt: number,
): number {
  return taskRule(task.kind).isKept
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
