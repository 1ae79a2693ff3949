import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, installDebianPackages } from './debian.ts';

const programs = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/**
 * The browser for the end-to-end tests: `CHROMIUM_PATH`, else one on the PATH, else Debian's package.
 *
 * @throws one sentence with the remedy when there is none and none can be installed
 */
export async function chromiumPath(): Promise<string> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (!existsSync(given)) throw new Error(`CHROMIUM_PATH is ${given}, but there is no such file.`);
    return given;
  }
  const found = findOnPath();
  if (found) return found;

  await installDebianPackages(
    ['chromium'],
    'the browser tests need it; CHROMIUM_PATH names another',
    join(tmpdir(), 'e-kinerja-apt.log'),
  );
  const installed = findOnPath();
  if (!installed) throw new Error('Chromium was installed but is not on the PATH: set CHROMIUM_PATH.');
  return installed;
}

function findOnPath(): string | undefined {
  return programs.map(findProgram).find((path) => path !== undefined);
}
