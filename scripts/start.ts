/** `npm start`: everything the application needs on one machine. Started by start.mjs on Node 24. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, loadConfig, localDefaults } from '#config/config.ts';
import { buildWebWhenStale } from './build-web.ts';
import { claimDataFolder, dropLocalData, prepareDataFolder } from './data-folder.ts';
import { startMailCatcher } from './services/mail-catcher.ts';
import { findFreePorts, isPortFree } from './services/ports.ts';
import { type PostgresServer, startPostgres, withClient } from './services/postgres.ts';
import { runProcess, type Service, startProcess, startService, waitUntilReady } from './services/process.ts';
import { formatDuration, say, step } from './services/progress.ts';
import { createSupervisor } from './services/supervisor.ts';
import { startTemporal } from './services/temporal.ts';
import { startTemporalUi } from './services/temporal-ui.ts';
import { parseStartOptions, type StartOptions } from './start-options.ts';
import { formatSummary, readDemoAccounts, withoutPassword } from './summary.ts';

const project = resolve(import.meta.dirname, '..');
/** npm, the terminal and start.mjs may each deliver the same Ctrl-C. */
const sameSignalMs = 1000;

const supervisor = createSupervisor((line) => say(`  ! ${line}`));
process.exit(await main());

/** Runs until asked to stop or a part is given up; returns the exit code. */
async function main(): Promise<number> {
  const stopRequested = listenForStop();
  let stopAndForget = async () => {};
  try {
    const options = parseStartOptions(process.argv.slice(2));
    if (existsSync(join(project, '.env'))) process.loadEnvFile(join(project, '.env'));
    const config = loadConfig();
    prepareDataFolder(config.dataDir);
    const forget = claimDataFolder(config.dataDir);
    stopAndForget = async () => {
      say('Stopping …');
      await supervisor.stopAll();
      forget();
      say('Stopped.');
    };
    if (options.isReset) dropLocalData(config.dataDir);

    const failure = await Promise.race([startAll(options, config).then(() => supervisor.givenUp), stopRequested]);
    if (!failure) return 0;
    console.error(failure);
    return 1;
  } catch (error) {
    console.error(`\n${(error as Error).message}`);
    return 1;
  } finally {
    await stopAndForget();
  }
}

