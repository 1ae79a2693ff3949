import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './process.ts';
import { step } from './progress.ts';

/** Finds a program on the PATH. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':').filter(Boolean);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/**
 * Installs packages of the distribution where that is possible: root on Debian or Ubuntu.
 *
 * @param why for the person who waits, such as `browser tests need it`
 * @throws one sentence that says what to install by hand
 */
export async function installDebianPackages(packages: readonly string[], why: string, logFile: string): Promise<void> {
  const list = packages.join(' ');
  if (process.getuid?.() !== 0 || !findProgram('apt-get')) {
    throw new Error(`${list} is missing (${why}). Install it, for example by \`sudo apt-get install ${list}\`.`);
  }
  const aptGet = (args: string[]) =>
    runProcess({
      name: `apt-get ${args[0]}`,
      command: 'apt-get',
      args,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      logFile,
    });
  await step(`Installing ${list}`, why, async () => {
    await aptGet(['update']);
    await aptGet(['install', '--yes', '--no-install-recommends', ...packages]);
  });
}
