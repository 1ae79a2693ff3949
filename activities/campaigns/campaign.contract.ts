export type CampaignBatch = {
  after: string | null;
  started: number;
  skipped: number;
  refused: number;
  isLast: boolean;
};

export type CampaignActivities = {
  /** Counts whom the campaign concerns and starts a compressed calendar's clock; returns the rate of starts per second. */
  planCampaign(campaignId: string): Promise<{ ratePerSecond: number }>;
  /** Starts the cycles of the next employees after a keyset position. Their posts are those of the day at `at`, epoch milliseconds. Harmless when repeated. */
  startBatch(input: { campaignId: string; after: string | null; size: number; at: number }): Promise<CampaignBatch>;
  finishCampaign(campaignId: string): Promise<void>;
  setCampaignState(input: { campaignId: string; state: 'running' | 'paused' }): Promise<void>;
};
