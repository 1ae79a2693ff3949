/** How long a mail that the relay cannot take just now is tried again. */
export type RetryPolicy = { firstDelayMs: number; longestDelayMs: number; giveUpAfterMs: number };

/** Five seconds, then twice as long each time up to ten minutes, for a day. */
export const RETRY_POLICY: RetryPolicy = { firstDelayMs: 5_000, longestDelayMs: 600_000, giveUpAfterMs: 86_400_000 };

const plainDelay = (policy: RetryPolicy, attempt: number) =>
  Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.longestDelayMs);

/**
 * The wait after a failed attempt, spread by a quarter to both sides so that many mails do not come back at the same moment.
 *
 * @param attempt 1 for the first one
 * @returns null when the time to give up has come. It is counted in attempts, so that a mail sent again by hand has its full time.
 */
export function delayAfter(policy: RetryPolicy, attempt: number, random: () => number = Math.random): number | null {
  let waitedMs = 0;
  for (let past = 1; past <= attempt; past += 1) waitedMs += plainDelay(policy, past);
  if (waitedMs > policy.giveUpAfterMs) return null;
  return plainDelay(policy, attempt) * (0.75 + random() / 2);
}
