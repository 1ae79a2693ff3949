import { describe, expect, it } from 'vitest';
import {
  acceptedCodeSteps,
  checkInAllowed,
  checkInWindow,
  codeStepAt,
  eventAgenda,
  hasCompleted,
  isChangeable,
  movingUp,
  normaliseCode,
  placeFor,
  type EventTimes,
} from './event.ts';

const HOUR = 3_600_000;
const startsAt = Date.parse('2026-11-24T01:00:00Z');
const times: EventTimes = {
  startsAt,
  endsAt: startsAt + 4 * HOUR,
  checkInMinutesBefore: 30,
  checkInMinutesAfter: 60,
  remindHoursBefore: 24,
  testUntil: null,
};
const at = (agenda: ReturnType<typeof eventAgenda>, step: string): number | undefined =>
  agenda.find((item) => item.step === step)?.at;

describe('R-EVENT-1: the steps of an event (S2.1)', () => {
  it('S2.1 come in their order, each at its time', () => {
    const agenda = eventAgenda(times, [], null);
    expect(agenda.map(({ step }) => step)).toEqual([
      'invite',
      'remind',
      'openCheckIn',
      'close',
      'remindMissing',
      'certify',
      'finish',
    ]);
    expect(at(agenda, 'remind')).toBe(startsAt - 24 * HOUR);
    expect(at(agenda, 'openCheckIn')).toBe(startsAt - HOUR / 2);
    expect(at(agenda, 'close')).toBe(startsAt + 5 * HOUR);
    expect(at(agenda, 'certify')).toBe(startsAt + 5 * HOUR);
  });

  it('S2.3 who is missing hears of it halfway to the last moment of the test', () => {
    const agenda = eventAgenda({ ...times, testUntil: startsAt + 53 * HOUR }, [], null);
    expect(at(agenda, 'remindMissing')).toBe(startsAt + 29 * HOUR);
    expect(at(agenda, 'certify')).toBe(startsAt + 53 * HOUR);
  });

  it('S2.1 a reminder whose time had passed at the invitation is left out, and what is done does not come again', () => {
    expect(eventAgenda(times, ['invite'], startsAt - HOUR).map(({ step }) => step)).toEqual([
      'openCheckIn',
      'close',
      'remindMissing',
      'certify',
      'finish',
    ]);
    expect(
      eventAgenda(times, ['invite', 'remind', 'openCheckIn', 'close', 'remindMissing', 'certify', 'finish'], 0),
    ).toEqual([]);
  });
});

describe('R-EVENT-2: seats and the waiting list (S2.1)', () => {
  it.each([
    ['no quota', null, 900, null, 'seat'],
    ['the last seat', 2, 1, null, 'seat'],
    ['full', 2, 2, null, 'waiting'],
    ['a seat is kept though the quota was made smaller', 1, 2, 'seat', 'seat'],
  ] as const)('S2.1 %s', (_title, quota, taken, present, expected) => {
    expect(placeFor(quota, taken, present)).toBe(expected);
  });

  it.each([
    [null, 5, 3, 3],
    [10, 8, 5, 2],
    [10, 10, 5, 0],
    [5, 9, 4, 0],
  ])('S2.1 quota %s with %i seats taken and %i waiting: %i move up', (quota, taken, waiting, expected) => {
    expect(movingUp(quota, taken, waiting)).toBe(expected);
  });
});

describe('check-in (S2.2)', () => {
  it('S2.2 is refused too early, too late and for a cancelled event, in different words', () => {
    const { from, until } = checkInWindow(times);
    expect(checkInAllowed('invited', times, from - 1)).toMatchObject({ code: 'training.checkIn.early' });
    expect(checkInAllowed('invited', times, from)).toMatchObject({ ok: true });
    expect(checkInAllowed('checkInOpen', times, until)).toMatchObject({ ok: true });
    expect(checkInAllowed('closed', times, until + 1)).toMatchObject({ code: 'training.checkIn.late' });
    expect(checkInAllowed('cancelled', times, from)).toMatchObject({ code: 'training.checkIn.cancelled' });
  });

  it('S2.2 the code changes each minute and counts for five', () => {
    const step = codeStepAt(startsAt);
    expect(codeStepAt(startsAt + 59_999)).toBe(step);
    expect(codeStepAt(startsAt + 60_000)).toBe(step + 1);
    expect(acceptedCodeSteps(startsAt)).toEqual([step, step - 1, step - 2, step - 3, step - 4]);
    expect(normaliseCode(' ab3-k 9x')).toBe('AB3K9X');
  });
});

describe('R-EVENT-3: completion (S2.2)', () => {
  it.each([
    [{ attended: true, hasPostTest: false, passed: false }, true],
    [{ attended: true, hasPostTest: true, passed: false }, false],
    [{ attended: true, hasPostTest: true, passed: true }, true],
    [{ attended: false, hasPostTest: true, passed: true }, false],
  ])('S2.2 %o: %s', (person, expected) => {
    expect(hasCompleted(person)).toBe(expected);
  });

  it('S2.1 an event can be changed until its check-in has closed', () => {
    expect(
      (['draft', 'planned', 'invited', 'checkInOpen', 'closed', 'finished', 'cancelled'] as const).filter(isChangeable),
    ).toEqual(['planned', 'invited', 'checkInOpen']);
  });
});
