import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { CommandReply } from '#domain/process/reply.ts';

/** Starts one cycle per employee of a unit; `after` is the keyset position after continue-as-new. */
export type CycleCampaignInput = { campaignId: string; after?: string | null; isPaused?: boolean };

export const pauseCampaign = defineUpdate<CommandReply, [{ commandId: string }]>('pauseCampaign');
export const resumeCampaign = defineUpdate<CommandReply, [{ commandId: string }]>('resumeCampaign');
export const campaignProgress = defineQuery<{ after: string | null; isPaused: boolean; isFinished: boolean }>(
  'campaignProgress',
);
