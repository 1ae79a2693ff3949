import { defineEntity, p } from '@mikro-orm/core';

/** The opening of a year for a unit and all below it. */
export const CampaignSchema = defineEntity({
  name: 'Campaign',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    year: p.integer(),
    unitId: p.uuid(),
    ruleSetId: p.uuid(),
    state: p.text().$type<'running' | 'paused' | 'finished'>().default('running'),
    ratePerSecond: p.integer().default(50),
    total: p.integer().default(0),
    started: p.integer().default(0),
    skipped: p.integer().default(0),
    refused: p.integer().default(0),
    workflowId: p.text().unique(),
    openedById: p.uuid().nullable(),
    openedAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
});
export class Campaign extends CampaignSchema.class {}
CampaignSchema.setClass(Campaign);

/** An employee for whom no cycle can be opened, and why. */
export const CampaignRefusalSchema = defineEntity({
  name: 'CampaignRefusal',
  properties: { campaignId: p.uuid().primary(), employeeId: p.uuid().primary(), code: p.text() },
});
export class CampaignRefusal extends CampaignRefusalSchema.class {}
CampaignRefusalSchema.setClass(CampaignRefusal);
