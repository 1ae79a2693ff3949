import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { OPERATIONS_QUEUE, SWEEP_SCHEDULE_ID } from '#domain/process/names.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { createAgency, createCycle } from '#test/factories/agency.ts';
import { wholeHistory, writeHistories } from '#test/factories/histories.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  engine = await startTestEngine(orm, { sweepIntervalSeconds: 2 });
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

it('E.1 a schedule sweeps due tasks by itself: level raised, mail written, once', async () => {
  const agency = await createAgency(em());
  const matterId = await createCycle(em(), agency, agency.people.employee, 2031);
  await em().execute(`update task set next_step_at = now() - interval '1 minute' where matter_id = ?`, [matterId]);
  await expect.poll(async () => (await em().findOneOrFail(Task, { matterId })).level).toBe(1);
  const mails = await em().execute(`select template from outbox where matter_id = ? and template = 'reminder'`, [
    matterId,
  ]);
  expect(mails).toHaveLength(1);
});

it('E.1 a sweep answers how many steps it took', async () => {
  const workflowId = 'sweep-by-hand';
  expect(
    await engine.client.workflow.execute('escalationSweep', { workflowId, taskQueue: OPERATIONS_QUEUE, args: [] }),
  ).toBe(0);
  expect((await engine.client.schedule.getHandle(SWEEP_SCHEDULE_ID).describe()).policies.overlap).toBe('SKIP');
  if (process.env.RECORD_HISTORIES)
    writeHistories(
      'escalation-sweep',
      `${process.env.RECORD_HISTORIES}.nothing-due`,
      await wholeHistory(engine.client, workflowId),
    );
});
