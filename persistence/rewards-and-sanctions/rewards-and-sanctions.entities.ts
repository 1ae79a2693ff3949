import { defineEntity, p } from '@mikro-orm/core';

/** What followed a final result: a reward proposal, guidance, an improvement plan or its conclusion. */
export const FollowUpRecordSchema = defineEntity({
  name: 'FollowUpRecord',
  tableName: 'follow_up',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    kind: p.text().$type<'rewardProposal' | 'guidance' | 'improvementPlan' | 'improvementConclusion'>(),
    content: p.json<Record<string, unknown>>(),
    outcome: p.text().nullable(),
    recordedAt: p.datetime(),
    recordedById: p.uuid(),
    onBehalfOfPositionId: p.uuid().nullable(),
    reviewAt: p.datetime().nullable(),
  },
});
export class FollowUpRecord extends FollowUpRecordSchema.class {}
FollowUpRecordSchema.setClass(FollowUpRecord);
