import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';

export type ListenerOptions = { databaseUrl: string; channel: string; onNotice: () => void; log: Logger };

const reconnectAfterMs = 1_000;

/**
 * Listens to a channel of PostgreSQL on a connection of its own and connects again whenever it is lost. Notices sent meanwhile are gone, so
 * `onNotice` is also called after each connect.
 */
export function startListener({ databaseUrl, channel, onNotice, log }: ListenerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();

  const listenOnce = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: 'mailer:listen', keepAlive: true, connectionTimeoutMillis: 10_000 });
    const ended = new Promise<void>((resolve) => {
      client.once('end', resolve);
      client.once('error', () => resolve());
      stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    client.on('error', (error) => log.warn({ err: error }, 'listening was interrupted'));
    client.on('notification', onNotice);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      onNotice();
      await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await listenOnce().catch((error: unknown) => log.warn({ err: error }, 'cannot listen'));
      await sleep(reconnectAfterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();

  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