/** Resolves at the first signal, or when the process that started this one is gone. A second signal forces. */
function listenForStop(): Promise<undefined> {
  const { promise, resolve: stop } = Promise.withResolvers<undefined>();
  let firstAt = 0;
  const request = () => {
    if (firstAt > 0 && Date.now() - firstAt > sameSignalMs) {
      supervisor.killAll();
      process.exit(130);
    }
    firstAt ||= Date.now();
    stop(undefined);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  process.on('disconnect', request);
  // A closed terminal must not break the orderly stop.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
  return promise;
}

async function startAll(options: StartOptions, config: Config): Promise<void> {
  const startedAt = Date.now();
  say('Starting E-Kinerja ASN');
  const inLogs = (name: string) => join(config.dataDir, 'logs', `${name}.log`);

  const ports = await choosePorts(options, config);
  const parts = await startParts(config, ports, inLogs);
  const env = environmentFor(parts, ports, config);

  await runProgram('migrate', 'persistence/migrate.ts', env, inLogs('migrate'));
  await seedWhenEmpty(options, parts.databaseUrl, env, inLogs('seed'));
  await buildWebWhenStale(inLogs('web-build'));
  await runProgram('workflow bundle', 'scripts/bundle-workflows.ts', env, inLogs('bundle'));
  supervisor.watch(await startProgram('worker', 'worker/main.ts', env, inLogs('worker')));
  const api = await startProgram('api', 'api/main.ts', env, inLogs('api'), async () => {
    const { ok } = await fetch(`http://127.0.0.1:${ports.api}/health/ready`);
    return ok;
  });
  supervisor.watch(api);

  const { publicUrl } = loadConfig(env);
  const accounts = readDemoAccounts(join(config.dataDir, 'demo-accounts.json'));
  say(formatSummary([['Application', publicUrl], ...parts.places, ['Data, logs', config.dataDir]], accounts));
  say(`Started in ${formatDuration(Date.now() - startedAt)}.`);
}

type Ports = Record<'api' | 'postgres' | 'temporal' | 'temporalUi' | 'smtp' | 'mailCatcher', number>;

/** A port that was asked for must be free; the others give way. */
async function choosePorts({ port }: StartOptions, config: Config): Promise<Ports> {
  const asked = port ?? (process.env['PORT'] ? config.port : undefined);
  if (asked !== undefined && !(await isPortFree(asked))) {
    throw new Error(
      `Port ${asked} is busy. Stop what listens there, or choose another: npm start -- --port ${asked + 1}`,
    );
  }
  return findFreePorts({
    api: asked ?? localDefaults.apiPort,
    postgres: localDefaults.postgresPort,
    temporal: localDefaults.temporalPort,
    temporalUi: localDefaults.temporalUiPort,
    smtp: localDefaults.smtpPort,
    mailCatcher: localDefaults.mailCatcherPort,
  });
}

/** The addresses of the parts, whether started here or running elsewhere, and how to show them. */
type Parts = {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | undefined;
  smtpUrl: string;
  mailCatcherUrl: string | undefined;
  places: (readonly [string, string])[];
};

/** Starts what is not given from outside by DATABASE_URL, TEMPORAL_ADDRESS and SMTP_URL. */
async function startParts(config: Config, ports: Ports, inLogs: (name: string) => string): Promise<Parts> {
  const { DATABASE_URL: hasDatabase, TEMPORAL_ADDRESS: hasTemporal, SMTP_URL: hasSmtp } = process.env;
  const postgres = hasDatabase && hasTemporal ? undefined : await startEmbeddedPostgres(config, ports, inLogs);
  const databaseUrl = hasDatabase || !postgres ? config.databaseUrl : postgres.url('ekinerja');
  if (postgres && !hasDatabase) await postgres.ensureDatabase('ekinerja');

  const mail = hasSmtp
    ? { smtpUrl: config.smtpUrl, mailCatcherUrl: config.mailCatcherUrl }
    : await startEmbeddedMailCatcher(config, ports, inLogs);
  const temporal =
    hasTemporal || !postgres
      ? { temporalAddress: config.temporalAddress, temporalUiUrl: config.temporalUiUrl }
      : await startEmbeddedTemporal(postgres, config, ports, inLogs);

  return {
    databaseUrl,
    ...mail,
    ...temporal,
    places: [
      ['Temporal UI', temporal.temporalUiUrl ?? 'none'],
      ['Temporal', temporal.temporalAddress],
      ['Mail', mail.mailCatcherUrl ?? withoutPassword(mail.smtpUrl)],
      ['PostgreSQL', hasDatabase ? withoutPassword(databaseUrl) : databaseUrl],
    ],
  };
}

async function startEmbeddedPostgres(
  config: Config,
  ports: Ports,
  inLogs: (name: string) => string,
): Promise<PostgresServer> {
  const dir = join(config.dataDir, 'postgres');
  const why = existsSync(dir) ? `data in ${dir}` : `new data in ${dir}`;
  const postgres = await step('Starting PostgreSQL 18', why, () =>
    startPostgres({ dir, port: ports.postgres, logFile: inLogs('postgres') }),
  );
  supervisor.watch(postgres);
  return postgres;
}

async function startEmbeddedMailCatcher(config: Config, ports: Ports, inLogs: (name: string) => string) {
  const catcher = await step('Starting the mail catcher', 'no SMTP_URL; nothing leaves this machine', () =>
    startMailCatcher({
      smtpPort: ports.smtp,
      webPort: ports.mailCatcher,
      dir: join(config.dataDir, 'mail'),
      logFile: inLogs('mail-catcher'),
    }),
  );
  supervisor.watch(catcher);
  return { smtpUrl: `smtp://127.0.0.1:${ports.smtp}`, mailCatcherUrl: `http://localhost:${ports.mailCatcher}` };
}

async function startEmbeddedTemporal(
  postgres: PostgresServer,
  config: Config,
  ports: Ports,
  inLogs: (name: string) => string,
) {
  const temporal = await step(
    'Starting the Temporal server',
    'no TEMPORAL_ADDRESS; it keeps its data in the same PostgreSQL',
    () =>
      startTemporal({
        postgres,
        dir: join(config.dataDir, 'temporal'),
        logFile: inLogs('temporal'),
        ports: { frontend: ports.temporal },
        namespace: config.temporalNamespace,
      }),
  );
  supervisor.watch(temporal);
  return {
    temporalAddress: temporal.address,
    temporalUiUrl: await startEmbeddedTemporalUi(temporal.address, config, ports, inLogs('temporal-ui')),
  };
}

/** A page for looking only: the application runs without it. */
async function startEmbeddedTemporalUi(temporalAddress: string, config: Config, ports: Ports, logFile: string) {
  try {
    const dir = join(config.dataDir, 'temporal-ui');
    supervisor.watch(await startTemporalUi({ temporalAddress, port: ports.temporalUi, dir, logFile }));
    return `http://localhost:${ports.temporalUi}`;
  } catch (error) {
    say(`  ! There is no Temporal UI this time: ${(error as Error).message}`);
    return undefined;
  }
}

/** What the programs of the application are told. */
function environmentFor(parts: Parts, ports: Ports, config: Config): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATA_DIR: config.dataDir,
    PORT: String(ports.api),
    DATABASE_URL: parts.databaseUrl,
    TEMPORAL_ADDRESS: parts.temporalAddress,
    SMTP_URL: parts.smtpUrl,
    ...(parts.temporalUiUrl && { TEMPORAL_UI_URL: parts.temporalUiUrl }),
    ...(parts.mailCatcherUrl && { MAIL_CATCHER_URL: parts.mailCatcherUrl }),
  };
}

async function seedWhenEmpty(
  { isEmpty }: StartOptions,
  databaseUrl: string,
  env: NodeJS.ProcessEnv,
  logFile: string,
): Promise<void> {
  const hasAccounts = await withClient(databaseUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from account limit 1');
    return rowCount === 1;
  });
  if (hasAccounts || isEmpty) return;
  await step('Writing the demo data', 'the database is empty; --empty leaves it so', () =>
    runProgram('seed', 'persistence/seed.ts', env, logFile),
  );
}

async function runProgram(name: string, program: string, env: NodeJS.ProcessEnv, logFile: string): Promise<void> {
  await runProcess({ name, command: process.execPath, args: [program], cwd: project, env, logFile });
}

/** @param isReady asked until it says so; missing: it is enough that the program still runs after a moment */
async function startProgram(
  name: string,
  program: string,
  env: NodeJS.ProcessEnv,
  logFile: string,
  isReady = () => sleep(1500, true),
): Promise<Service> {
  return step(`Starting the ${name}`, program, () =>
    startService(async () => {
      const running = await startProcess({
        name,
        command: process.execPath,
        args: [program],
        cwd: project,
        env,
        logFile,
      });
      return waitUntilReady(running, isReady, 120_000);
    }),
  );
}
