import { defineEntity, p } from '@mikro-orm/core';
import type { ProcedureKind, ProcedureOutcome } from '#domain/process/procedures.ts';

/**
 * An administrative matter other than a cycle. Only its workflow changes it, through its activities: `seq` counts its steps,
 * `gen` fences off a run that was replaced. `employeeId` is the person it concerns, or who opened it; `subjectId` what it is about.
 */
export const ProcedureSchema = defineEntity({
  name: 'Procedure',
  properties: {
    id: p.uuid().primary(),
    kind: p.text().$type<ProcedureKind>(),
    subject: p.text(),
    subjectId: p.uuid().nullable(),
    unitId: p.uuid(),
    employeeId: p.uuid(),
    openedById: p.uuid(),
    workflowId: p.text().unique(),
    workflowBuild: p.text().nullable(),
    timeZone: p.text(),
    ruleSetId: p.uuid(),
    stage: p.text().default('new'),
    state: p.text().$type<'starting' | 'running' | 'finished'>().default('starting'),
    outcome: p.text().$type<ProcedureOutcome>().nullable(),
    seq: p.integer().default(0),
    gen: p.integer().default(1),
    auditNumber: p.integer().default(0),
    auditHash: p.text().default(''),
    data: p.json<Record<string, unknown>>(),
    openedAt: p.datetime().defaultRaw('clock_timestamp()'),
    effectiveAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
});
export class Procedure extends ProcedureSchema.class {}
ProcedureSchema.setClass(Procedure);
