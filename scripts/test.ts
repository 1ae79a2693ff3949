/** `npm test`: prepares what tests need, then checks and tests. Started by test.mjs on Node 24. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '#config/config.ts';
import { buildWebWhenStale } from './build-web.ts';
import { chromiumPath } from './services/chromium.ts';
import { describeExit, type RunningProcess, runProcess, startProcess } from './services/process.ts';
import { say, step } from './services/progress.ts';
import { temporalServerBinaries } from './services/temporal-binaries.ts';
import { timeSkippingServer } from './services/time-skipping-server.ts';
import { countTests, type Counts } from './test-report.ts';

const project = resolve(import.meta.dirname, '..');
const inModules = (path: string) => join(project, 'node_modules', path);

/** Each counts as one test of the full run. */
const checks = [
  { name: 'types', program: inModules('typescript/bin/tsc'), args: ['--noEmit'] },
  {
    name: 'types of the pages',
    program: inModules('vue-tsc/bin/vue-tsc.js'),
    args: ['--noEmit', '--project', 'web/tsconfig.json'],
  },
  { name: 'lint', program: inModules('oxlint/bin/oxlint'), args: [] },
  { name: 'unused code', program: inModules('knip/bin/knip.js'), args: ['--no-progress'] },
  { name: 'format', program: inModules('oxfmt/bin/oxfmt'), args: ['--check'] },
];

let current: RunningProcess | undefined;
stopWhenAsked();
process.exit(await main(process.argv.slice(2)));

/** @returns the exit code: vitest's, or 1 when a check failed */
async function main(args: readonly string[]): Promise<number> {
  const isFullRun = args.every((arg) => arg.startsWith('-'));
  try {
    const env = await prepare(isFullRun);
    const failedChecks = isFullRun ? await runChecks() : [];
    const { exitCode, counts } = await runVitest(args, env);

    const checked = isFullRun ? checks.length : 0;
    for (const name of failedChecks) console.error(`The check of ${name} failed: see its messages at the top.`);
    say(`${counts.passed + checked - failedChecks.length} passed, ${counts.failed + failedChecks.length} failed`);
    return exitCode || (failedChecks.length > 0 ? 1 : 0);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

/** Passes a signal on to what runs at the moment; its own parts go with it. */
function stopWhenAsked(): void {
  const stop = async (exitCode: number) => {
    await current?.stop();
    process.exit(exitCode);
  };
  process.on('SIGINT', () => void stop(130));
  for (const event of ['SIGTERM', 'SIGHUP', 'disconnect'] as const) process.on(event, () => void stop(143));
}

/**
 * Gets everything tests may need. A full run insists on all of it; a filtered one goes on without what
 * cannot be had, and only the tests that need it fail.
 *
 * @returns the environment that tells the tests where things are
 */
async function prepare(isFullRun: boolean): Promise<NodeJS.ProcessEnv> {
  const orGoOnWithout = async <Result>(work: Promise<Result>): Promise<Result | undefined> => {
    if (isFullRun) return work;
    return work.catch((error: Error) => {
      say(`  ! ${error.message}`);
      return undefined;
    });
  };
  await orGoOnWithout(temporalServerBinaries());
  const testServer = await orGoOnWithout(timeSkippingServer());
  const chromium = await orGoOnWithout(chromiumPath());
  const logs = join(loadConfig().dataDir, 'logs');
  await orGoOnWithout(buildWebWhenStale(join(logs, 'web-build.log')));
  await orGoOnWithout(bundleWorkflows(join(logs, 'bundle.log')));
  return {
    ...process.env,
    NODE_ENV: 'test',
    ...(testServer && { TEMPORAL_TEST_SERVER: testServer }),
    ...(chromium && { CHROMIUM_PATH: chromium }),
  };
}

/** @returns the names of those that failed */
async function runChecks(): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, program, args } of checks) {
    await step(`Checking ${name}`, 'before all tests', async () => {
      const exitCode = await runNode(name, program, args);
      if (exitCode !== 0) throw new Error(`exit code ${exitCode}`);
    }).catch(() => failed.push(name));
  }
  return failed;
}

/** Runs vitest with its usual output and counts what it reports. */
async function runVitest(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ exitCode: number; counts: Counts }> {
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-report-'));
  const reportFile = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
    const exitCode = await runNode('vitest', inModules('vitest/vitest.mjs'), ['run', ...reporters, ...args], env);
    const report = existsSync(reportFile) ? readFileSync(reportFile, 'utf8') : undefined;
    return { exitCode, counts: countTests(report, exitCode) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundleWorkflows(logFile: string): Promise<void> {
  const args = [join(project, 'scripts/bundle-workflows.ts')];
  await runProcess({ name: 'the workflow bundle', command: process.execPath, args, cwd: project, logFile });
}

/** Runs a program with its output shown; returns its exit code. */
async function runNode(name: string, program: string, args: readonly string[], env = process.env): Promise<number> {
  current = await startProcess({
    name,
    command: process.execPath,
    args: [program, ...args],
    cwd: project,
    env,
    stopTimeoutMs: 30_000,
  });
  const exit = await current.exited;
  if (exit.signal) console.error(`${name} ended with ${describeExit(exit)}.`);
  return exit.code ?? 1;
}
