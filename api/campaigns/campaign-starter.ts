import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { listRunningCampaignIds } from '#persistence/campaigns/campaigns.queries.ts';
import type { Dependencies } from '../http/context.ts';

const PAUSE_MS = 5000;

/**
 * Sees to it that every opening in state 'running' has its workflow: one that was written while the engine was away, or by
 * a seeder, starts as soon as it can. Starting one that runs does nothing.
 */
export async function keepCampaignsStarted({ orm, engine, log }: Pick<Dependencies, 'orm' | 'engine' | 'log'>, signal: AbortSignal): Promise<void> {
  const started = new Set<string>();
  while (!signal.aborted) {
    try {
      const open = await listRunningCampaignIds(orm.em.fork() as EntityManager);
      for (const id of open.filter((campaignId) => !started.has(campaignId))) {
        await engine.startCampaign(id);
        started.add(id);
        log.info({ campaignId: id }, 'an opening has its workflow');
      }
    } catch (error) {
      log.warn({ err: error }, 'openings wait for the engine');
    }
    await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}
