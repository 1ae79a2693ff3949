import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import type { Logger } from 'pino';
import type { WaitingMail } from '#persistence/notifications/outbox.repository.ts';

export type MailQueue = {
  add(mails: readonly WaitingMail[]): Promise<void>;
  countWaiting(): Promise<number>;
  /** Waits for the mails in work, then closes all connections. */
  close(): Promise<void>;
};

export type MailQueueOptions = {
  databaseUrl: string;
  concurrency: number;
  deliver: (outboxId: string) => Promise<void>;
  /** Called when the queue ran empty. */
  onDrained: () => void;
  log: Logger;
};

const { Queue, Worker } = withBackend(createPostgresBackend);

const schema = 'bullmq';
const queueName = 'mail';

/** BullMQ's tables hold nothing that the outbox does not know: they can be emptied or dropped at any moment. */
type MailJob = { outboxId: string };

/**
 * Opens the queue that spreads mails over the mailers, and this mailer's worker. A job is no more than a hint to look at a row: one too many
 * finds the row taken, one that gets lost is added again.
 */
export async function openMailQueue({
  databaseUrl,
  concurrency,
  deliver,
  onDrained,
  log,
}: MailQueueOptions): Promise<MailQueue> {
  await prepareSchema(databaseUrl, log);
  const connection = (max: number) => ({ connectionString: databaseUrl, schema, migrate: true, max, keepAlive: true });
  const onError = (error: Error) => log.warn({ err: error }, 'mail queue');

  const queue = new Queue<MailJob>(queueName, { connection: connection(2) });
  queue.on('error', onError);
  const worker = new Worker<MailJob>(queueName, ({ data }) => deliver(data.outboxId), {
    connection: connection(2),
    concurrency,
    // A mailer that dies leaves its jobs to the others; what counts is the claim in the outbox, so there is no limit to that.
    lockDuration: 60_000,
    stalledInterval: 30_000,
    maxStalledCount: 1_000,
    drainDelay: 5,
    runRetryDelay: 2_000,
  });
  worker.on('error', onError);
  worker.on('failed', (job, error) => log.error({ err: error, outboxId: job?.data.outboxId }, 'delivery failed'));
  worker.on('drained', onDrained);
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

  return {
    async add(mails) {
      if (mails.length === 0) return;
      try {
        await queue.addBulk(mails.map(jobOf));
      } catch (error) {
        if (isMissing(error)) await prepareSchema(databaseUrl, log);
        throw error;
      }
    },
    countWaiting: () => queue.getJobCountByTypes('waiting', 'prioritized').catch(() => 0),
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

/** The id keeps a mail from being queued twice in one turn; a job that got stuck does not keep its mail from being queued in the next. */
function jobOf({ outboxId, turn, isAwaited }: WaitingMail) {
  return {
    name: 'send',
    data: { outboxId },
    // Jobs without a priority are taken before all that have one.
    opts: {
      jobId: `${outboxId}-${turn}`,
      removeOnComplete: true,
      removeOnFail: true,
      ...(!isAwaited && { priority: 1 }),
    },
  };
}

/** Makes BullMQ's tables; remains that do not fit together are thrown away. */
async function prepareSchema(databaseUrl: string, log: Logger): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', (error) => log.warn({ err: error }, 'mail queue'));
  await client.connect();
  try {
    await runMigrations(client, schema).catch(async (error: unknown) => {
      if (!isDuplicate(error)) throw error;
      log.warn('the tables of the mail queue do not fit together and are made anew');
      await client.query(`drop schema if exists ${pg.escapeIdentifier(schema)} cascade`);
      await runMigrations(client, schema);
    });
  } finally {
    await client.end();
  }
}

const codeOf = (error: unknown) => (error as { code?: string }).code ?? '';
/** No such table, function or schema. */
const isMissing = (error: unknown) => ['42P01', '42883', '3F000'].includes(codeOf(error));
/** A table, function or other object is there already. */
const isDuplicate = (error: unknown) => ['42P07', '42710', '42723'].includes(codeOf(error));
