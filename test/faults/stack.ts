import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { startPostgres, withClient, type PostgresServer } from '#scripts/services/postgres.ts';
import {
  isAlive,
  runProcess,
  startProcess,
  startService,
  waitUntilReady,
  type Service,
} from '#scripts/services/process.ts';
import { startTemporal, type TemporalServer } from '#scripts/services/temporal.ts';
import { testBundle } from '#test/environment/engine.ts';
import { openMailSink, type MailSink } from './mail-sink.ts';

const project = resolve(import.meta.dirname, '../..');

export type PartName = 'postgres' | 'temporal' | 'worker' | 'api';

/** The whole application in processes of its own, to be broken. */
export type Stack = {
  readonly databaseUrl: string;
  readonly apiUrl: string;
  readonly orm: Orm;
  readonly client: Client;
  readonly mail: MailSink;
  readonly postgres: PostgresServer;
  readonly temporal: TemporalServer;
  readonly worker: Service;
  readonly api: Service;
  /** kill -9. The part is started again at once, as its supervisor would, unless it is held down. */
  kill(part: PartName): void;
  /** Kills a part and leaves it dead until `letUp`. */
  holdDown(part: PartName): Promise<void>;
  letUp(part: PartName): Promise<void>;
  /** Waits until all parts answer. */
  untilUp(): Promise<void>;
  /** How often each part was started again, for whatever reason. */
  readonly restarts: Readonly<Record<PartName, number>>;
  /** The last lines of what the parts wrote, for the message of a drill that failed. */
  lastLines(): string;
  stop(): Promise<void>;
};

export type StackOptions = {
  faultInjection?: Readonly<Record<string, unknown>>;
  env?: Readonly<Record<string, string>>;
  /** Without the API a drill drives the engine by the ledger. */
  hasApi?: boolean;
};

/** Starts everything on free ports in a folder of its own; whatever fails, what was started is stopped. */
export async function startStack({ faultInjection, env = {}, hasApi = true }: StackOptions = {}): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), 'e-kinerja-drill-'));
  const undo: (() => Promise<unknown>)[] = [async () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 })];
  const stopAll = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  };
  try {
    const ports = await findFreePorts({ api: 0, smtp: 0 });
    const mail = await openMailSink(ports.smtp);
    undo.push(() => mail.switchOff());
    // Durable: a killed PostgreSQL must not lose what it committed.
    const postgres = await startPostgres({ dir: join(dir, 'postgres'), isDurable: true, maxConnections: 150 });
    undo.push(() => postgres.stop());
    const temporal = await startTemporal({
      postgres,
      dir: join(dir, 'temporal'),
      ...(faultInjection && { faultInjection }),
    });
    undo.push(() => temporal.stop());
    await postgres.ensureDatabase('ekinerja');
    const databaseUrl = postgres.url('ekinerja');
    await placeBundle(join(dir, 'workflow-bundles'));
    const childEnv = {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATA_DIR: dir,
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: temporal.address,
      SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      PORT: String(ports.api),
      PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
      SWEEP_INTERVAL_SECONDS: '3',
      COMMAND_WAIT_MS: '2000',
      FAILPOINT: '',
      ...env,
    };
    const node = (name: string, program: string) => ({
      name,
      command: process.execPath,
      args: [program],
      cwd: project,
      env: childEnv,
      logFile: join(dir, `${name}.log`),
    });
    await runProcess(node('migrate', 'persistence/migrate.ts'));
    const worker = await startService(() => startProcess(node('worker', 'worker/main.ts')));
    undo.push(() => worker.stop());
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const isServing = async (): Promise<boolean> =>
      (await fetch(`${apiUrl}/health/live`, { signal: AbortSignal.timeout(1000) })).ok;
    const api = hasApi
      ? await startService(async () =>
          waitUntilReady(await startProcess(node('api', 'api/main.ts')), isServing, 60_000),
        )
      : worker;
    if (hasApi) undo.push(() => api.stop());
    const orm = await openOrm(databaseUrl, { poolMax: 20 });
    undo.push(() => orm.close(true));
    const client = new Client({
      connection: Connection.lazy({ address: temporal.address }),
      namespace: temporal.namespace,
    });
    undo.push(() => client.connection.close());

    const parts: Record<PartName, Service> = { postgres, temporal, worker, api };
    const keeper = keepUp(parts, hasApi);
    undo.push(() => keeper.stop());
    return {
      databaseUrl,
      apiUrl,
      orm,
      client,
      mail,
      postgres,
      temporal,
      worker,
      api,
      kill: keeper.kill,
      holdDown: keeper.holdDown,
      letUp: keeper.letUp,
      restarts: keeper.restarts,
      async untilUp() {
        await keeper.settled();
        await untilTrue('PostgreSQL answers', () =>
          withClient(postgres.url('postgres'), async (sql) => !!(await sql.query('select 1'))),
        );
        await untilTrue('Temporal answers', () =>
          client.withDeadline(
            Date.now() + 3000,
            async () => !!(await client.workflowService.describeNamespace({ namespace: temporal.namespace })),
          ),
        );
        if (hasApi) await untilTrue('the API answers', isServing);
      },
      lastLines: () =>
        Object.values(parts)
          .map((part) => `--- ${part.name}\n${part.process.lastLines(6).replaceAll(/(.{200}).+/g, '$1 …')}`)
          .join('\n'),
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The bundle is the same for all drills: made once, laid where the worker looks. */
async function placeBundle(folder: string): Promise<void> {
  const { buildId, code } = await testBundle();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `workflows-${buildId}.js`), code);
}

/** Starts dead parts again, like the supervisor of production. */
function keepUp(parts: Record<PartName, Service>, hasApi: boolean) {
  const names = (Object.keys(parts) as PartName[]).filter((name) => hasApi || name !== 'api');
  const down = new Set<PartName>();
  const restarts: Record<PartName, number> = { postgres: 0, temporal: 0, worker: 0, api: 0 };
  let isStopping = false;
  const watching = names.map(watch);

  async function watch(name: PartName): Promise<void> {
    while (!isStopping) {
      if (!parts[name].process.hasExited() || down.has(name)) {
        await delay(50);
        continue;
      }
      try {
        await delay(300);
        if (isStopping || down.has(name)) continue;
        await parts[name].restart();
        restarts[name] += 1;
      } catch {
        // Its database may be down as well; the next round tries again.
        await delay(500);
      }
    }
  }

  /** Only the postmaster, not its backends: they notice by themselves, as after a crash of the machine's memory killer. */
  const kill = (name: PartName): void => {
    const { pid } = parts[name];
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  };

  return {
    restarts,
    kill,
    async holdDown(name: PartName) {
      down.add(name);
      kill(name);
      await parts[name].process.exited;
    },
    async letUp(name: PartName) {
      down.delete(name);
      await untilTrue(`${name} runs`, async () => !parts[name].process.hasExited());
    },
    async settled() {
      for (const name of names)
        await untilTrue(`${name} runs`, async () => down.has(name) || !parts[name].process.hasExited());
    },
    async stop() {
      isStopping = true;
      await Promise.all(watching);
    },
  };
}

/** Asks again and again; an error counts as no. */
export async function untilTrue(what: string, isTrue: () => Promise<boolean>, timeoutMs = 90_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      if (await isTrue()) return;
    } catch (error) {
      last = error;
    }
    await delay(100);
  }
  throw new Error(`not within ${timeoutMs / 1000} s: ${what}`, { cause: last });
}
