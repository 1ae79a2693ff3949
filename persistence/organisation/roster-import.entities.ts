import { defineEntity, p } from '@mikro-orm/core';
import type { RosterProblem, RosterRow } from '#domain/organisation/roster-row.ts';

/**
 * An uploaded roster and what was done with it. A worker that has it in work renews `claimedUntil`; when that passes,
 * another one goes on with it.
 */
export const RosterImportSchema = defineEntity({
  name: 'RosterImport',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    fileName: p.text(),
    format: p.text().$type<'csv' | 'xlsx'>(),
    sizeBytes: p.bigint(),
    uploadedById: p.uuid(),
    uploadedAt: p.datetime().defaultRaw('now()'),
    unitIds: p.array<string>().columnType('uuid[]').nullable(),
    postsFrom: p.date(),
    state: p.text().$type<'waiting' | 'working' | 'checked' | 'applied' | 'failed'>().default('waiting'),
    want: p.text().$type<'check' | 'apply'>().default('check'),
    phase: p.text().$type<'reading' | 'checking' | 'applying'>().default('reading'),
    parsedAt: p.datetime().nullable(),
    totalRows: p.integer().default(0),
    doneRows: p.integer().default(0),
    failure: p.text().nullable(),
    failureDetail: p.json<Record<string, unknown>>().nullable(),
    checkedAt: p.datetime().nullable(),
    appliedAt: p.datetime().nullable(),
    appliedById: p.uuid().nullable(),
    claimedUntil: p.datetime().nullable(),
    attempts: p.integer().default(0),
  },
});
export class RosterImport extends RosterImportSchema.class {}
RosterImportSchema.setClass(RosterImport);

/** One row of an uploaded roster: its cells, what is wrong with them, and what becomes of the person. */
export const RosterImportRowSchema = defineEntity({
  name: 'RosterImportRow',
  properties: {
    importId: p.uuid().primary(),
    number: p.integer().primary(),
    cells: p.json<RosterRow>(),
    originalCells: p.json<RosterRow>().nullable(),
    state: p.text().$type<'new' | 'ready' | 'held' | 'refused' | 'applied'>().default('new'),
    problems: p.json<RosterProblem[]>(),
    unitId: p.uuid().nullable(),
    confirmedById: p.uuid().nullable(),
    confirmedAt: p.datetime().nullable(),
    correctedById: p.uuid().nullable(),
    correctedAt: p.datetime().nullable(),
    change: p.text().$type<'added' | 'changed' | 'ended' | 'unchanged'>().nullable(),
    changes: p.json<unknown>().nullable(),
    employeeId: p.uuid().nullable(),
    positionId: p.uuid().nullable(),
    isNewPosition: p.boolean().nullable(),
    hasNewSuperior: p.boolean().nullable(),
    facts: p.json<unknown>().nullable(),
    appliedAt: p.datetime().nullable(),
  },
});
class RosterImportRow extends RosterImportRowSchema.class {}
RosterImportRowSchema.setClass(RosterImportRow);
