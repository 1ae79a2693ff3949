import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { matterWorkflowId } from '#domain/process/names.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { findBrokenLine } from '#persistence/audit/story.queries.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, testBundle, type TestEngine } from '#test/environment/engine.ts';
import { createAgency, createCycle, createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { wholeHistory } from '#test/factories/histories.ts';
import { act, openTaskFor } from '#test/factories/decisions.ts';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { matterState } from './matter.messages.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
let agency: Agency;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em(), { rules: ruleSetData('triwulanan') });
  engine = await startTestEngine(orm);
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

async function start(person: keyof Agency['people'], year = 2026, ruleSetId = agency.ruleSetId): Promise<string> {
  const cycleId = await createCycle(em(), agency, agency.people[person], year, ruleSetId);
  await startMatterRun(em(), engine.client, cycleId);
  return cycleId;
}

describe('the run of a year', () => {
  it('starts from its row, at step 0, and waits without any activity', async () => {
    const cycleId = await createCycle(em(), agency, agency.people.officer, 2031);
    const { buildId } = await testBundle();
    await em().nativeUpdate(Matter, { id: cycleId }, { workflowBuild: buildId });
    await startMatterRun(em(), engine.client, cycleId);
    const { process, agenda } = await em().findOneOrFail(Matter, { id: cycleId });
    const handle = engine.client.workflow.getHandle(matterWorkflowId(cycleId));
    expect(await handle.query(matterState)).toEqual({ process, seq: 0, agenda });
    const { events } = await handle.fetchHistory();
    expect(events!.filter((event) => event.timerStartedEventAttributes)).toHaveLength(1);
    expect(
      events!.filter((event) => event.activityTaskScheduledEventAttributes ?? event.markerRecordedEventAttributes),
    ).toEqual([]);
  });

  it('S4.4 carries an SKP from submission over a return to its establishment', async () => {
    const { employee, superior } = agency.people;
    const cycleId = await start('employee', 2030);
    expect(await act(em(), engine.client, { cycleId, decision: 'submitSkp', actorId: employee.id })).toMatchObject({
      kind: 'applied',
    });
    expect(await act(em(), engine.client, { cycleId, decision: 'returnSkp', actorId: superior.id })).toMatchObject({
      kind: 'applied',
    });
    const again = await openTaskFor(em(), cycleId, 'submitSkp');
    expect(again).toMatchObject({ round: 2, assigneeId: employee.id });
    await act(em(), engine.client, { cycleId, decision: 'submitSkp', actorId: employee.id });
    await act(em(), engine.client, { cycleId, decision: 'approveSkp', actorId: superior.id });
    const tasks = await em().find(Task, { matterId: cycleId }, { orderBy: { openedAt: 1, round: 1 } });
    expect(tasks.map((task) => [task.kind, task.round, task.state])).toEqual([
      ['draftSkp', 1, 'done'],
      ['approveSkp', 1, 'done'],
      ['draftSkp', 2, 'done'],
      ['approveSkp', 2, 'done'],
    ]);
    const story = await em().find(AuditEvent, { matterId: cycleId }, { orderBy: { number: 1 } });
    expect(story.map((line) => line.kind).filter((kind) => kind !== 'taskOpened')).toEqual([
      'cycleStarted',
      'skpSubmitted',
      'skpReturned',
      'skpSubmitted',
      'skpApproved',
    ]);
    expect(await findBrokenLine(em(), cycleId)).toBeNull();
  });

  it('continues as a new run at each quarter; the story stays one and decisions go on', async () => {
    const { employee, superior } = agency.people;
    const clock = {
      kind: 'compressed' as const,
      startsOn: '2026-01-01' as CalendarDate,
      startsAt: Date.now(),
      dayLengthMs: 40,
    };
    const ruleSetId = await createRuleSet(em(), { ...ruleSetData('triwulanan'), code: 'fast', clock });
    const cycleId = await start('employee', 2026, ruleSetId);
    const handle = engine.client.workflow.getHandle(matterWorkflowId(cycleId));
    const first = (await handle.describe()).runId;
    await act(em(), engine.client, { cycleId, decision: 'submitSkp', actorId: employee.id });
    await expect.poll(async () => openTaskFor(em(), cycleId, 'submitReport', 3)).not.toBeNull();
    expect((await handle.describe()).runId).not.toBe(first);
    await act(em(), engine.client, { cycleId, decision: 'approveSkp', actorId: superior.id });
    await act(em(), engine.client, { cycleId, decision: 'submitReport', periodNo: 1, actorId: employee.id });
    await act(em(), engine.client, { cycleId, decision: 'acceptReport', periodNo: 1, actorId: superior.id });
    const story = await em().find(AuditEvent, { matterId: cycleId }, { orderBy: { number: 1 } });
    const runs = await wholeHistory(engine.client, matterWorkflowId(cycleId));
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect(story.map(({ number }) => number)).toEqual(story.map((_, index) => index + 1));
    expect(await findBrokenLine(em(), cycleId)).toBeNull();
    // The year goes on meanwhile: a moment at which nothing is under way.
    await expect
      .poll(async () => {
        const { process, seq, agenda } = await em().findOneOrFail(Matter, { id: cycleId });
        return isDeepStrictEqual(await handle.query(matterState), { process, seq, agenda });
      })
      .toBe(true);
  });
});
