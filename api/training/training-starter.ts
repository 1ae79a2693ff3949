import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { listRunningEventIds } from '#persistence/training/training.queries.ts';
import type { Dependencies } from '../http/context.ts';

const PAUSE_MS = 5000;

/** Sees to it that every published event has its workflow: one written while the engine was away, or by a seeder, starts as soon as it can. */
export async function keepTrainingsStarted(
  { orm, engine, log }: Pick<Dependencies, 'orm' | 'engine' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const started = new Set<string>();
  while (!signal.aborted) {
    try {
      const running = await listRunningEventIds(orm.em.fork() as EntityManager);
      for (const id of running.filter((eventId) => !started.has(eventId))) {
        await engine.startTrainingEvent(id);
        started.add(id);
        log.info({ eventId: id }, 'a training has its workflow');
      }
    } catch (error) {
      log.warn({ err: error }, 'trainings wait for the engine');
    }
    await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}
