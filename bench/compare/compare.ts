import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { print } from '../measure.ts';
import { COMPARED, endBy, namesOf } from '../works.ts';
import { rowsOf, tableOf, type Line } from './table.ts';
import { startProcess, type RunningProcess } from '#scripts/services/process.ts';

const project = resolve(import.meta.dirname, '../..');
const MOST_REPETITIONS = 10;

type Options = { base: string; works: readonly string[]; repetitions: number; minutes: number; isQuick: boolean };
type Turn = { work: string; repetition: number; build: 'base' | 'now' };

/**
 * Runs works on an earlier commit and on this tree in turn (base, now, base, now …), each run with services of its own, and prints each
 * run's lines and a table. Both builds lie in a temporary folder, so that neither changes meanwhile; nothing is left of it.
 *
 * @param options `minutes`: how long one run of one work may take
 * @returns the exit code: 1 when a run failed; the others count all the same
 */
export async function compareBuilds({ base, works, repetitions, minutes, isQuick }: Options): Promise<number> {
  if (!base || !(repetitions >= 1 && repetitions <= MOST_REPETITIONS))
    endBy(`Say which commit is the base (--base=4418ee2), and 1 to ${MOST_REPETITIONS} repetitions.`);
  const names = namesOf(COMPARED, works);
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-compare-'));
  const interruption = new AbortController();
  let current: RunningProcess | null = null;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interruption.abort();
      void current?.stop();
    });

  try {
    const trees = { base: cloneOf(base, join(folder, 'base')), now: copyOfThisTree(join(folder, 'now')) };
    const lines = new Map<string, Line[][]>();
    let failed = 0;
    for (const { work, repetition, build } of turnsOf(names, repetitions)) {
      const name = `${work}-${build}-${repetition}`;
      const found = await runOnce({ tree: trees[build], work, name, folder, minutes, isQuick }, (running) => {
        current = running;
      });
      if (interruption.signal.aborted) return 130;
      for (const line of found) print({ build, repetition, ...line });
      if (!found.length) failed += 1;
      lines.set(`${build} ${work}`, [...(lines.get(`${build} ${work}`) ?? []), found]);
    }
    const rows = names.flatMap((work) => rowsOf(lines.get(`base ${work}`)!, lines.get(`now ${work}`)!));
    console.log(`\n${tableOf(rows)}`);
    return failed ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Run = { tree: string; work: string; name: string; folder: string; minutes: number; isQuick: boolean };

/** The lines of one run; none when it failed, and then what it said of that is shown. */
async function runOnce(
  { tree, work, name, folder, minutes, isQuick }: Run,
  onStart: (running: RunningProcess) => void,
): Promise<Line[]> {
  const running = await startProcess({
    name: 'bench',
    command: process.execPath,
    args: ['bench/main.ts', work, ...(isQuick ? ['--quick'] : [])],
    cwd: tree,
    env: { ...process.env, TMPDIR: folder },
    logFile: join(folder, `${name}.log`),
    stopTimeoutMs: 60_000,
  });
  onStart(running);
  const timeOut = delay(minutes * 60_000, false, { ref: false });
  const isInTime = await Promise.race([running.exited.then(() => true), timeOut]);
  await running.stop();
  const { code } = await running.exited;
  const output = running.lastLines(Number.POSITIVE_INFINITY).split('\n');
  const isDone = isInTime && code === 0;
  const told = output.filter((line) => !line.startsWith('{'));
  if (told.some(Boolean) || !isDone) console.error([`${name}:`, ...told.slice(-40)].join('\n'));
  return isDone ? output.flatMap(lineOf) : [];
}

/** All runs in their order: each work's repetitions, base and now in turn. */
const turnsOf = (works: readonly string[], repetitions: number): Turn[] =>
  works.flatMap((work) =>
    Array.from({ length: repetitions }, (_, index) => index + 1).flatMap((repetition) =>
      (['base', 'now'] as const).map((build) => ({ work, repetition, build })),
    ),
  );

const lineOf = (text: string): Line[] => {
  const line = text.startsWith('{') ? (JSON.parse(text) as Partial<Line>) : {};
  return line.work ? [line as Line] : [];
};

/** The commit with this tree's works, and on them the files of the commit's own folder here: what the works know of its kernel. */
function cloneOf(commit: string, tree: string): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const id = git('-C', project, 'rev-parse', '--verify', `${commit}^{commit}`);
  git('clone', '--quiet', '--shared', '--no-checkout', project, tree);
  git('-C', tree, 'checkout', '--quiet', '--detach', id);
  rmSync(join(tree, 'bench'), { recursive: true });
  cpSync(join(project, 'bench'), join(tree, 'bench'), { recursive: true });
  const overlay = join(import.meta.dirname, id.slice(0, 7));
  if (existsSync(overlay)) cpSync(overlay, join(tree, 'bench'), { recursive: true });
  return withModules(tree);
}

function copyOfThisTree(tree: string): string {
  const left = new Set(['.git', '.data', 'node_modules', 'web/dist', 'web/node_modules']);
  cpSync(project, tree, { recursive: true, filter: (source) => !left.has(relative(project, source)) });
  return withModules(tree);
}

/** Both builds run on this tree's packages. */
function withModules(tree: string): string {
  symlinkSync(realpathSync(join(project, 'node_modules')), join(tree, 'node_modules'));
  return tree;
}
