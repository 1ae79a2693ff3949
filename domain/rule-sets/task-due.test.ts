import { describe, expect, it } from 'vitest';
import { nationalCalendar, readRuleSet } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { CYCLE_TASK_KINDS, PROCEDURE_TASK_KINDS, type CycleTaskKind } from '../process/tasks.ts';
import { fullYear, unitCalendar } from './deadlines.ts';
import type { RuleSet } from './rule-set.ts';
import { movedDueAt, taskDueAt, withoutLoss, type TaskTiming } from './task-due.ts';

const monthly = readRuleSet('permenpanrb-6-2022-bulanan');
const wib = unitCalendar(monthly, nationalCalendar(), 'Asia/Jakarta');
const at = (iso: string): number => Date.parse(iso);
/** The last millisecond of a day in Jakarta. */
const endOf = (date: string): number => at(`${date}T23:59:59.999+07:00`);

/** Rules in which every number of days is another, so that a task cannot be due by the rule of another. */
const RULES: RuleSet = {
  ...monthly,
  skp: { ...monthly.skp, approvalDueWorkingDays: 1, revisionDueWorkingDays: 2 },
  reporting: { ...monthly.reporting, dueWorkingDays: 3, reviewDueWorkingDays: 4, revisionDueWorkingDays: 5 },
  appraisal: {
    ...monthly.appraisal,
    selfAssessmentDueWorkingDays: 6,
    ratingDueWorkingDays: 7,
    evaluationDueWorkingDays: 8,
    objectionDays: 14,
    objectionDecisionDays: 21,
  },
  followUp: {
    ...monthly.followUp,
    rewardDueWorkingDays: 9,
    guidanceDueWorkingDays: 10,
    improvementPlanDueWorkingDays: 11,
  },
};

/** A task that opens on Tuesday 3 November 2026 at nine; that month has no holiday in Jakarta. */
const OPENED = at('2026-11-03T09:00:00+07:00');
const task = (kind: CycleTaskKind, part: Partial<TaskTiming> = {}): TaskTiming => ({
  kind,
  round: 1,
  openedAt: OPENED,
  year: { number: 2026, segment: fullYear(2026) },
  periodDueAt: null,
  ...part,
});
const dueAt = (kind: CycleTaskKind, part: Partial<TaskTiming> = {}): number => taskDueAt(task(kind, part), RULES, wib);

describe('when a task is due', () => {
  const DUE: Record<Exclude<CycleTaskKind, 'draftSkp' | 'submitReport'>, [rule: string, day: string]> = {
    approveSkp: ['1 hari kerja after the submission', '2026-11-04'],
    reviewReport: ['4 hari kerja after the submission', '2026-11-09'],
    selfAssess: ['6 hari kerja after the appraisal opened', '2026-11-11'],
    appraise: ['7 hari kerja after the self-assessment', '2026-11-12'],
    acknowledgeResult: ['14 calendar days after the result', '2026-11-17'],
    decideObjection: ['21 calendar days after the objection', '2026-11-24'],
    evaluate: ['8 hari kerja after the result stands', '2026-11-13'],
    proposeReward: ['9 hari kerja after the evaluation', '2026-11-16'],
    giveGuidance: ['10 hari kerja after the evaluation', '2026-11-17'],
    planImprovement: ['11 hari kerja after the evaluation', '2026-11-18'],
    concludeImprovement: ['as long as guidance, after the period of the plan', '2026-11-17'],
  };
  it.each(Object.entries(DUE))('%s: %s', (kind, [, day]) => {
    expect(dueAt(kind as CycleTaskKind)).toBe(endOf(day));
  });

  it('is known for every kind of task', () => {
    for (const kind of CYCLE_TASK_KINDS) expect(dueAt(kind), kind).toBeGreaterThan(OPENED);
    const ofNoYear = { openedAt: OPENED, round: 1, year: null, periodDueAt: null };
    for (const kind of PROCEDURE_TASK_KINDS)
      expect(taskDueAt({ kind, ...ofNoYear }, RULES, wib), kind).toBeGreaterThan(OPENED);
  });

  it('is a moment of the unit’s own zone', () => {
    const wit = unitCalendar(monthly, nationalCalendar(), 'Asia/Jayapura');
    expect(taskDueAt(task('approveSkp'), RULES, wit)).toBe(at('2026-11-04T23:59:59.999+09:00'));
  });

  it('a calendar day is not moved when it is free, a hari kerja is', () => {
    // Saturday 31 October 2026: 14 days later is a Saturday; the first hari kerja is the Monday.
    const openedAt = at('2026-10-31T09:00:00+07:00');
    expect(dueAt('acknowledgeResult', { openedAt })).toBe(endOf('2026-11-14'));
    expect(dueAt('approveSkp', { openedAt })).toBe(endOf('2026-11-02'));
  });
});

