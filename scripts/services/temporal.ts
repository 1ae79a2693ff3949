import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import { findFreePorts } from './ports.ts';
import { type PostgresServer, withClient } from './postgres.ts';
import { runProcess, type Service, startProcess, startService, waitUntilReady } from './process.ts';
import { temporalServerBinaries } from './temporal-binaries.ts';

const databases = { main: 'temporal', visibility: 'temporal_visibility' } as const;
const historyShards = 64;
/** Its memory may grow to five times what it needs, for a seventh less of CPU. */
const garbageCollection = '400';
const retentionDays = 30;
/** Its orderly stop takes a quarter of a minute; all it knows lies in PostgreSQL, so it may be killed. */
const stopTimeoutMs = 3000;

/** One setting a line: `frontend.rps: [{ value: 100000 }]`. */
const dynamicConfigFile = resolve(import.meta.dirname, '../../deploy/temporal/dynamic.yaml');

/** Each service of the server has a gRPC and a membership port; the frontend answers HTTP too. */
const portNames = [
  'frontend',
  'frontendMembership',
  'frontendHttp',
  'history',
  'historyMembership',
  'matching',
  'matchingMembership',
  'worker',
  'workerMembership',
] as const;
type TemporalPorts = Record<(typeof portNames)[number], number>;

export type TemporalOptions = {
  postgres: Pick<PostgresServer, 'host' | 'port' | 'user' | 'password' | 'url' | 'ensureDatabase'>;
  /** Folder for its settings and, unless `logFile` says otherwise, its log. */
  dir: string;
  logFile?: string;
  /** Preferred ports; any free one where missing. Clients speak to `frontend`. */
  ports?: Partial<TemporalPorts>;
  /** Default `default`. Registered when missing. */
  namespace?: string;
  /** Dynamic settings of the server over the ones used everywhere, such as `{ 'frontend.WorkflowTimeSkippingEnabled': true }`. */
  dynamicConfig?: Readonly<Record<string, unknown>>;
  /**
   * Faults of the store, for tests: the `faultInjection` block of the server's configuration, such as
   * `{ targets: { dataStores: { ExecutionStore: { methods: { UpdateWorkflowExecution: { errors: { Timeout: 0.1 } } } } } } }`.
   */
  faultInjection?: Readonly<Record<string, unknown>>;
};

/** A running Temporal server (all four services in one process). `restart` keeps the ports. */
export type TemporalServer = Service & {
  /** host:port for clients and workers. */
  readonly address: string;
  readonly namespace: string;
};

/**
 * Starts a Temporal server on a PostgreSQL, making its databases, schema and namespace when missing;
 * resolves when the namespace accepts work.
 *
 * @throws with the last lines of its log when it does not serve within a minute
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { server: binary, sqlTool } = await temporalServerBinaries();
  const namespace = options.namespace ?? 'default';
  const logFile = options.logFile ?? join(options.dir, 'temporal.log');
  const ports = await choosePorts(options.ports ?? {});
  const address = `127.0.0.1:${ports.frontend}`;

  mkdirSync(options.dir, { recursive: true });
  await prepareDatabase(options, sqlTool, databases.main, 'temporal', logFile);
  await prepareDatabase(options, sqlTool, databases.visibility, 'visibility', logFile);
  const configFile = writeConfiguration(options, ports);

  const service = await startService(async () => {
    const server = await startProcess({
      name: 'temporal',
      command: binary,
      args: ['--config-file', configFile, '--allow-no-auth', 'start'],
      logFile,
      cwd: options.dir,
      env: { GOGC: garbageCollection, ...process.env },
      stopTimeoutMs,
    });
    return waitUntilReady(server, () => ensureNamespace(address, namespace), 60_000);
  });
  return Object.assign(service, { address, namespace });
}

async function choosePorts(preferred: Partial<TemporalPorts>): Promise<TemporalPorts> {
  const wishes = Object.fromEntries(portNames.map((name) => [name, preferred[name] ?? 0])) as TemporalPorts;
  return findFreePorts(wishes);
}

/** Creates a database and brings its schema to the server's version; quick when nothing is to do. */
async function prepareDatabase(
  { postgres }: TemporalOptions,
  sqlTool: string,
  database: string,
  schema: 'temporal' | 'visibility',
  logFile: string,
): Promise<void> {
  await postgres.ensureDatabase(database);
  const isNew = await withClient(postgres.url(database), async (client) => {
    const { rows } = await client.query<{ found: boolean }>(`select to_regclass('schema_version') is null as found`);
    return rows[0]!.found;
  });
  const options = {
    '--plugin': 'postgres12',
    '--ep': postgres.host,
    '-p': String(postgres.port),
    '-u': postgres.user,
    '--pw': postgres.password,
    '--db': database,
  };
  const runTool = ([action, ...args]: [string, ...string[]]) =>
    runProcess({
      name: `temporal-sql-tool ${action}`,
      command: sqlTool,
      args: [...Object.entries(options).flat(), action, ...args],
      logFile,
    });

  if (isNew) await runTool(['setup-schema', '-v', '0.0']);
  await runTool(['update-schema', '--schema-name', `postgresql/v12/${schema}`]);
}

