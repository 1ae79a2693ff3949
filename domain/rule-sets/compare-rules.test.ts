import { describe, expect, it } from 'vitest';
import { FIVE_DAY_WEEKEND } from '../calendar/working-days.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { readRuleSet } from '../../data/files.ts';
import { compareCycle, comparison, moveRefusal, type CycleFacts } from './compare-rules.ts';
import { schedule, unitCalendar } from './deadlines.ts';
import type { RuleSet } from './rule-set.ts';
import { movedDueAt, taskDueAt, withoutLoss } from './task-due.ts';

const rules = readRuleSet('permenpanrb-6-2022-triwulanan');
const workingCalendar = { weekend: FIVE_DAY_WEEKEND, holidays: new Set<never>() };
const zone = 'Asia/Jakarta' as const;
const calendar = unitCalendar(rules, workingCalendar, zone);
const segment = { startsOn: calendarDate('2026-01-01'), endsOn: calendarDate('2026-12-31') };
const at = Date.UTC(2026, 3, 6, 3);
const longer = {
  ...rules,
  code: 'longer',
  reporting: { ...rules.reporting, dueWorkingDays: 8, reviewDueWorkingDays: 2 },
} satisfies RuleSet;
const planned = schedule(rules, calendar, 2026);

const facts: CycleFacts = {
  year: 2026,
  segment,
  zone,
  isFinished: false,
  isAppraisalAhead: true,
  result: null,
  periods: planned.periods.map(({ no, dueAt }) => ({ number: no, dueAt, state: no === 1 ? 'open' : 'upcoming' })),
  tasks: [
    {
      id: 't1',
      kind: 'submitReport',
      round: 1,
      periodNo: 1,
      openedAt: planned.periods[0]!.opensAt,
      dueAt: planned.periods[0]!.dueAt,
    },
  ],
};

describe('what other rules would change', () => {
  it('S1.4 nothing when the rules are the same', () => {
    expect(compareCycle(facts, comparison(rules, { ...rules, code: 'copy' }, workingCalendar), at)).toEqual({
      dates: [],
      predikat: null,
      followUp: null,
    });
  });

  it('S1.4 the open report, the periods ahead and nothing that is over', () => {
    const { dates } = compareCycle(facts, comparison(rules, longer, workingCalendar), at);
    expect(dates.map(({ what }) => what)).toEqual(['period', 'period', 'period', 'task']);
    expect(dates.every(({ from, to }) => to > from)).toBe(true);
    expect(compareCycle({ ...facts, isFinished: true }, comparison(rules, longer, workingCalendar), at).dates).toEqual(
      [],
    );
  });

  it('S1.4 the predikat that the same ratings would give, and what would follow', () => {
    const strict = {
      ...rules,
      predikatMatrix: { ...rules.predikatMatrix, sesuai: { ...rules.predikatMatrix.sesuai, sesuai: 'butuhPerbaikan' } },
    } satisfies RuleSet;
    const rated = {
      ...facts,
      result: { hasilKerja: 'sesuai', perilaku: 'sesuai', predikat: 'baik', followUp: 'none' },
    } satisfies CycleFacts;
    expect(compareCycle(rated, comparison(rules, strict, workingCalendar), at)).toMatchObject({
      predikat: { from: 'baik', to: 'butuhPerbaikan' },
      followUp: { from: 'none', to: 'guidance' },
    });
  });

  it('S1.6 a cycle that is over, of another frequency or on another clock stays where it is', () => {
    expect(moveRefusal({ isFinished: true, segment }, rules, longer)).toBe('ruleSetMove.finished');
    expect(moveRefusal({ isFinished: false, segment }, rules, readRuleSet('permenpanrb-6-2022-bulanan'))).toBe(
      'ruleSetMove.frequencyDiffers',
    );
    expect(
      moveRefusal({ isFinished: false, segment }, rules, {
        ...longer,
        clock: { kind: 'compressed', startsOn: segment.startsOn, startsAt: 1, dayLengthMs: 1000 },
      }),
    ).toBe('ruleSetMove.clockDiffers');
    expect(
      moveRefusal({ isFinished: false, segment }, rules, { ...longer, validFrom: calendarDate('2027-01-01') }),
    ).toBe('ruleSetMove.notInForce');
    expect(moveRefusal({ isFinished: false, segment }, rules, longer)).toBeNull();
  });
});

describe('R-RULESET-3: the due time of a task that was moved', () => {
  const timing = { year: { number: 2026, segment }, round: 1, periodDueAt: null } as const;
  const review = { ...timing, kind: 'reviewReport', openedAt: at } as const;
  const dueAt = taskDueAt(review, rules, calendar);

  it('S1.6 comes earlier, but never before the end of the next working day', () => {
    const moved = movedDueAt({ ...review, dueAt }, longer, calendar, at + 86_400_000);
    expect(moved).toBeLessThan(dueAt);
    expect(movedDueAt({ ...review, dueAt }, longer, calendar, dueAt - 3_600_000)).toBe(dueAt);
    expect(withoutLoss(dueAt, dueAt + 1, calendar.clock.kind === 'civil' ? dueAt : 0, calendar)).toBe(dueAt + 1);
  });

  it('S1.6 what was late stays late unless it gets more time', () => {
    const late = dueAt + 10 * 86_400_000;
    expect(movedDueAt({ ...review, dueAt }, longer, calendar, late)).toBe(dueAt);
    const generous = { ...rules, reporting: { ...rules.reporting, reviewDueWorkingDays: 30 } };
    expect(movedDueAt({ ...review, dueAt }, generous, calendar, late)).toBeGreaterThan(late);
  });

  it('S1.6 the time for an objection that has begun is kept', () => {
    const acknowledge = { ...timing, kind: 'acknowledgeResult', openedAt: at, dueAt } as const;
    expect(
      movedDueAt(acknowledge, { ...rules, appraisal: { ...rules.appraisal, objectionDays: 30 } }, calendar, at),
    ).toBe(dueAt);
  });
});
