import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';

const projectFolder = resolve(import.meta.dirname, '../..');
/** What a workflow run depends on: its own code, the process rules and the SDK. */
const SOURCES = ['workflows', 'domain/process', 'domain/result.ts'];

export type WorkflowBundle = { buildId: string; code: string };

/**
 * The code that workflow workers run, bundled once per change of its sources. The build id is a hash of the sources, so a
 * release that does not touch workflow code makes no new version.
 */
export async function workflowBundle(cacheFolder: string, logger?: Logger): Promise<WorkflowBundle> {
  const buildId = sourceHash();
  const file = join(cacheFolder, `workflows-${buildId}.js`);
  if (existsSync(file)) return { buildId, code: readFileSync(file, 'utf8') };
  const { code } = await bundleWorkflowCode({ workflowsPath: join(projectFolder, 'workflows/index.ts'), logger });
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, file);
  return { buildId, code };
}

/** Identifies the workflow sources and the SDK they run on, in 12 hexadecimal digits. */
function sourceHash(): string {
  const hash = createHash('sha256').update(sdkVersion());
  for (const file of SOURCES.flatMap(filesBelow).sort())
    hash.update(file).update(readFileSync(join(projectFolder, file)));
  return hash.digest('hex').slice(0, 12);
}

function filesBelow(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(join(projectFolder, path), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesBelow(`${path}/${entry.name}`);
    return entry.name.endsWith('.ts') && !/\.(test|client)\.ts$/.test(entry.name) ? [`${path}/${entry.name}`] : [];
  });
}

const sdkVersion = (): string =>
  (createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string }).version;
