import { defineEntity, p } from '@mikro-orm/core';
import type { FollowUp } from '#domain/rewards-and-sanctions/follow-up.ts';

/** What only the year of one employee has (employee × position segment × year); the rest is its matter's, under the same id. */
export const CycleSchema = defineEntity({
  name: 'Cycle',
  properties: {
    id: p.uuid().primary(),
    campaignId: p.uuid().nullable(),
    employeeId: p.uuid(),
    positionId: p.uuid(),
    superiorPositionId: p.uuid().nullable(),
    superiorOfSuperiorPositionId: p.uuid().nullable(),
    year: p.integer(),
    segment: p.integer().default(1),
    startsOn: p.date(),
    endsOn: p.date(),
    finalPredikat: p.text().nullable(),
    followUp: p.text().$type<FollowUp>().nullable(),
  },
});
export class Cycle extends CycleSchema.class {}
CycleSchema.setClass(Cycle);

/** A report period of a cycle: its legal dates and the instants at which it opens and is due. */
export const PeriodSchema = defineEntity({
  name: 'Period',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    number: p.integer(),
    startsOn: p.date(),
    endsOn: p.date(),
    opensAt: p.datetime(),
    dueAt: p.datetime(),
    state: p.text().$type<'upcoming' | 'open' | 'submitted' | 'accepted' | 'lapsed'>().default('upcoming'),
    isLate: p.boolean().default(false),
  },
});
export class Period extends PeriodSchema.class {}
PeriodSchema.setClass(Period);
