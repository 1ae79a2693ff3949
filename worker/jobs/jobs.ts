import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, runMigrations, withBackend } from 'bullmq';
import pg from 'pg';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { applyDueAct, dueActs } from '#persistence/organisation/personnel-acts.repository.ts';
import { startListener } from '#persistence/listener.ts';
import type { Orm } from '#persistence/orm.ts';
import { importsToDo } from '#persistence/organisation/roster-import.repository.ts';
import { runImport } from './import-runner.ts';

const { Queue, Worker } = withBackend(createPostgresBackend);
const SCHEMA = 'bullmq';
const QUEUE = 'jobs';
const TURN_MS = 60_000;

/** Kinds of work that wait in their own tables: what there is to do, and how one is done. Both may be repeated at any moment. */
type Kind = {
  toDo(em: EntityManager, now: Date): Promise<string[]>;
  work(context: Context, id: string): Promise<void>;
};
type Context = { orm: Orm; databaseUrl: string; stopping: AbortSignal };
const KINDS: Readonly<Record<string, Kind>> = {
  rosterImport: { toDo: importsToDo, work: ({ databaseUrl, stopping }, id) => runImport(databaseUrl, id, stopping) },
  personnelAct: { toDo: dueActs, work: ({ orm }, id) => applyDueAct(orm, id, new Date()) },
};

type Job = { kind: string; id: string };

export type JobsOptions = { orm: Orm; databaseUrl: string; log: Logger; pollMs?: number; concurrency?: number };

/**
 * Does what waits for no person: roster imports, and acts of the personnel administration whose day has come. The tables
 * are the truth; a job in the queue is a hint to look at a row, one that is lost is added again, one too many finds nothing
 * to do. Any number of workers may run at the same time.
 */
export async function startJobs({
  orm,
  databaseUrl,
  log,
  pollMs = 5_000,
  concurrency = 2,
}: JobsOptions): Promise<{ stop(): Promise<void> }> {
  await prepare(databaseUrl);
  const connection = (max: number) => ({
    connectionString: databaseUrl,
    schema: SCHEMA,
    migrate: true,
    max,
    keepAlive: true,
  });
  const onError = (error: Error): void => log.warn({ err: error }, 'job queue');
  const queue = new Queue<Job>(QUEUE, { connection: connection(2) });
  const stopping = new AbortController();
  const context = { orm, databaseUrl, stopping: stopping.signal };
  const worker = new Worker<Job>(QUEUE, ({ data }) => KINDS[data.kind]!.work(context, data.id), {
    connection: connection(2),
    concurrency,
    lockDuration: TURN_MS,
    stalledInterval: 15_000,
    maxStalledCount: 1_000,
    drainDelay: 5,
    runRetryDelay: 2_000,
  });
  queue.on('error', onError);
  worker.on('error', onError);
  worker.on('failed', (job, error) => log.error({ err: error, job: job?.data }, 'a job failed and is tried again'));
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

  let isStopping = false;
  let nudge = new AbortController();
  const look = async (): Promise<void> => {
    for (const [kind, { toDo }] of Object.entries(KINDS)) {
      const ids = await toDo(orm.em.fork(), new Date());
      // One hint per row is enough while the work is under way. The turn in its id: a job that got stuck does not keep its
      // row from being looked at again.
      const turn = Math.floor(Date.now() / TURN_MS);
      if (ids.length)
        await queue.addBulk(
          ids.map((id) => ({
            name: kind,
            data: { kind, id },
            opts: { jobId: `${kind}-${id}-${turn}`, removeOnComplete: true, removeOnFail: true },
          })),
        );
    }
  };
  const running = (async () => {
    while (!isStopping) {
      nudge = new AbortController();
      await look().catch((error: unknown) => log.warn({ err: error }, 'cannot look for jobs'));
      await sleep(isStopping ? 0 : pollMs, undefined, { signal: nudge.signal }).catch(() => undefined);
    }
  })();
  const wake = (): void => nudge.abort();
  const listener = startListener({ databaseUrl, channel: 'jobs', onNotice: wake, onConnect: wake, log });

  return {
    async stop() {
      isStopping = true;
      // An import that is under way ends here; another worker goes on with it.
      stopping.abort();
      nudge.abort();
      await Promise.all([listener.stop(), running]);
      await worker.close();
      await queue.close();
    },
  };
}

/** Makes BullMQ's tables; another process may make them at the same moment. */
async function prepare(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await runMigrations(client, SCHEMA);
        return;
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(500 * attempt);
      }
    }
  } finally {
    await client.end();
  }
}
