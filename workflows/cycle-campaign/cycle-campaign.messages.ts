import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** Workflow type and task queue; neither is ever renamed. Bulk work has a queue of its own, so that it never starves people. */
export const CYCLE_CAMPAIGN = 'cycleCampaign';
export const CAMPAIGN_QUEUE = 'operations';

/** The workflow id of a campaign. */
export const campaignWorkflowId = (campaignId: string): string => `campaign-${campaignId}`;

/** Starts one cycle per employee of a unit; `after` is the keyset position after continue-as-new. */
export type CycleCampaignInput = { campaignId: string; after?: string | null; isPaused?: boolean };

export const pauseCampaign = defineUpdate<boolean, []>('pauseCampaign');
export const resumeCampaign = defineUpdate<boolean, []>('resumeCampaign');
export const campaignProgress = defineQuery<{ after: string | null; isPaused: boolean; isFinished: boolean }>(
  'campaignProgress',
);
