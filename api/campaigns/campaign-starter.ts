import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { listRunningCampaignIds } from '#persistence/campaigns/campaigns.queries.ts';
import { listRunningMoveIds } from '#persistence/rule-sets/rule-set-moves.queries.ts';
import type { Dependencies } from '../http/context.ts';

const PAUSE_MS = 5000;

type Starter = Pick<Dependencies, 'orm' | 'engine' | 'log'>;

/**
 * Sees to it that every opening and every move of cycles in state 'running' has its workflow: one that was written while the engine
 * was away, or by a seeder, starts as soon as it can. Starting one that runs does nothing.
 */
export async function keepCampaignsStarted({ orm, engine, log }: Starter, signal: AbortSignal): Promise<void> {
  const started = new Set<string>();
  while (!signal.aborted) {
    try {
      const em = orm.em.fork() as EntityManager;
      await startAll(await listRunningCampaignIds(em), (id) => engine.startCampaign(id), 'an opening has its workflow');
      await startAll(await listRunningMoveIds(em), (id) => engine.startMove(id), 'a move of cycles has its workflow');
    } catch (error) {
      log.warn({ err: error }, 'openings wait for the engine');
    }
    await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
  }

  async function startAll(ids: readonly string[], start: (id: string) => Promise<void>, text: string): Promise<void> {
    for (const id of ids.filter((one) => !started.has(one))) {
      await start(id);
      started.add(id);
      log.info({ id }, text);
    }
  }
}
