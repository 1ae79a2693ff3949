import { defineEntity, p } from '@mikro-orm/core';
import type { GuidelineContent, GuidelineStatus } from '#domain/guidelines/guideline.ts';

/** One version of a guideline. Number, year, title and kind are kept beside the content by the database, to search in. */
export const GuidelineVersionSchema = defineEntity({
  name: 'GuidelineVersion',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    guidelineId: p.uuid(),
    version: p.integer(),
    status: p.text().$type<GuidelineStatus>().default('draf'),
    content: p.json<GuidelineContent>(),
    edit: p.integer().default(1),
    returnedReason: p.text().nullable(),
    /** What it said when it was returned. */
    returnedContent: p.json<GuidelineContent>().nullable(),
    approvedAt: p.datetime().nullable(),
    effectiveAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    endedById: p.uuid().nullable(),
    createdById: p.uuid().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedById: p.uuid().nullable(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});
export class GuidelineVersion extends GuidelineVersionSchema.class {}
GuidelineVersionSchema.setClass(GuidelineVersion);

/** Somebody who must read a version, when they were told of it, and when they said that they have. */
export const GuidelineReaderSchema = defineEntity({
  name: 'GuidelineReader',
  properties: {
    versionId: p.uuid().primary(),
    employeeId: p.uuid().primary(),
    announcedAt: p.datetime(),
    dueAt: p.datetime(),
    remindAt: p.array((text) => new Date(text)).columnType('timestamptz[]'),
    level: p.integer().default(0),
    nextStepAt: p.datetime().nullable(),
    /** When their superior hears that they have not read it; null when nobody does, or has. */
    superiorAt: p.datetime().nullable(),
    acknowledgedAt: p.datetime().nullable(),
  },
});
export class GuidelineReader extends GuidelineReaderSchema.class {}
GuidelineReaderSchema.setClass(GuidelineReader);
