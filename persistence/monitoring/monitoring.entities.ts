import { defineEntity, p } from '@mikro-orm/core';

/** Strengths, weaknesses and proposed improvements that close a year's appraisal. */
export const EvaluationSchema = defineEntity({
  name: 'Evaluation',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid().unique(),
    strengths: p.array().columnType('text[]'),
    weaknesses: p.array().columnType('text[]'),
    improvements: p.array().columnType('text[]'),
    recordedAt: p.datetime(),
    recordedById: p.uuid(),
    onBehalfOfPositionId: p.uuid().nullable(),
  },
});
export class Evaluation extends EvaluationSchema.class {}
EvaluationSchema.setClass(Evaluation);
