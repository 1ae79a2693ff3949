import { describe, expect, it } from 'vitest';
import { latenessOf, type ReportDeadline } from './lateness.ts';

const dueAt = 1_000_000;
const deadline = (change: Partial<ReportDeadline> = {}): ReportDeadline => ({
  dueAt,
  extendedTo: null,
  isExcused: false,
  ...change,
});

describe('R-LATE-1: on time, extended, excused, late and missing are different things (S5.3, S5.5)', () => {
  it.each([
    ['accepted at the due instant', dueAt, deadline(), 'onTime'],
    ['accepted before it and processed long after', dueAt - 1, deadline(), 'onTime'],
    ['accepted within an extension', dueAt + 500, deadline({ extendedTo: dueAt + 500 }), 'extended'],
    ['excused with nothing handed in', null, deadline({ isExcused: true }), 'excused'],
    ['excused and handed in late', dueAt + 1, deadline({ isExcused: true }), 'excused'],
    ['excused and handed in time all the same', dueAt, deadline({ isExcused: true }), 'onTime'],
  ] as const)('%s', (_title, acceptedAt, of, state) => {
    expect(latenessOf(acceptedAt, of, dueAt + 1_000_000)).toEqual({ state });
  });

  it('late by the time since the due instant or the extension', () => {
    expect(latenessOf(dueAt + 1, deadline(), dueAt + 5)).toEqual({ state: 'late', lateByMs: 1 });
    expect(latenessOf(dueAt + 700, deadline({ extendedTo: dueAt + 500 }), dueAt + 900)).toEqual({
      state: 'late',
      lateByMs: 200,
    });
  });

  it('an earlier date given as an extension takes nothing away', () => {
    expect(latenessOf(dueAt, deadline({ extendedTo: dueAt - 500 }), dueAt)).toEqual({ state: 'onTime' });
  });

  it('open until the due instant, missing after it', () => {
    expect(latenessOf(null, deadline(), dueAt)).toEqual({ state: 'open' });
    expect(latenessOf(null, deadline(), dueAt + 1)).toEqual({ state: 'missing', lateByMs: 1 });
  });
});
