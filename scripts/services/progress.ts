/** Writes one line for the person who waits. */
export function say(line: string): void {
  console.log(line);
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Does one slow step and tells what is done, why, and how long it took.
 *
 * @param what such as `Building the web application`
 * @param why such as `its sources changed`
 */
export async function step<Result>(what: string, why: string, work: () => Promise<Result>): Promise<Result> {
  const startedAt = Date.now();
  say(`  … ${what} (${why})`);
  const end = (sign: string) => say(`  ${sign} ${what}: ${formatDuration(Date.now() - startedAt)}`);
  try {
    const result = await work();
    end('✓');
    return result;
  } catch (error) {
    end('✗');
    throw error;
  }
}