/** The server reads YAML, of which JSON is a part. */
function writeConfiguration({ dir, dynamicConfig, ...options }: TemporalOptions, ports: TemporalPorts): string {
  const dynamicFile = join(dir, 'dynamic.yaml');
  writeFileSync(dynamicFile, withSettings(readFileSync(dynamicConfigFile, 'utf8'), dynamicConfig ?? {}));

  const configFile = join(dir, 'server.yaml');
  writeFileSync(configFile, JSON.stringify(configuration(options, ports, dynamicFile), null, 2), { mode: 0o600 });
  return configFile;
}

/** Replaces settings of a dynamic configuration, or adds them. */
export function withSettings(dynamicYaml: string, settings: Readonly<Record<string, unknown>>): string {
  const kept = dynamicYaml
    .trimEnd()
    .split('\n')
    .filter((line) => !(line.split(':')[0]! in settings));
  const replaced = Object.entries(settings).map(([key, value]) => `${key}: [{ value: ${JSON.stringify(value)} }]`);
  return `${[...kept, ...replaced].join('\n')}\n`;
}

function configuration(
  { postgres, faultInjection }: Pick<TemporalOptions, 'postgres' | 'faultInjection'>,
  ports: TemporalPorts,
  dynamicFile: string,
) {
  const sql = (databaseName: string, connections: number) => ({
    // This driver prepares its statements; the other one sends each query twice and has it planned anew.
    pluginName: 'postgres12_pgx',
    databaseName,
    connectAddr: `${postgres.host}:${postgres.port}`,
    connectProtocol: 'tcp',
    user: postgres.user,
    password: postgres.password,
    maxConns: connections,
    maxIdleConns: connections,
    maxConnLifetime: '1h',
  });
  const rpc = (name: 'frontend' | 'history' | 'matching' | 'worker') => ({
    grpcPort: ports[name],
    membershipPort: ports[`${name}Membership`],
    bindOnLocalHost: true,
  });
  return {
    log: { stdout: true, level: 'error' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: historyShards,
      datastores: {
        main: { sql: sql(databases.main, 20), ...(faultInjection && { faultInjection }) },
        visibility: { sql: sql(databases.visibility, 5) },
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: { rpc: { ...rpc('frontend'), httpPort: ports.frontendHttp } },
      history: { rpc: rpc('history') },
      matching: { rpc: rpc('matching') },
      worker: { rpc: rpc('worker') },
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicFile, pollInterval: '10s' },
  };
}

/** Registers the namespace unless it is there, and checks that the server already knows it. */
async function ensureNamespace(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    return await connection.withDeadline(Date.now() + 5000, async () => {
      const { workflowService } = connection;
      const isThere = await workflowService.describeNamespace({ namespace }).then(
        () => true,
        () => false,
      );
      if (!isThere) {
        const workflowExecutionRetentionPeriod = { seconds: retentionDays * 24 * 60 * 60 };
        await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod } as never);
      }
      await workflowService.countWorkflowExecutions({ namespace });
      return true;
    });
  } finally {
    await connection.close();
  }
}