describe('the draft of the SKP is due', () => {
  it('so many hari kerja before the SKP must be established, however early the year is opened', () => {
    const draft = { openedAt: at('2026-01-01T00:00:00+07:00') };
    expect(dueAt('draftSkp', draft)).toBe(endOf('2026-01-26'));
  });

  it('one hari kerja after it opens when that day is over already', () => {
    expect(dueAt('draftSkp')).toBe(endOf('2026-11-04'));
  });

  it('by the days of a new post when the segment starts in mid-year', () => {
    const segment = { startsOn: calendarDate('2026-06-01'), endsOn: calendarDate('2026-12-31') };
    const draft = { openedAt: at('2026-06-01T00:00:00+07:00'), year: { number: 2026, segment } };
    // Established by Wednesday 1 July; five hari kerja earlier is Wednesday 24 June.
    expect(dueAt('draftSkp', draft)).toBe(endOf('2026-06-24'));
  });

  it('2 hari kerja after a return', () => {
    expect(dueAt('draftSkp', { round: 2 })).toBe(endOf('2026-11-05'));
  });
});

describe('a report is due', () => {
  it('when its period is, although it opens on the first day of the period', () => {
    expect(dueAt('submitReport', { periodDueAt: endOf('2026-12-04') })).toBe(endOf('2026-12-04'));
  });

  it('3 hari kerja after it opens when the deadline of its period is over', () => {
    expect(dueAt('submitReport', { periodDueAt: endOf('2026-10-07') })).toBe(endOf('2026-11-06'));
  });

  it('5 hari kerja after a return, whatever its period says', () => {
    expect(dueAt('submitReport', { round: 2, periodDueAt: endOf('2026-12-04') })).toBe(endOf('2026-11-10'));
  });
});

describe('other rules for an open task', () => {
  const MOVED = at('2026-11-04T10:00:00+07:00');
  /** Due on Wednesday 11 November under the old rules: 6 hari kerja. */
  const open = { ...task('selfAssess'), dueAt: dueAt('selfAssess') };
  const rulesWith = (selfAssessmentDueWorkingDays: number): RuleSet => ({
    ...RULES,
    appraisal: { ...RULES.appraisal, selfAssessmentDueWorkingDays, objectionDays: 7, objectionDecisionDays: 7 },
  });
  const moved = (days: number, movedAt = MOVED): number => movedDueAt(open, rulesWith(days), wib, movedAt);

  it('that give more time give it from the opening on', () => {
    expect(moved(9)).toBe(endOf('2026-11-16'));
  });

  it('that are the same change nothing', () => {
    expect(moved(6)).toBe(open.dueAt);
  });

  it('that give less time take it where something is left', () => {
    expect(moved(4)).toBe(endOf('2026-11-09'));
  });

  it('that would be over already leave the next hari kerja after the move', () => {
    expect(moved(1)).toBe(endOf('2026-11-05'));
  });

  it('never bring a due time forward that is nearer than the next hari kerja', () => {
    expect(moved(1, at('2026-11-11T10:00:00+07:00'))).toBe(open.dueAt);
  });

  it('leave late what was late, unless the new date is later', () => {
    const late = at('2026-11-13T10:00:00+07:00');
    expect(moved(1, late)).toBe(open.dueAt);
    expect(moved(7, late)).toBe(endOf('2026-11-12'));
  });

  it.each(['acknowledgeResult', 'decideObjection'] as const)('never move %s: the law’s own time runs', (kind) => {
    const running = { ...task(kind), dueAt: dueAt(kind) };
    expect(movedDueAt(running, rulesWith(1), wib, MOVED)).toBe(running.dueAt);
    expect(taskDueAt(task(kind), rulesWith(1), wib)).not.toBe(running.dueAt);
  });

  it('a move on a Friday leaves the Monday', () => {
    const friday = at('2026-11-06T10:00:00+07:00');
    expect(withoutLoss(endOf('2026-11-20'), endOf('2026-11-04'), friday, wib)).toBe(endOf('2026-11-09'));
  });
});
