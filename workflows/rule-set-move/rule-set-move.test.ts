import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { Period } from '#persistence/cycles/cycles.entities.ts';
import { RuleSetMove, RuleSetMoveItem } from '#persistence/rule-sets/rule-set-moves.entities.ts';
import { startRelay } from '#worker/relay/relay.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { createAgency, createCycle, createRuleSet, ruleSetData, type Agency } from '#test/factories/agency.ts';
import { isIdle, wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { moveWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { startMatterRun } from '#test/factories/runs.ts';
import { pauseMove, resumeMove } from './rule-set-move.messages.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
/** Cycles are told by facts of the ledger. */
let relay: ReturnType<typeof startRelay> | undefined;
let agency: Agency;
let cycles: string[];
const YEAR = new Date().getFullYear();
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  engine = await startTestEngine(orm);
  relay = startRelay({ orm, client: engine.client, log: pino({ level: 'silent' }), pollMs: 100 });
  const { employee, colleague, superior, officer } = agency.people;
  // Two years: one in the middle of its reports, one whose periods are all ahead.
  cycles = [
    ...(await Promise.all([employee, colleague].map((person) => createCycle(em(), agency, person, YEAR)))),
    ...(await Promise.all([superior, officer].map((person) => createCycle(em(), agency, person, YEAR + 1)))),
  ];
  for (const cycleId of cycles) await startMatterRun(em(), engine.client, cycleId);
});
afterAll(async () => {
  await relay?.stop();
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

async function move(ruleSetId: string, ratePerSecond = 50): Promise<{ id: string; workflowId: string }> {
  const id = randomUUID();
  const workflowId = moveWorkflowId(id);
  await em().insert(RuleSetMove, {
    id,
    ruleSetId,
    unitId: agency.unitId,
    reason: 'Perubahan batas waktu laporan.',
    workflowId,
    ratePerSecond,
    openedById: agency.people.officer.id,
  });
  await engine.client.workflow.start('ruleSetMove', {
    workflowId,
    taskQueue: OPERATIONS_QUEUE,
    args: [{ moveId: id }],
  });
  return { id, workflowId };
}
const command = (): { args: [{ commandId: string }] } => ({ args: [{ commandId: randomUUID() }] });
const finished = (id: string) =>
  expect.poll(async () => (await em().findOneOrFail(RuleSetMove, { id })).state, { timeout: 30_000 }).toBe('finished');
const longer = (code: string, days: number) => {
  const rules = ruleSetData('triwulanan', { code });
  return { ...rules, reporting: { ...rules.reporting, dueWorkingDays: days } };
};

describe('ruleSetMove', () => {
  it('S1.6 a rule set that is only published changes nothing of running cycles', async () => {
    await expect.poll(() => em().count(Task, { state: 'open', kind: 'draftSkp' })).toBe(cycles.length);
    const opened = Math.floor(new Date().getMonth() / 3) + 1;
    await expect.poll(() => em().count(Task, { state: 'open', kind: 'submitReport' })).toBe(2 * opened);
    const before = await em().find(Task, {}, { orderBy: { id: 1 } });
    const periods = await em().find(Period, {}, { orderBy: { id: 1 } });
    await createRuleSet(em(), longer('only-published', 15));
    expect(await em().find(Task, {}, { orderBy: { id: 1 } })).toEqual(before);
    expect(await em().find(Period, {}, { orderBy: { id: 1 } })).toEqual(periods);
    expect(await em().count(Matter, { ruleSetId: agency.ruleSetId })).toBe(cycles.length);
  });

  it('S1.6 moves every running cycle once: open reports and periods ahead get their new due times, the act is in each story', async () => {
    const open = await em().find(Task, { state: 'open', kind: 'submitReport' }, { orderBy: { id: 1 } });
    const ahead = await em().find(Period, { state: 'upcoming' }, { orderBy: { id: 1 } });
    const ruleSetId = await createRuleSet(em(), longer('longer', 12));
    const { id, workflowId } = await move(ruleSetId);
    await finished(id);
    expect(await em().count(RuleSetMoveItem, { moveId: id, state: 'moved' })).toBe(cycles.length);
    expect(await em().count(Matter, { ruleSetId })).toBe(cycles.length);
    for (const task of open) {
      const moved = await em().findOneOrFail(Task, { id: task.id });
      expect(moved.dueAt.getTime()).toBeGreaterThanOrEqual(task.dueAt.getTime());
      expect(moved.ruleSetId).toBe(ruleSetId);
    }
    for (const period of ahead)
      expect((await em().findOneOrFail(Period, { id: period.id })).dueAt.getTime()).toBeGreaterThan(
        period.dueAt.getTime(),
      );
    const story = await em().find(AuditEvent, { kind: 'ruleSetAdopted', matterId: { $in: cycles } });
    expect(story).toHaveLength(cycles.length);
    expect(story[0]).toMatchObject({
      actorId: agency.people.officer.id,
      data: { from: agency.ruleSetId, to: ruleSetId, moveId: id },
    });
    if (process.env.RECORD_HISTORIES)
      writeHistories(
        'rule-set-move',
        `${process.env.RECORD_HISTORIES}.moved`,
        await wholeHistory(engine.client, workflowId),
      );
  });

  it('S1.6 the due time of an open report follows the rules', async () => {
    const ruleSetId = await createRuleSet(em(), longer('much-longer', 200));
    const open = await em().find(Task, { state: 'open', kind: 'submitReport' });
    const { id } = await move(ruleSetId);
    await finished(id);
    for (const task of open)
      expect((await em().findOneOrFail(Task, { id: task.id })).dueAt.getTime()).toBeGreaterThan(task.dueAt.getTime());
    expect(await em().count(RuleSetMoveItem, { moveId: id, state: 'moved', dates: { $gt: 0 } })).toBe(2);
  });

  it('S1.6 keeps its rate, can be paused, and says which cycles it could not move', async () => {
    const ruleSetId = await createRuleSet(em(), ruleSetData('bulanan', { code: 'monthly-now' }));
    const { id, workflowId } = await move(ruleSetId, 1);
    const handle = engine.client.workflow.getHandle(workflowId);
    await expect.poll(() => em().count(RuleSetMoveItem, { moveId: id })).toBe(cycles.length);
    expect(await handle.executeUpdate(pauseMove, command())).toMatchObject({ kind: 'applied' });
    await expect.poll(() => isIdle(engine.client, workflowId)).toBe(true);
    expect(await em().findOneOrFail(RuleSetMove, { id })).toMatchObject({ state: 'paused' });
    expect(await em().count(RuleSetMoveItem, { moveId: id, state: 'refused' })).toBeLessThan(cycles.length);
    expect(await handle.executeUpdate(resumeMove, command())).toMatchObject({ kind: 'applied' });
    await finished(id);
    expect(
      await em().count(RuleSetMoveItem, { moveId: id, state: 'refused', code: 'ruleSetMove.frequencyDiffers' }),
    ).toBe(cycles.length);
    expect(await em().count(Matter, { ruleSetId })).toBe(0);
    if (process.env.RECORD_HISTORIES)
      writeHistories(
        'rule-set-move',
        `${process.env.RECORD_HISTORIES}.refused`,
        await wholeHistory(engine.client, workflowId),
      );
  });
});
