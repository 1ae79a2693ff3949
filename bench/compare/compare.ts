import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { print } from '../measure.ts';
import { COMPARED, namesOf } from '../works.ts';
import { rowsOf, tableOf, type Line } from './table.ts';
import { startProcess, type RunningProcess } from '#scripts/services/process.ts';

const project = resolve(import.meta.dirname, '../..');
const MOST_REPETITIONS = 10;

type Options = { base: string; works: readonly string[]; repetitions: number; minutes: number; isQuick: boolean };
type BuildName = 'base' | 'now';

/**
 * Runs works on an earlier commit and on this tree in turn (base, now, base, now …), each run with services of its own, and prints each
 * run's lines and a table. Both builds lie in a temporary folder, so that neither changes meanwhile; nothing is left of it.
 *
 * @param options `minutes`: how long one run of one work may take
 * @returns the exit code: 1 when a run failed; the others count all the same
 */
export async function compareBuilds({ base, works, repetitions, minutes, isQuick }: Options): Promise<number> {
  if (!base || !(repetitions >= 1 && repetitions <= MOST_REPETITIONS))
    throw new Error(`Say which commit is the base (--base=4418ee2), and 1 to ${MOST_REPETITIONS} repetitions.`);
  const names = namesOf(COMPARED, works);
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-compare-'));
  let current: RunningProcess | null = null;
  const cleanUp = async (): Promise<void> => {
    await current?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cleanUp().finally(() => process.exit(130)));

  try {
    const trees = { base: cloneOf(base, join(folder, 'base')), now: copyOfThisTree(join(folder, 'now')) };
    const lines = new Map<string, Line[][]>();
    let failed = 0;
    for (const work of names) {
      for (let repetition = 1; repetition <= repetitions; repetition += 1) {
        for (const build of ['base', 'now'] as const) {
          const found = await runOnce(build, work, repetition);
          for (const line of found) print({ build, repetition, ...line });
          if (!found.length) failed += 1;
          lines.set(`${build} ${work}`, [...(lines.get(`${build} ${work}`) ?? []), found]);
        }
      }
    }
    const rows = names.flatMap((work) => rowsOf(lines.get(`base ${work}`)!, lines.get(`now ${work}`)!));
    console.log(`\n${tableOf(rows)}`);
    return failed ? 1 : 0;

    async function runOnce(build: BuildName, work: string, repetition: number): Promise<Line[]> {
      current = await startProcess({
        name: 'bench',
        command: process.execPath,
        args: ['bench/main.ts', work, ...(isQuick ? ['--quick'] : [])],
        cwd: trees[build],
        env: { ...process.env, TMPDIR: folder },
        logFile: join(folder, `${work}-${build}-${repetition}.log`),
        stopTimeoutMs: 60_000,
      });
      const isInTime = await Promise.race([
        current.exited.then(() => true),
        delay(minutes * 60_000, false, { ref: false }),
      ]);
      await current.stop();
      const { code } = await current.exited;
      const output = current.lastLines(Number.POSITIVE_INFINITY).split('\n');
      const isDone = isInTime && code === 0;
      const told = output.filter((line) => !line.startsWith('{'));
      if (told.some(Boolean) || !isDone) console.error([`${work} on ${build}:`, ...told.slice(-40)].join('\n'));
      return isDone ? output.flatMap(lineOf) : [];
    }
  } finally {
    await cleanUp();
  }
}

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
