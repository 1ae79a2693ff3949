import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { createLiveHub, type LiveHub } from '#api/live/live-hub.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { startPostgres, withClient, type PostgresServer } from '#scripts/services/postgres.ts';
import { runProcess, startProcess, waitUntilReady, type RunningProcess } from '#scripts/services/process.ts';
import { startTemporal, type TemporalServer } from '#scripts/services/temporal.ts';
import type { Parts } from './processes.ts';

const project = resolve(import.meta.dirname, '..');

/** A migrated database of its own, with the connection pool the measured code uses. */
export type Database = { url: string; orm: Orm; em(): EntityManager };

/** The engine with its workers, and the application database they write to. */
export type Engine = Database & {
  client: Client;
  /** What the API listens to while it waits for an answer. */
  live: LiveHub;
  temporal: TemporalServer;
  /** Stops the workers and starts as many again, with these variables over the usual ones. */
  restartWorkers(variables?: Record<string, string>): Promise<void>;
};

export type Environment = {
  postgres: PostgresServer;
  parts: Parts;
  database(name: string): Promise<Database>;
  /** Started when first asked for, shared by all works. */
  engine(): Promise<Engine>;
  /** The API over a database; its address. Null while there is no API in the tree. */
  api(database: Database, variables?: Record<string, string>): Promise<{ url: string; stop(): Promise<void> } | null>;
  /** A worker process over a database, without the engine. */
  worker(database: Database, variables: Record<string, string>): Promise<{ pid: number; stop(): Promise<void> }>;
  stop(): Promise<void>;
};

/** PostgreSQL with durable commits, and on demand Temporal, workers and the API: each a process, on free ports, in a temporary folder. With `profileFolder` workers write CPU profiles there. */
export async function startEnvironment({
  workers,
  profileFolder,
}: {
  workers: number;
  profileFolder: string | null;
}): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-bench-'));
  const inLogs = (name: string): string => join(folder, 'logs', `${name}.log`);
  const postgres = await startPostgres({ dir: join(folder, 'postgres'), maxConnections: 300 }).catch(
    (error: unknown) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    },
  );
  const running = new Map<string, Pick<RunningProcess, 'pid' | 'stop'>>([['postgres', postgres]]);
  const orms: Orm[] = [];
  let engine: Promise<Engine> | null = null;
  let connection: Connection | null = null;
  let live: LiveHub | null = null;
  let stopping: Promise<void> | null = null;

  return {
    postgres,
    database,
    api,
    worker,
    parts: () => Object.fromEntries([...running].map(([name, { pid }]) => [name, pid])),
    engine: () => (engine ??= startEngine()),
    stop: () => (stopping ??= stopAll()),
  };

  async function stopAll(): Promise<void> {
    await live?.close();
    await connection?.close();
    for (const orm of orms) await orm.close();
    for (const part of [...running.values()].reverse()) await part.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  async function database(name: string): Promise<Database> {
    const isNew = await withClient(
      postgres.url('postgres'),
      async (client) => (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 0,
    );
    await postgres.ensureDatabase(name);
    const url = postgres.url(name);
    if (isNew) await program('migrate', 'persistence/migrate.ts', { DATABASE_URL: url });
    const orm = await openOrm(url, { poolMax: 32 });
    orms.push(orm);
    return { url, orm, em: () => orm.em.fork() as EntityManager };
  }

  async function startEngine(): Promise<Engine> {
    const app = await database('ekinerja');
    const temporal = await startTemporal({ postgres, dir: join(folder, 'temporal'), logFile: inLogs('temporal') });
    running.set('temporal', temporal);
    connection = await Connection.connect({ address: temporal.address });
    const client = new Client({ connection });
    live = createLiveHub(app.url, console);
    const started: Engine = { ...app, client, live, temporal, restartWorkers };
    await restartWorkers();
    return started;

    async function restartWorkers(variables: Record<string, string> = {}): Promise<void> {
      for (let index = 1; index <= workers; index += 1) {
        const name = `worker${index}`;
        await running.get(name)?.stop();
        const env = environmentOf({
          DATABASE_URL: app.url,
          TEMPORAL_ADDRESS: temporal.address,
          WORKER_SERVICES: 'temporal,relay',
          ...variables,
        });
        const worker = await startProcess({
          name,
          command: process.execPath,
          args: [
            ...(profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${resolve(profileFolder)}`] : []),
            'worker/main.ts',
          ],
          cwd: project,
          env,
          logFile: inLogs(name),
        });
        running.set(name, worker);
        await waitUntilReady(worker, async () => worker.lastLines(200).includes('workers are ready'), 120_000);
      }
    }
  }

  async function api(
    over: Database,
    variables: Record<string, string> = {},
  ): Promise<{ url: string; stop(): Promise<void> } | null> {
    if (!existsSync(join(project, 'api/main.ts'))) return null;
    const { port } = await findFreePorts({ port: 0 });
    const env = environmentOf({ DATABASE_URL: over.url, PORT: String(port), PGPOOL_MAX: '32', ...variables });
    const url = `http://127.0.0.1:${port}`;
    const started = await startProcess({
      name: 'api',
      command: process.execPath,
      args: ['api/main.ts'],
      cwd: project,
      env,
      logFile: inLogs('api'),
    });
    await waitUntilReady(started, async () => (await fetch(`${url}/health/live`)).ok, 60_000);
    running.set('api', started);
    return {
      url,
      async stop() {
        running.delete('api');
        await started.stop();
      },
    };
  }

  async function worker(
    over: Database,
    variables: Record<string, string>,
  ): Promise<{ pid: number; stop(): Promise<void> }> {
    const name = `worker-${variables['WORKER_SERVICES']}`;
    const started = await startProcess({
      name,
      command: process.execPath,
      args: ['worker/main.ts'],
      cwd: project,
      env: environmentOf({ DATABASE_URL: over.url, ...variables }),
      logFile: inLogs(name),
    });
    running.set(name, started);
    return {
      pid: started.pid,
      async stop() {
        running.delete(name);
        await started.stop();
      },
    };
  }

  function program(name: string, file: string, variables: Record<string, string>): Promise<string> {
    return runProcess({
      name,
      command: process.execPath,
      args: [file],
      cwd: project,
      env: environmentOf(variables),
      logFile: inLogs(name),
    });
  }

  function environmentOf(variables: Record<string, string>): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: join(project, '.data'),
      PGPOOL_MAX: '20',
      SWEEP_INTERVAL_SECONDS: '86400',
      ...variables,
    };
  }
}
