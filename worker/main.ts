import { join } from 'node:path';
import { Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { loadConfig } from '#config/config.ts';
import { openOrm } from '#persistence/orm.ts';
import { startJobs } from './jobs/jobs.ts';
import { startMailer } from './mailer/mailer.ts';
import { startRelay } from './relay/relay.ts';
import { connectWhenUp, lazyClient } from './temporal/connection.ts';
import { createTemporalWorkers } from './temporal/temporal-workers.ts';
import { workflowBundle } from './temporal/workflow-bundle.ts';

/** The worker process: workflows and activities, the relay, the mailer and other jobs, or those named by WORKER_SERVICES. */
const config = loadConfig();
const log = pino({ level: config.logLevel, base: { part: 'worker' } });
Runtime.install({ shutdownSignals: [], telemetryOptions: { logging: { filter: { core: 'WARN', other: 'WARN' } } } });

const orm = await openOrm(config.databaseUrl, {
  poolMax: config.pgpoolMax,
  connectTimeoutMs: config.pgconnectTimeoutMs,
});
const client = lazyClient(config);
const isWanted = (service: (typeof config.workerServices)[number]): boolean => config.workerServices.includes(service);
const stopping = new AbortController();
const stops: (() => void | Promise<void>)[] = [];

for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());

if (isWanted('relay')) stops.push(startRelay({ orm, client, log }).stop);
if (isWanted('mailer')) {
  const { databaseUrl, smtpUrl, mailFrom, publicUrl } = config;
  stops.push((await startMailer({ orm, databaseUrl, smtpUrl, mailFrom, publicUrl, log })).stop);
}
if (isWanted('jobs')) stops.push((await startJobs({ orm, databaseUrl: config.databaseUrl, log })).stop);
if (isWanted('temporal')) stops.push(await startWorkers());

if (!stopping.signal.aborted)
  await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
log.info('stopping');
await Promise.all(stops.map((stop) => stop()));
await client.connection.close();
await orm.close();

async function startWorkers(): Promise<() => Promise<void>> {
  const bundle = await workflowBundle(join(config.dataDir, 'workflow-bundles'));
  const connection = await connectWhenUp(config, log, stopping.signal);
  if (!connection) return async () => undefined;
  const workers = await createTemporalWorkers({
    connection,
    client,
    namespace: config.temporalNamespace,
    orm,
    bundle,
    log,
    sweepIntervalSeconds: config.sweepIntervalSeconds,
    maxCachedWorkflows: config.maxCachedWorkflows,
  });
  const running = workers.run().catch((error: unknown) => {
    // A worker that fails cannot be mended in place: the process ends and its supervisor starts a new one.
    log.fatal({ reason: String(error) }, 'a Temporal worker failed');
    process.exitCode = 1;
    stopping.abort();
  });
  return async () => {
    workers.stop();
    await running;
    await connection.close();
  };
}
