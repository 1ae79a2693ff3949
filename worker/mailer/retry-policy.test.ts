import { expect, it } from 'vitest';
import { delayAfter, RETRY_POLICY } from './retry-policy.ts';

const middle = () => 0.5;

it('waits twice as long each time, up to a limit', () => {
  expect([1, 2, 3, 7, 8, 20].map((attempt) => delayAfter(RETRY_POLICY, attempt, middle))).toEqual([
    5_000, 10_000, 20_000, 320_000, 600_000, 600_000,
  ]);
});

it('spreads the waits by a quarter to both sides', () => {
  expect(delayAfter(RETRY_POLICY, 3, () => 0)).toBe(15_000);
  expect(delayAfter(RETRY_POLICY, 3, () => 1)).toBe(25_000);
});

it('gives up after about a day', () => {
  let waitedMs = 0;
  let attempt = 1;
  for (
    let delay = delayAfter(RETRY_POLICY, attempt, middle);
    delay !== null;
    delay = delayAfter(RETRY_POLICY, attempt, middle)
  ) {
    waitedMs += delay;
    attempt += 1;
  }
  expect(waitedMs / 3_600_000).toBeGreaterThan(23.5);
  expect(waitedMs / 3_600_000).toBeLessThanOrEqual(24);
});
