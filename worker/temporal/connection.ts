import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { Client, Connection } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '#config/config.ts';

type TemporalSettings = Pick<Config, 'temporalAddress' | 'temporalNamespace' | 'temporalTls' | 'temporalApiKey'>;

const optionsOf = (config: TemporalSettings) => ({
  address: config.temporalAddress,
  tls: config.temporalTls ? true : undefined,
  apiKey: config.temporalApiKey,
});

/** A client that connects at its first call, so that a process can start while the engine is down. */
export function lazyClient(config: TemporalSettings): Client {
  return new Client({ connection: Connection.lazy(optionsOf(config)), namespace: config.temporalNamespace });
}

/** The workers' connection; waits until the engine answers and says so once. Null when `signal` aborts first. */
export async function connectWhenUp(
  config: TemporalSettings,
  log: Logger,
  signal: AbortSignal,
): Promise<NativeConnection | null> {
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await NativeConnection.connect(optionsOf(config));
    } catch (error) {
      if (attempt === 0)
        log.warn({ address: config.temporalAddress, reason: String(error) }, 'waiting for the Temporal server');
      await delay(Math.min(10_000, 500 * 2 ** attempt), undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}
