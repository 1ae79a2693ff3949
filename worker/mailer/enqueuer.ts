import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { dropStale, listWaiting } from '#persistence/notifications/outbox.repository.ts';
import { startListener } from '#persistence/listener.ts';
import type { Orm } from '#persistence/orm.ts';
import { MAIL_POLICY } from './mails/registry.ts';
import type { MailQueue } from './queue.ts';

export type EnqueuerOptions = {
  orm: Orm;
  databaseUrl: string;
  queue: MailQueue;
  /** Called before claims are settled: mails still being sent here are not lost, however long the database was away. */
  renewClaims: () => Promise<void>;
  log: Logger;
  pollMs: number;
  digestHoldMs: number;
  staleAfterMs: number;
};

/** Mails handed to the queue at a time. When it is full only mails that somebody waits for are added; they overtake the others. */
const batchSize = 500;
/** Many notices in a row are answered by one look. */
const shortestPauseMs = 100;

/**
 * Brings waiting mails from the outbox to the queue: at once when `outbox` is notified, and every few seconds because notices get lost.
 * The same look settles claims of mailers that died. Several mailers may do so side by side.
 */
export function startEnqueuer(options: EnqueuerOptions): { onDrained(): void; stop(): Promise<void> } {
  const { orm, queue, log, pollMs } = options;
  let isStopping = false;
  let hasMore = false;
  let nudge = new AbortController();
  const wake = () => nudge.abort();

  const look = async (): Promise<void> => {
    await options.renewClaims();
    const em = orm.em.fork();
    const settled = await dropStale(em, MAIL_POLICY, options.staleAfterMs);
    if (settled.waiting + settled.dropped > 0) log.warn(settled, 'settled mails of a mailer that stopped');
    const isFull = (await queue.countWaiting()) >= batchSize;
    const mails = await listWaiting(em, {
      policy: MAIL_POLICY,
      limit: batchSize,
      digestHoldMs: options.digestHoldMs,
      requeueAfterMs: options.staleAfterMs / 2,
      onlyAwaited: isFull,
    });
    hasMore = isFull || mails.length > 0;
    await queue.add(mails);
  };

  const run = async (): Promise<void> => {
    while (!isStopping) {
      nudge = new AbortController();
      const { signal } = nudge;
      await look().catch((error: unknown) => log.warn({ err: error }, 'cannot look for waiting mails'));
      if (!isStopping) await sleep(shortestPauseMs);
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
    }
  };

  const running = run();
  const listener = startListener({
    databaseUrl: options.databaseUrl,
    channel: 'outbox',
    onNotice: wake,
    onConnect: wake,
    log,
  });
  return {
    onDrained() {
      if (hasMore) wake();
    },
    async stop() {
      isStopping = true;
      wake();
      await Promise.all([listener.stop(), running]);
    },
  };
}
