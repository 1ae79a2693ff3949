import { describe, expect, it } from 'vitest';
import { countTests } from './test-report.ts';

const reportOf = (...files: string[][]) =>
  JSON.stringify({
    numPassedTests: files.flat().filter((status) => status === 'passed').length,
    numFailedTests: files.flat().filter((status) => status === 'failed').length,
    testResults: files.map((statuses) => ({
      status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
      assertionResults: statuses.map((status) => ({ status })),
    })),
  });

describe('countTests', () => {
  it('counts tests, not files', () => {
    expect(countTests(reportOf(['passed', 'passed'], ['passed', 'failed', 'skipped']), 1)).toEqual({
      passed: 3,
      failed: 1,
    });
  });

  it('counts a file that could not be loaded', () => {
    expect(countTests(reportOf(['passed'], []), 1)).toEqual({ passed: 1, failed: 1 });
  });

  it('never reports a bad end as no failure', () => {
    expect(countTests(reportOf(['passed']), 1)).toEqual({ passed: 1, failed: 1 });
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1 });
  });
});
