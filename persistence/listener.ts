import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type ListenerOptions = {
  databaseUrl: string;
  channel: string;
  onNotice(payload: string): void;
  /** Called whenever listening has begun: notices that were sent before are gone. */
  onConnect?(): void;
  log: { warn(details: object, message: string): void };
};

const CONNECT_TIMEOUT_MS = 5000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** Listens to a channel of PostgreSQL on a connection of its own, which is opened again with growing delays after it broke. */
export function startListener({ databaseUrl, channel, onNotice, onConnect, log }: ListenerOptions): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  let delayMs = FIRST_DELAY_MS;

  async function listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: `listen:${channel}`,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    });
    const ended = new Promise<void>((resolve, reject) => {
      client.once('end', resolve);
      client.on('error', reject);
    });
    const stopped = new Promise<void>((resolve) =>
      stopping.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    ended.catch(() => undefined);
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      delayMs = FIRST_DELAY_MS;
      onConnect?.();
      await Promise.race([ended, stopped]);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async function keepListening(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listen().catch((error: unknown) => log.warn({ err: error, channel }, 'listening was interrupted'));
      await sleep(delayMs * (0.5 + Math.random()), undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }
  const listening = keepListening();

  return {
    async stop() {
      stopping.abort();
      await listening;
    },
  };
}
