import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../http/context.ts';

/** What activities say on the channel `live`: ids only. `commandId`: a command that is answered now. */
export type LiveMessage = { assigneeIds: string[]; cycleId: string | null; taskId: string | null; commandId: string | null };

/** Hands what the database announces to the open pages of this process. */
export type LiveHub = {
  /** Calls back for each announcement until the returned function is called. */
  subscribe(listener: (message: LiveMessage) => void): () => void;
  /** Resolves when a command is answered; when `signal` aborts, too. Never rejects, and may miss it: a way to be early, not to be sure. */
  answered(commandId: string, signal: AbortSignal): Promise<void>;
  /** Aborted when this process stops: open pages end and reconnect to another one. */
  readonly closing: AbortSignal;
  close(): Promise<void>;
};

const CHANNEL = 'live';
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** One connection that LISTENs, opened again with growing delays after it broke. Pages that missed something poll anyway. */
export function createLiveHub(databaseUrl: string, log: Pick<Log, 'warn'>): LiveHub {
  const listeners = new Set<(message: LiveMessage) => void>();
  const closing = new AbortController();
  let client: pg.Client | undefined;

  async function listen(): Promise<void> {
    const connection = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000, keepAlive: true });
    client = connection;
    const ended = new Promise<void>((resolve) => {
      connection.once('end', resolve);
      connection.on('error', () => resolve());
    });
    connection.on('notification', ({ payload }) => {
      const message = parse(payload);
      if (message) for (const listener of listeners) listener(message);
    });
    await connection.connect();
    await connection.query(`listen ${CHANNEL}`);
    await ended;
  }

  async function keepListening(): Promise<void> {
    for (let delay = FIRST_DELAY_MS; !closing.signal.aborted; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      const startedAt = Date.now();
      await listen().catch((error: unknown) => log.warn({ err: error }, 'the live channel broke'));
      if (Date.now() - startedAt > LONGEST_DELAY_MS) delay = FIRST_DELAY_MS;
      await sleep(delay * (0.5 + Math.random()), undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  }
  const listening = keepListening();

  function subscribe(listener: (message: LiveMessage) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    closing: closing.signal,
    subscribe,
    answered(commandId, signal) {
      return new Promise((resolve) => {
        const end = (): void => {
          unsubscribe();
          resolve();
        };
        const unsubscribe = subscribe((message) => message.commandId === commandId && end());
        signal.addEventListener('abort', end, { once: true });
      });
    },
    async close() {
      closing.abort();
      listeners.clear();
      await client?.end().catch(() => {});
      await listening;
    },
  };
}

function parse(payload: string | undefined): LiveMessage | null {
  try {
    const value = JSON.parse(payload ?? '') as Partial<LiveMessage>;
    if (!Array.isArray(value.assigneeIds)) return null;
    return { assigneeIds: value.assigneeIds, cycleId: value.cycleId ?? null, taskId: value.taskId ?? null, commandId: value.commandId ?? null };
  } catch {
    return null;
  }
}
