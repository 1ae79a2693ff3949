import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Campaign, CampaignRefusal } from '#persistence/campaigns/campaigns.entities.ts';
import { Employee } from '#persistence/organisation/organisation.entities.ts';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { campaignWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { isIdle, wholeHistory, writeHistories } from '#test/factories/histories.ts';
import { createAgency, type Agency } from '#test/factories/agency.ts';
import { campaignProgress, pauseCampaign, resumeCampaign } from './cycle-campaign.messages.ts';

let database: TestDatabase;
let orm: Orm;
let engine: TestEngine;
let agency: Agency;
const em = () => orm.em.fork() as EntityManager;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url);
  agency = await createAgency(em());
  await em().nativeUpdate(Employee, { id: agency.people.colleague.id }, { status: 'cuti di luar tanggungan negara' });
  engine = await startTestEngine(orm);
});
afterAll(async () => {
  await engine?.stop();
  await orm?.close();
  await database?.drop();
});

async function open(year: number, ratePerSecond = 50): Promise<{ id: string; workflowId: string }> {
  const id = randomUUID();
  const workflowId = campaignWorkflowId(id);
  await em().insert(Campaign, {
    id,
    year,
    unitId: agency.unitId,
    ruleSetId: agency.ruleSetId,
    workflowId,
    ratePerSecond,
  });
  await engine.client.workflow.start('cycleCampaign', {
    workflowId,
    taskQueue: OPERATIONS_QUEUE,
    args: [{ campaignId: id }],
  });
  return { id, workflowId };
}
const command = (): { args: [{ commandId: string }] } => ({ args: [{ commandId: randomUUID() }] });
const finished = (id: string) =>
  expect.poll(async () => (await em().findOneOrFail(Campaign, { id })).state).toBe('finished');

describe('cycleCampaign', () => {
  it('S4.1 starts a cycle for everybody who can have one and says why the others cannot', async () => {
    const { id } = await open(2031);
    await finished(id);
    expect(await em().findOneOrFail(Campaign, { id })).toMatchObject({ total: 6, started: 4, skipped: 0, refused: 2 });
    const refusals = await em().find(CampaignRefusal, { campaignId: id });
    expect(Object.fromEntries(refusals.map((refusal) => [refusal.employeeId, refusal.code]))).toEqual({
      [agency.people.secretary.id]: 'campaign.noSuperior',
      [agency.people.colleague.id]: 'campaign.notInService',
    });
    const ids = (await em().find(Cycle, { campaignId: id })).map((cycle) => cycle.id);
    expect(ids).toHaveLength(4);
    for (const { workflowId } of await em().find(Matter, { id: { $in: ids } }))
      expect((await engine.client.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
  });

  it('S4.1 opened twice skips who is started already', async () => {
    const { id } = await open(2031);
    await finished(id);
    expect(await em().findOneOrFail(Campaign, { id })).toMatchObject({ started: 0, skipped: 4, refused: 2 });
    expect(await em().count(Cycle, { year: 2031 })).toBe(4);
  });

  it('keeps its rate, can be paused and goes on from where it stopped', async () => {
    const { id, workflowId } = await open(2032, 1);
    const handle = engine.client.workflow.getHandle(workflowId);
    await expect.poll(async () => (await em().findOneOrFail(Campaign, { id })).total).toBe(6);
    expect(await handle.executeUpdate(pauseCampaign, command())).toMatchObject({ kind: 'applied' });
    await expect.poll(async () => (await em().findOneOrFail(Campaign, { id })).state).toBe('paused');
    await expect.poll(() => isIdle(engine.client, workflowId)).toBe(true);
    expect(await handle.query(campaignProgress)).toMatchObject({ isPaused: true, isFinished: false });
    expect(await handle.executeUpdate(resumeCampaign, command())).toMatchObject({ kind: 'applied' });
    await finished(id);
    expect(await em().findOneOrFail(Campaign, { id })).toMatchObject({ total: 6, started: 4, refused: 2 });
    const row = await em().findOneOrFail(Campaign, { id });
    expect(row.finishedAt!.getTime() - row.openedAt.getTime()).toBeGreaterThan(4000);
    if (process.env.RECORD_HISTORIES)
      writeHistories(
        'cycle-campaign',
        `${process.env.RECORD_HISTORIES}.paused`,
        await wholeHistory(engine.client, workflowId),
      );
  });
});
