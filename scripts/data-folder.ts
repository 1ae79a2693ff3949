import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAlive } from './services/process.ts';
import { say } from './services/progress.ts';

/** Makes the folder of the local data; says so plainly when it cannot be written. */
export function prepareDataFolder(dataDir: string): void {
  try {
    makeFolder(join(dataDir, 'logs'));
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The data folder ${dataDir} cannot be written (${code}). Set DATA_DIR to a folder that can.`, {
      cause: error,
    });
  }
}

/** Not by `recursive`: Node never returns from that where a file system makes no folders, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * Refuses when another launcher uses this folder.
 *
 * @returns what gives the folder free again
 */
export function claimDataFolder(dataDir: string): () => void {
  const file = join(dataDir, 'launcher.pid');
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (other && isAlive(other) && isLauncher(other)) {
    throw new Error(
      `It already runs on ${dataDir} (process ${other}). Stop it there, or give this one another DATA_DIR.`,
    );
  }
  writeFileSync(file, String(process.pid));
  return () => rmSync(file, { force: true });
}

/** Process ids are used again: the file may name a stranger by now. */
function isLauncher(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync('/proc') || (existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes('start.ts'));
}

/** Only what this program made there, never the folder itself. */
export function dropLocalData(dataDir: string): void {
  say(
    `  Dropping the local data in ${dataDir} (--reset)${process.env['DATABASE_URL'] ? '; DATABASE_URL is not touched' : ''}.`,
  );
  for (const name of ['postgres', 'temporal', 'temporal-ui', 'mail', 'evidence', 'demo-accounts.json']) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}
