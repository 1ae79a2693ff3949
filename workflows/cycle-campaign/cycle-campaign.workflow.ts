import { allHandlersFinished, condition, continueAsNew, proxyActivities, setHandler } from '@temporalio/workflow';
import type { CampaignActivities } from '#activities/campaigns/campaign.contract.ts';
import { ACTIVITY_QUEUE } from '#domain/process/names.ts';
import type { CommandReply } from '#domain/process/reply.ts';
import { campaignProgress, pauseCampaign, resumeCampaign, type CycleCampaignInput } from './cycle-campaign.messages.ts';

const activities = proxyActivities<CampaignActivities>({
  taskQueue: ACTIVITY_QUEUE,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '30 seconds' },
});

/** Rows are written in sets of a few seconds' worth, hundreds at most; the runs are started one by one at the campaign's rate. */
const SECONDS_PER_SET = 4;
const LARGEST_SET = 400;
/** Batches in one run before it continues as a new one. */
const BATCHES_PER_RUN = 100;

/** Opens a year for a unit and all below it: one cycle per employee, at a bounded rate, from where it stopped. */
export async function cycleCampaign({ campaignId, after = null, isPaused = false }: CycleCampaignInput): Promise<void> {
  let isFinished = false;
  let position = after;
  let paused = isPaused;
  setHandler(campaignProgress, () => ({ after: position, isPaused: paused, isFinished }));
  setHandler(pauseCampaign, () => setPaused(true));
  setHandler(resumeCampaign, () => setPaused(false));

  const { ratePerSecond } = await activities.planCampaign(campaignId);
  const size = Math.min(LARGEST_SET, ratePerSecond * SECONDS_PER_SET);
  for (let batches = 0; batches < BATCHES_PER_RUN; batches += 1) {
    await condition(() => !paused);
    const batch = await activities.startBatch({ campaignId, after: position, size, at: Date.now() });
    position = batch.after;
    if (batch.isLast) {
      await activities.finishCampaign(campaignId);
      isFinished = true;
      await condition(allHandlersFinished);
      return;
    }
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof cycleCampaign>({ campaignId, after: position, isPaused: paused });

  async function setPaused(value: boolean): Promise<CommandReply> {
    if (isFinished) return { kind: 'refused', code: 'campaign.notOpen' };
    paused = value;
    await activities.setCampaignState({ campaignId, state: value ? 'paused' : 'running' });
    return { kind: 'applied', at: Date.now() };
  }
}
