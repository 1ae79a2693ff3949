import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { obtain, type Way } from './cache.ts';
import { runProcess } from './process.ts';

const run = promisify(execFile);

const serverVersion = '1.32.0';
const uiVersion = '2.54.1';
const platform = `${process.platform}-${process.arch}`;
const goArch = process.arch === 'x64' ? 'amd64' : process.arch;

const connectTimeoutMs = 10_000;
const downloadTimeoutMs = 5 * 60_000;

/** The server and its schema tool (the schema's SQL is inside the tool). */
export async function temporalServerBinaries(): Promise<{ server: string; sqlTool: string }> {
  const folder = await obtain({
    title: `Temporal server ${serverVersion}`,
    folder: `temporal-${serverVersion}-${platform}`,
    ways: [
      download({
        base: `https://github.com/temporalio/temporal/releases/download/v${serverVersion}`,
        archive: `temporal_${serverVersion}_${process.platform}_${goArch}.tar.gz`,
        checksums: 'checksums.txt',
        files: ['temporal-server', 'temporal-sql-tool'],
      }),
      goInstall({
        'temporal-server': ['server', `go.temporal.io/server/cmd/server@v${serverVersion}`],
        'temporal-sql-tool': ['sql', `go.temporal.io/server/cmd/tools/sql@v${serverVersion}`],
      }),
    ],
    verify: async (filled) => {
      await printsVersion(join(filled, 'temporal-server'), serverVersion);
      await printsVersion(join(filled, 'temporal-sql-tool'), serverVersion);
    },
    remedy:
      'Give TEMPORAL_ADDRESS=host:port of a server that runs elsewhere, or install Go (https://go.dev) and start again.',
  });
  return { server: join(folder, 'temporal-server'), sqlTool: join(folder, 'temporal-sql-tool') };
}

/** The Web UI of Temporal. */
export async function temporalUiBinary(): Promise<string> {
  const folder = await obtain({
    title: `Temporal Web UI ${uiVersion}`,
    folder: `temporal-ui-${uiVersion}-${platform}`,
    ways: [
      download({
        base: `https://github.com/temporalio/ui-server/releases/download/v${uiVersion}`,
        archive: `ui-server_${uiVersion}_${process.platform}_${goArch}.tar.gz`,
        checksums: `ui-server_${uiVersion}_checksums.txt`,
        files: ['ui-server'],
      }),
      goInstall({ 'ui-server': ['server', `github.com/temporalio/ui-server/v2/cmd/server@v${uiVersion}`] }),
    ],
    verify: (filled) => printsVersion(join(filled, 'ui-server'), uiVersion),
    remedy: 'Install Go (https://go.dev) and start again.',
  });
  return join(folder, 'ui-server');
}

async function printsVersion(binary: string, version: string): Promise<void> {
  const { stdout, stderr } = await run(binary, ['--version'], { timeout: 30_000 });
  if (!`${stdout}${stderr}`.includes(version)) throw new Error(`it is not version ${version}`);
}

/** A release archive, checked against the checksums published beside it. */
function download(release: { base: string; archive: string; checksums: string; files: string[] }): Way {
  return {
    name: 'download of the official release',
    async fill(folder) {
      const checksums = (await get(`${release.base}/${release.checksums}`)).toString('utf8');
      const expected = checksums
        .split('\n')
        .find((line) => line.trim().endsWith(release.archive))
        ?.split(/\s+/)[0];
      if (!expected) throw new Error(`the release has no ${release.archive}`);

      const archive = await get(`${release.base}/${release.archive}`);
      if (createHash('sha256').update(archive).digest('hex') !== expected)
        throw new Error('the download is damaged (checksum)');

      const file = join(folder, release.archive);
      await writeFile(file, archive);
      await run('tar', ['-xzf', file, '-C', folder, ...release.files]);
      await rm(file);
    },
  };
}

/** The time-out is short until the server answers, long for the bytes. */
async function get(url: string): Promise<Buffer> {
  const slow = AbortSignal.timeout(downloadTimeoutMs);
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), connectTimeoutMs);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([slow, unanswered.signal]) });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Error(`${new URL(url).host}: ${cause instanceof Error ? cause.message : message}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** @param programs name to store under → [name Go gives it, package@version] */
function goInstall(programs: Record<string, [string, string]>): Way {
  return {
    name: 'go install, a few minutes',
    async fill(folder) {
      await run('go', ['version']).catch(() => {
        throw new Error('Go is not installed');
      });
      await runProcess({
        name: 'go install',
        command: 'go',
        args: ['install', ...Object.values(programs).map(([, source]) => source)],
        env: { ...process.env, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
        logFile: join(folder, 'go-install.log'),
      });
      for (const [name, [builtAs]] of Object.entries(programs)) await rename(join(folder, builtAs), join(folder, name));
    },
  };
}
