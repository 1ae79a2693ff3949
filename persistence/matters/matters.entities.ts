import { defineEntity, p } from '@mikro-orm/core';
import type { AgendaItem, MatterProcess } from '#domain/process/matter.ts';
import type { Decision, MatterKind, Stage, TaskKind } from '#domain/process/tasks.ts';

/**
 * Whatever people decide step by step. Only its workflow changes it, through its activities: `seq` counts its steps, `gen` fences off a run that
 * was replaced, `process` and `agenda` are what a run goes on from. `employeeId` is the person it concerns, or who opened it; `subjectId` what
 * it is about; `reportsToId` the matter that waits for its outcome.
 */
export const MatterSchema = defineEntity({
  name: 'Matter',
  properties: {
    id: p.uuid().primary(),
    kind: p.text().$type<MatterKind>(),
    subject: p.text().nullable(),
    subjectId: p.uuid().nullable(),
    employeeId: p.uuid(),
    unitId: p.uuid(),
    openedById: p.uuid().nullable(),
    reportsToId: p.uuid().nullable(),
    ruleSetId: p.uuid(),
    timeZone: p.text(),
    workflowId: p.text().unique(),
    workflowBuild: p.text().nullable(),
    stage: p.text().default('new'),
    state: p.text().$type<'starting' | 'running' | 'finished'>().default('starting'),
    outcome: p.text().nullable(),
    seq: p.integer().default(0),
    gen: p.integer().default(1),
    process: p.json<MatterProcess>(),
    agenda: p.json<AgendaItem[]>(),
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
export class Matter extends MatterSchema.class {}
MatterSchema.setClass(Matter);

/**
 * A human task: who is waited for (a position, an employee or a desk), since when, until when, and how far its reminder and escalation ladder
 * has come. `barredIds` may not decide it, whatever desk they sit at; `senderId` is whose decision opened it and may take that back while nobody has
 * decided. `responsiblePositionId` is the position whose superior hears of lateness.
 */
export const TaskSchema = defineEntity({
  name: 'Task',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    matterId: p.uuid(),
    kind: p.text().$type<TaskKind>(),
    strand: p.text(),
    slot: p.text(),
    round: p.integer(),
    stage: p.text().$type<Stage>(),
    employeeId: p.uuid(),
    unitId: p.uuid(),
    ruleSetId: p.uuid(),
    periodNo: p.integer().nullable(),
    senderId: p.uuid().nullable(),
    assigneeKind: p.text().$type<'position' | 'employee' | 'desk'>(),
    assigneeId: p.uuid(),
    responsiblePositionId: p.uuid().nullable(),
    isOwnTask: p.boolean().default(false),
    barredIds: p.array().columnType('uuid[]').default([]),
    state: p.text().$type<'open' | 'done' | 'lapsed'>().default('open'),
    openedAt: p.datetime(),
    dueAt: p.datetime(),
    closedAt: p.datetime().nullable(),
    isLate: p.boolean().default(false),
    decision: p.text().$type<Decision>().nullable(),
    decidedById: p.uuid().nullable(),
    level: p.integer().default(0),
    ladderAt: p
      .array(
        (value) => new Date(value),
        (value: Date) => value.toISOString(),
      )
      .columnType('timestamptz[]'),
    nextStepAt: p.datetime().nullable(),
    reassignedFromId: p.uuid().nullable(),
  },
});
export class Task extends TaskSchema.class {}
TaskSchema.setClass(Task);
