import { defineEntity, p } from '@mikro-orm/core';
import type { CycleStage } from '#domain/process/tasks.ts';

/** The move of running cycles to another rule set: an act with a reason, whose scope is fixed when it begins. */
export const RuleSetMoveSchema = defineEntity({
  name: 'RuleSetMove',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    ruleSetId: p.uuid(),
    /** Only cycles that are on this rule set; null: on any other than the target. */
    fromRuleSetId: p.uuid().nullable(),
    unitId: p.uuid(),
    stage: p.text().$type<CycleStage>().nullable(),
    reason: p.text(),
    state: p.text().$type<'running' | 'paused' | 'finished'>().default('running'),
    ratePerSecond: p.integer().default(20),
    isPlanned: p.boolean().default(false),
    workflowId: p.text().unique(),
    openedById: p.uuid(),
    openedAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
});
export class RuleSetMove extends RuleSetMoveSchema.class {}
RuleSetMoveSchema.setClass(RuleSetMove);

/** One cycle of a move. `sent`: its workflow was told; `moved` is written by the step that moved it. */
export const RuleSetMoveItemSchema = defineEntity({
  name: 'RuleSetMoveItem',
  properties: {
    moveId: p.uuid().primary(),
    cycleId: p.uuid().primary(),
    factId: p.uuid().unique(),
    fromRuleSetId: p.uuid(),
    state: p.text().$type<'planned' | 'sent' | 'moved' | 'refused'>().default('planned'),
    code: p.text().nullable(),
    dates: p.integer().nullable(),
    sentAt: p.datetime().nullable(),
    settledAt: p.datetime().nullable(),
  },
});
export class RuleSetMoveItem extends RuleSetMoveItemSchema.class {}
RuleSetMoveItemSchema.setClass(RuleSetMoveItem);
