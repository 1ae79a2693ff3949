import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { say, step } from './progress.ts';

/** Things fetched once per machine and shared by all clones: `EKINERJA_CACHE`, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['EKINERJA_CACHE']) return env['EKINERJA_CACHE'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'e-kinerja-asn');
}

/** One way to get something: it fills an empty folder, or throws with the reason in one line. */
export type Way = { name: string; fill: (folder: string) => Promise<void> };

export type Wanted = {
  /** Such as `Temporal server 1.32.0`. */
  title: string;
  /** Folder inside the cache; name and version. */
  folder: string;
  /** Tried in this order. */
  ways: readonly Way[];
  /** Says whether what a way brought works; throws when not. */
  verify: (folder: string) => Promise<void>;
  /** What a person can do when no way worked. */
  remedy: string;
};

/**
 * Returns the cached folder of something, filling it by the first way that works. A folder is
 * complete or absent: each way works in a neighbouring folder that is renamed when verified.
 *
 * @throws one error that names every way and why it failed
 */
export async function obtain(wanted: Wanted): Promise<string> {
  const folder = join(cacheFolder(), wanted.folder);
  if (existsSync(folder)) return folder;
  ensureWritable(cacheFolder());

  const failures: string[] = [];
  for (const way of wanted.ways) {
    try {
      await step(`${wanted.title}: ${way.name}`, 'not in the cache yet; once per machine', () =>
        fillAndVerify(folder, way, wanted.verify),
      );
      return folder;
    } catch (error) {
      const reason = (error as Error).message.trim();
      failures.push(`${way.name}: ${reason}`);
      say(`    ${reason.split('\n')[0]}`);
    }
  }
  throw new Error(
    [
      `${wanted.title} could not be obtained.`,
      `  - cache: nothing in ${folder}`,
      ...failures.map((line) => `  - ${line}`),
      wanted.remedy,
    ].join('\n'),
  );
}

function ensureWritable(cache: string): void {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch (error) {
    throw new Error(`The cache folder ${cache} cannot be written. Set EKINERJA_CACHE to a folder that can.`, {
      cause: error,
    });
  }
}

async function fillAndVerify(folder: string, way: Way, verify: Wanted['verify']): Promise<void> {
  const unfinished = `${folder}.unfinished-${process.pid}`;
  try {
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished);
    await way.fill(unfinished);
    await verify(unfinished);
    // Another clone may have been faster: then its folder stays.
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
