import { defineEntity, p } from '@mikro-orm/core';
import type { CycleProcess } from '#domain/process/cycle.ts';
import type { CycleStage, Decision, FollowUp, Stage, TaskKind } from '#domain/process/tasks.ts';

/**
 * The read side of one performance cycle (employee × position segment × year). Only the cycle's workflow changes it,
 * through its activities: `seq` counts its steps, `gen` fences off a run that was replaced.
 */
export const CycleSchema = defineEntity({
  name: 'Cycle',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    campaignId: p.uuid().nullable(),
    employeeId: p.uuid(),
    positionId: p.uuid(),
    superiorPositionId: p.uuid().nullable(),
    superiorOfSuperiorPositionId: p.uuid().nullable(),
    unitId: p.uuid(),
    year: p.integer(),
    segment: p.integer().default(1),
    startsOn: p.date(),
    endsOn: p.date(),
    ruleSetId: p.uuid(),
    workflowId: p.text().unique(),
    timeZone: p.text(),
    stage: p.text().$type<CycleStage | 'finished'>().default('skp'),
    state: p.text().$type<'starting' | 'running' | 'finished'>().default('starting'),
    ending: p.text().$type<CycleProcess['ending']>().default('none'),
    seq: p.integer().default(0),
    gen: p.integer().default(1),
    workflowBuild: p.text().nullable(),
    auditNumber: p.integer().default(0),
    auditHash: p.text().default(''),
    finalPredikat: p.text().nullable(),
    followUp: p.text().$type<FollowUp>().nullable(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
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

/**
 * A human task of a cycle or of a procedure: who is waited for (a position, an employee or a desk), since when, until when, and how far its
 * reminder and escalation ladder has come. `barredIds` may not decide it, whatever desk they sit at. `responsiblePositionId` is the position whose superior hears of lateness.
 */
export const TaskSchema = defineEntity({
  name: 'Task',
  properties: {
    id: p.uuid().primary().defaultRaw('uuidv7()'),
    cycleId: p.uuid().nullable(),
    procedureId: p.uuid().nullable(),
    kind: p.text().$type<TaskKind>(),
    step: p.text(),
    round: p.integer(),
    stage: p.text().$type<Stage>(),
    employeeId: p.uuid(),
    unitId: p.uuid(),
    ruleSetId: p.uuid(),
    periodNo: p.integer().nullable(),
    assigneeKind: p.text().$type<'position' | 'employee' | 'desk'>(),
    assigneeId: p.uuid(),
    responsiblePositionId: p.uuid().nullable(),
    isOwnTask: p.boolean().default(false),
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
    barredIds: p.array().columnType('uuid[]').default([]),
  },
});
export class Task extends TaskSchema.class {}
TaskSchema.setClass(Task);
