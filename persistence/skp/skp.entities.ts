import { defineEntity, p } from '@mikro-orm/core';
import type { SkpDocument } from '#domain/skp/skp-document.ts';

/** What somebody is still writing: saved at every pause, with an optimistic version. It never touches a workflow. */
export const DraftSchema = defineEntity({
  name: 'Draft',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    employeeId: p.uuid(),
    kind: p.text().$type<'skp' | 'report' | 'selfAssessment'>(),
    periodNo: p.integer().default(0),
    version: p.integer().default(1),
    content: p.json<unknown>(),
    updatedAt: p.datetime().defaultRaw('now()'),
    updatedById: p.uuid(),
  },
});
class Draft extends DraftSchema.class {}
DraftSchema.setClass(Draft);

/** One submission round of an SKP, kept as it was submitted, with its decision. */
export const SkpSchema = defineEntity({
  name: 'Skp',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    round: p.integer(),
    state: p.text().$type<'submitted' | 'returned' | 'established'>(),
    content: p.json<SkpDocument>(),
    submittedAt: p.datetime(),
    submittedById: p.uuid(),
    isLate: p.boolean().default(false),
    decidedAt: p.datetime().nullable(),
    decidedById: p.uuid().nullable(),
    onBehalfOfPositionId: p.uuid().nullable(),
    reason: p.text().nullable(),
  },
});
export class Skp extends SkpSchema.class {}
SkpSchema.setClass(Skp);
