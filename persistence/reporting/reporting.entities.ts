import { defineEntity, p } from '@mikro-orm/core';
import type { ReportDocument } from '#domain/reporting/report-document.ts';

/** One submission round of a periodic report, kept as it was submitted, with its decision. */
export const ReportSchema = defineEntity({
  name: 'Report',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    periodNo: p.integer(),
    round: p.integer(),
    state: p.text().$type<'submitted' | 'returned' | 'accepted'>(),
    content: p.json<ReportDocument>(),
    submittedAt: p.datetime(),
    submittedById: p.uuid(),
    isLate: p.boolean().default(false),
    decidedAt: p.datetime().nullable(),
    decidedById: p.uuid().nullable(),
    onBehalfOfPositionId: p.uuid().nullable(),
    reason: p.text().nullable(),
  },
});
export class Report extends ReportSchema.class {}
ReportSchema.setClass(Report);

/** A file that proves a realisation; the bytes lie in the evidence store under `storageKey`. */
export const EvidenceSchema = defineEntity({
  name: 'Evidence',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid(),
    employeeId: p.uuid(),
    periodNo: p.integer(),
    indicatorId: p.text().nullable(),
    fileName: p.text(),
    mediaType: p.text(),
    sizeBytes: p.bigint('number'),
    sha256: p.text(),
    storageKey: p.text(),
    uploadedAt: p.datetime().defaultRaw('now()'),
    removedAt: p.datetime().nullable(),
  },
});
export class Evidence extends EvidenceSchema.class {}
EvidenceSchema.setClass(Evidence);
