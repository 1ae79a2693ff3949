import { defineEntity, p } from '@mikro-orm/core';
import type { Predikat, Rating } from '#domain/appraisal/predikat.ts';

/** The appraisal of a cycle: the self-assessment, the delivery of the result and the objection against it. */
export const AppraisalSchema = defineEntity({
  name: 'Appraisal',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid().unique(),
    selfAssessment: p.json<{ text: string }>().nullable(),
    selfAssessedAt: p.datetime().nullable(),
    isSelfAssessmentLate: p.boolean().default(false),
    deliveredAt: p.datetime().nullable(),
    objectionUntil: p.datetime().nullable(),
    acknowledgedAt: p.datetime().nullable(),
    objection: p.json<{ reason: string }>().nullable(),
    objectedAt: p.datetime().nullable(),
    isFinal: p.boolean().default(false),
  },
});
export class Appraisal extends AppraisalSchema.class {}
AppraisalSchema.setClass(Appraisal);

/** One result of an appraisal. An objection adds a second one; the first is kept. */
export const AppraisalResultSchema = defineEntity({
  name: 'AppraisalResult',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    number: p.integer(),
    origin: p.text().$type<'rating' | 'objection'>(),
    hasilKerja: p.text().$type<Rating>(),
    perilaku: p.text().$type<Rating>(),
    predikat: p.text().$type<Predikat>(),
    notes: p.text().default(''),
    decidedAt: p.datetime(),
    decidedById: p.uuid(),
    onBehalfOfPositionId: p.uuid().nullable(),
  },
});
export class AppraisalResult extends AppraisalResultSchema.class {}
AppraisalResultSchema.setClass(AppraisalResult);
