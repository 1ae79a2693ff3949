import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '#config/config.ts';
import { openOrm } from '#persistence/orm.ts';
import { createThrottle } from './accounts/throttle.ts';
import { createApp } from './app.ts';
import { createLog } from './http/request-log.ts';
import { createLiveHub } from './live/live-hub.ts';
import { createEngine } from './temporal/engine.ts';

const DRAIN_MS = 10_000;

const config = loadConfig();
const log = createLog(config.logLevel);
const orm = await openOrm(config.databaseUrl, {
  poolMax: config.pgpoolMax,
  connectTimeoutMs: config.pgconnectTimeoutMs,
});
const engine = createEngine(config);
const live = createLiveHub(config.databaseUrl, log);
const throttle = createThrottle(config.databaseUrl);
const stopping = new AbortController();

const server = createServer(createApp({ config, orm, engine, live, throttle, log, now: () => new Date() }));
server.requestTimeout = 120_000;
server.headersTimeout = 20_000;
server.keepAliveTimeout = 65_000;
server.listen(config.port, () => log.info({ port: config.port, url: config.publicUrl }, 'listening'));

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));

/** Takes no new requests, lets running ones end, then closes what is open. Live pages reconnect to another process. */
async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping');
  stopping.abort();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await live.close();
  server.closeIdleConnections();
  const isDrained = await Promise.race([closed.then(() => true), sleep(DRAIN_MS, false, { ref: false })]);
  if (!isDrained) server.closeAllConnections();
  await Promise.allSettled([engine.close(), throttle.close(), orm.close()]);
  process.exit(0);
}
