import { defineEntity, p } from '@mikro-orm/core';
import type { RuleSet as RuleSetData } from '#domain/rule-sets/rule-set.ts';

/** A rule set in force between two dates; running cycles stay pinned to the row they started with. */
export const RuleSetSchema = defineEntity({
  name: 'RuleSet',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    code: p.text().unique(),
    name: p.text(),
    validFrom: p.date(),
    validTo: p.date().nullable(),
    data: p.json<RuleSetData>(),
    /** Versions of one series follow one another in time; a rule set without one is a series of its own, named by its code. */
    series: p.text().nullable(),
    basedOnId: p.uuid().nullable(),
    publishedAt: p.datetime().nullable(),
    publishedById: p.uuid().nullable(),
  },
});
export class RuleSet extends RuleSetSchema.class {}
RuleSetSchema.setClass(RuleSet);

/** A national holiday or a day of joint leave (SKB 3 Menteri). */
export const HolidaySchema = defineEntity({
  name: 'Holiday',
  properties: {
    heldOn: p.date().primary(),
    name: p.text().primary(),
    kind: p.text().$type<'libur' | 'cuti bersama'>(),
  },
});
export class Holiday extends HolidaySchema.class {}
HolidaySchema.setClass(Holiday);
