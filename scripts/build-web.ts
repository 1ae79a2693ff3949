/** Builds the web application into web/dist when its sources changed: `node scripts/build-web.ts`. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { runProcess } from './services/process.ts';
import { step } from './services/progress.ts';

const project = resolve(import.meta.dirname, '..');
const sources = ['web', 'contracts', 'domain', 'package.json', 'package-lock.json'];
/** Made by the build, or no part of it. */
const ignored = new Set(['dist', 'node_modules', 'contract-routes.json']);
/** Lies in the build itself, so that it can never speak of another one. */
const stampFile = join(project, 'web', 'dist', '.source-hash');

/** @param logFile gets the output of the build; missing: it is shown */
export async function buildWebWhenStale(logFile?: string): Promise<void> {
  const hash = hashOf(sources);
  const built = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
  if (built === hash) return;

  await step('Building the web application', built ? 'its sources changed' : 'there is no build yet', async () => {
    await runProcess({
      name: 'vite build',
      command: process.execPath,
      args: [join(project, 'node_modules/vite/bin/vite.js'), 'build', 'web'],
      cwd: project,
      ...(logFile !== undefined && { logFile }),
    });
    writeFileSync(stampFile, hash);
  });
}

/** One hash over the names and contents of files and of folders in the project, tests and builds apart. */
export function hashOf(paths: readonly string[], root = project): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap((path) => filesIn(join(root, path)))) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries
    .filter(({ name }) => !ignored.has(name) && !name.endsWith('.test.ts'))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap(({ name }) => filesIn(join(path, name)));
}

if (import.meta.main) await buildWebWhenStale();
