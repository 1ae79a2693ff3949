import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { Position, PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { createAgency, createCycle, createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { act, openTaskFor } from '#test/factories/decisions.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { takePendingCommands } from '#persistence/commands/commands.repository.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { factSignal } from './matter.messages.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
let agency: Agency;
let cycleId: string;
let year = 2030;
const em = () => orm.em.fork() as EntityManager;
const tell = (fact: { kind: string } & Record<string, unknown>) =>
  handle().signal(factSignal, { factId: randomUUID(), ...fact });
const handle = () => engine.client.workflow.getHandle(matterWorkflowId(cycleId));
const matterOf = (id: string): Promise<Matter> => em().findOneOrFail(Matter, { id });
const kinds = async (): Promise<string[]> =>
  (await em().find(AuditEvent, { matterId: cycleId }, { orderBy: { number: 1 } })).map((line) => line.kind);

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  engine = await startTestEngine(orm);
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

/** A fresh cycle of the employee, in a year of its own, whose SKP waits for approval. */
beforeEach(async () => {
  year += 1;
  cycleId = await createCycle(em(), agency, agency.people.employee, year);
  await startMatterRun(em(), engine.client, cycleId);
  await act(em(), engine.client, { cycleId, decision: 'submitSkp', actorId: agency.people.employee.id });
});

afterEach(async ({ task }) => {
  if (!process.env.RECORD_HISTORIES) return;
  const scenario = task.name
    .replace(/^\S+ an? /, '')
    .split(' ')
    .slice(0, 2)
    .join('-');
  writeHistories(
    'matter',
    `${process.env.RECORD_HISTORIES}.fact-${scenario}`,
    await wholeHistory(engine.client, matterWorkflowId(cycleId)),
  );
});

describe('facts about the person (S3.4, S4.6)', () => {
  it('S3.4 a new superior gets the open approval; the old one is refused', async () => {
    const { employee, superior, head } = agency.people;
    await em().nativeUpdate(Position, { id: employee.positionId }, { superiorPositionId: head.positionId });
    const factId = randomUUID();
    await handle().signal(factSignal, { kind: 'superiorChanged', factId });
    await handle().signal(factSignal, { kind: 'superiorChanged', factId });
    await expect.poll(async () => (await openTaskFor(em(), cycleId, 'approveSkp'))?.assigneeId).toBe(head.positionId);
    expect(await act(em(), engine.client, { cycleId, decision: 'approveSkp', actorId: superior.id })).toMatchObject({
      kind: 'refused',
      code: 'access.notAuthorised',
    });
    expect(await act(em(), engine.client, { cycleId, decision: 'approveSkp', actorId: head.id })).toMatchObject({
      kind: 'applied',
    });
    expect((await kinds()).filter((kind) => kind === 'superiorChanged')).toHaveLength(1);
    await em().nativeUpdate(Position, { id: employee.positionId }, { superiorPositionId: superior.positionId });
  });

  it('S4.6 a transfer closes the segment with its own appraisal and opens the next one', async () => {
    const { employee, superior, head } = agency.people;
    const clock = {
      kind: 'compressed' as const,
      startsOn: '2026-01-01' as CalendarDate,
      startsAt: Date.now() - 120 * 1000,
      dayLengthMs: 1000,
    };
    const ruleSetId = await createRuleSet(em(), { ...ruleSetData('triwulanan'), code: 'mid-year', clock });
    cycleId = await createCycle(em(), agency, employee, 2026, ruleSetId);
    await startMatterRun(em(), engine.client, cycleId);
    const post = em().create(Position, {
      unitId: agency.unitId,
      title: 'Jabatan baru',
      kind: 'Fungsional',
      gradeLevel: 'Ahli Muda',
      superiorPositionId: head.positionId,
    });
    const writer = em();
    writer.persist(post);
    await writer.flush();
    await em().nativeUpdate(
      PositionAssignment,
      { employeeId: employee.id, positionId: employee.positionId },
      { validTo: '2021-01-01' },
    );
    await em().insert(PositionAssignment, {
      employeeId: employee.id,
      positionId: post.id,
      validFrom: '2021-01-02',
      kind: 'definitif',
    });
    await expect.poll(() => openTaskFor(em(), cycleId, 'submitReport', 2)).not.toBeNull();
    await tell({ kind: 'segmentEnded', reason: 'transferred' });
    await expect.poll(() => openTaskFor(em(), cycleId, 'submitSelfAssessment')).not.toBeNull();
    expect(await openTaskFor(em(), cycleId, 'submitSkp')).toBeNull();
    expect(await em().count(Period, { cycleId, state: 'upcoming' })).toBe(0);
    await act(em(), engine.client, { cycleId, decision: 'submitSelfAssessment', actorId: employee.id });
    await act(em(), engine.client, {
      cycleId,
      decision: 'rateEmployee',
      actorId: superior.id,
      args: { hasilKerja: 'diAtas', perilaku: 'diAtas' },
    });
    await act(em(), engine.client, { cycleId, decision: 'acknowledgeResult', actorId: employee.id });
    await act(em(), engine.client, { cycleId, decision: 'recordEvaluation', actorId: superior.id });
    expect(await em().findOneOrFail(Cycle, { id: cycleId })).toMatchObject({ finalPredikat: 'sangatBaik' });
    expect(await matterOf(cycleId)).toMatchObject({ state: 'finished', process: { ending: 'segmentEnded' } });
    await expect.poll(async () => (await handle().describe()).status.name).toBe('COMPLETED');
    const next = await em().findOneOrFail(Cycle, { employeeId: employee.id, year: 2026, segment: 2 });
    expect(next).toMatchObject({ positionId: post.id, superiorPositionId: head.positionId });
    expect(await matterOf(next.id)).toMatchObject({ ruleSetId, state: 'running' });
    const starts = await takePendingCommands(em(), 10);
    expect(starts).toMatchObject([{ form: 'start', matterId: next.id }]);
    await startMatterRun(em(), engine.client, next.id);
    expect(next.startsOn > (await em().findOneOrFail(Cycle, { id: cycleId })).endsOn).toBe(true);
    expect(await openTaskFor(em(), next.id, 'submitSkp')).toMatchObject({ assigneeId: employee.id });
    expect((await em().find(Period, { cycleId: next.id }, { orderBy: { number: 1 } })).at(0)).toMatchObject({
      number: 2,
      startsOn: next.startsOn,
    });
    await em().nativeDelete(PositionAssignment, { positionId: post.id });
    await em().nativeUpdate(
      PositionAssignment,
      { employeeId: employee.id, positionId: employee.positionId },
      { validTo: null },
    );
  });

  it('S3.4 retirement closes the cycle with a final appraisal and no further periods', async () => {
    await tell({ kind: 'segmentEnded', reason: 'retired' });
    await expect.poll(() => openTaskFor(em(), cycleId, 'submitSelfAssessment')).not.toBeNull();
    expect(await matterOf(cycleId)).toMatchObject({ process: { ending: 'segmentEnded' } });
    expect(await em().count(Cycle, { employeeId: agency.people.employee.id, year })).toBe(1);
  });

  it('S3.4 a death ends the cycle at once: every task lapses and the run completes', async () => {
    await tell({ kind: 'employeeDied' });
    await expect.poll(async () => (await handle().describe()).status.name).toBe('COMPLETED');
    expect(await em().count(Task, { matterId: cycleId, state: 'open' })).toBe(0);
    expect(await em().findOneOrFail(Cycle, { id: cycleId })).toMatchObject({ finalPredikat: null });
    expect(await matterOf(cycleId)).toMatchObject({ state: 'finished', process: { ending: 'died' } });
    expect((await kinds()).slice(-3)).toEqual(['employeeDied', 'tasksLapsed', 'cycleFinished']);
  });

  it('S1.6 an amended rule set moves the periods to come and is told in the story', async () => {
    const rules = ruleSetData('triwulanan', { code: `amended-${year}` });
    const ruleSetId = await createRuleSet(em(), { ...rules, reporting: { ...rules.reporting, dueWorkingDays: 8 } });
    const before = await em().findOneOrFail(Period, { cycleId, number: 2 });
    await tell({ kind: 'ruleSetAmended', ruleSetId });
    await expect.poll(async () => (await matterOf(cycleId)).ruleSetId).toBe(ruleSetId);
    const after = await em().findOneOrFail(Period, { cycleId, number: 2 });
    expect(after.dueAt.getTime()).toBeGreaterThan(before.dueAt.getTime());
    expect(await kinds()).toContain('ruleSetAdopted');
    expect(
      await act(em(), engine.client, { cycleId, decision: 'approveSkp', actorId: agency.people.superior.id }),
    ).toMatchObject({ kind: 'applied' });
  });
});
