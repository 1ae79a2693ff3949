import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Memory of JavaScript that one import may take, in megabytes; 100,000 rows need about half of it. */
const HEAP_MB = 320;
const LONGEST_REASON = 2000;

/**
 * Runs the process of one import and waits for its end. When it is killed or fails, the import is taken up again later.
 *
 * @throws Error with the last lines that the process wrote
 */
export function runImport(databaseUrl: string, id: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [
        `--max-old-space-size=${HEAP_MB}`,
        '--max-semi-space-size=8',
        join(import.meta.dirname, 'import-process.ts'),
        id,
      ],
      { env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl }, stdio: ['ignore', 'ignore', 'pipe'], signal },
    );
    let last = '';
    child.stderr.on('data', (text: Buffer) => (last = (last + text.toString()).slice(-LONGEST_REASON)));
    child.once('error', (error) => (signal.aborted ? resolve() : reject(error)));
    child.once('exit', (code) =>
      code === 0 || signal.aborted ? resolve() : reject(new Error(`the import process ended with ${code}: ${last}`)),
    );
  });
}
