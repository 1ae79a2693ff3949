import { startListener } from '#persistence/listener.ts';
import type { Log } from '../http/log.ts';

/** What activities say on the channel `live`: ids only. `commandId`: a command that is answered now. */
export type LiveMessage = {
  assigneeIds: string[];
  matterId: string | null;
  taskId: string | null;
  commandId: string | null;
};

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

/** One connection that listens for all pages of this process. Pages that missed something poll anyway. */
export function createLiveHub(databaseUrl: string, log: Pick<Log, 'warn'>): LiveHub {
  const listeners = new Set<(message: LiveMessage) => void>();
  const closing = new AbortController();

  const listener = startListener({
    databaseUrl,
    channel: 'live',
    onNotice(payload) {
      const message = parse(payload);
      if (message) for (const tell of listeners) tell(message);
    },
    log,
  });

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
      await listener.stop();
    },
  };
}

function parse(payload: string): LiveMessage | null {
  try {
    const value = JSON.parse(payload) as Partial<LiveMessage>;
    if (!Array.isArray(value.assigneeIds)) return null;
    return {
      assigneeIds: value.assigneeIds,
      matterId: value.matterId ?? null,
      taskId: value.taskId ?? null,
      commandId: value.commandId ?? null,
    };
  } catch {
    return null;
  }
}
