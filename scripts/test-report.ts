import { z } from 'zod';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

export type Counts = { passed: number; failed: number };

/**
 * Counts the tests of a run. A file that failed as a whole counts as one failed test, and so does a run
 * that ended badly without saying which test failed.
 *
 * @param json vitest's JSON report; missing when it broke down before writing one
 */
export function countTests(json: string | undefined, exitCode: number): Counts {
  if (json === undefined) return { passed: 0, failed: exitCode === 0 ? 0 : 1 };
  const { numPassedTests: passed, numFailedTests, testResults } = report.parse(JSON.parse(json));
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const failed = numFailedTests + brokenFiles.length;
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}
