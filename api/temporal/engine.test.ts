import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { campaignWorkflowId, matterWorkflowId } from '#domain/process/names.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import type { CommandToDeliver } from '#workflows/commands.client.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { createEngine, type Engine } from './engine.ts';

/** A decision for a run that is not there. */
const decisionFor = (workflowId: string): CommandToDeliver => ({
  id: randomUUID(),
  form: 'update',
  name: 'submitSkp',
  workflowId,
  taskId: randomUUID(),
  slot: 'skp',
  arguments: {},
});
/** A fact for a run that is not there. */
const factFor = (workflowId: string): CommandToDeliver => {
  const id = randomUUID();
  const rest = { workflowId, taskId: null, slot: null };
  return { id, form: 'fact', name: 'superiorChanged', ...rest, arguments: { kind: 'superiorChanged', factId: id } };
};
const campaignStart = (campaignId: string): CommandToDeliver => ({
  id: randomUUID(),
  form: 'start',
  name: 'cycleCampaign',
  workflowId: campaignWorkflowId(campaignId),
  taskId: null,
  slot: null,
  arguments: {},
  start: { queue: 'operations', input: { campaignId }, gen: 1 },
});

const settings = { temporalTls: false, temporalApiKey: undefined, commandWaitMs: 5000 };

describe('the real engine', () => {
  let api: TestApi;
  let agency: TwoUnits;
  let engine: TestEngine;
  let admin: TestClient;
  /** Made when the engine's address is known. */
  let real: Engine;
  let cycleId: string;

  beforeAll(async () => {
    api = await startTestApi({
      engine: {
        deliver: (command) => real.deliver(command),
        history: (id) => real.history(id),
        isReachable: () => real.isReachable(),
      },
    });
    agency = await createTwoUnits(api.em());
    await api
      .em()
      .execute(
        `delete from command; delete from task; delete from period; delete from audit_event; delete from outbox; delete from cycle; delete from matter`,
      );
    engine = await startTestEngine(api.orm);
    real = createEngine({ ...settings, temporalAddress: engine.address, temporalNamespace: engine.namespace });
    admin = await api.as(agency.people.admin.id);
  });
  afterAll(async () => {
    await real?.close();
    await engine?.stop();
    await api?.close();
  });

  const openTask = (kind: Task['kind']) => api.em().findOneOrFail(Task, { matterId: cycleId, kind, state: 'open' });

  // A year that is far away: no boundary of the calendar is crossed while people decide.
  it('opens a year by its campaign, and starting it twice is starting it once', async () => {
    const { body } = await admin.post('/campaigns', {
      year: 2040,
      unitId: agency.branchUnitId,
      ruleSetId: agency.ruleSetId,
    });
    expect(await real.deliver(campaignStart(body.id))).toMatchObject({ kind: 'applied' });
    await expect.poll(async () => (await api.em().findOneOrFail(Campaign, { id: body.id })).state).toBe('finished');
    const cycles = await api.em().find(Cycle, {});
    expect(cycles).toHaveLength(2);
    cycleId = cycles.find(({ employeeId }) => employeeId === agency.people.outsider.id)!.id;
    expect(await api.em().findOneOrFail(Matter, { id: cycleId })).toMatchObject({ state: 'running', seq: 0 });
    await expect.poll(async () => (await real.history(matterWorkflowId(cycleId))).at(-1)?.status).toBe('RUNNING');
    expect(await admin.post(`/campaigns/${body.id}/pause`, {})).toMatchObject({
      status: 409,
      body: { code: 'campaign.notOpen' },
    });
  });

  it('answers a decision within the time, and refuses the second of two', async () => {
    const outsider = await api.as(agency.people.outsider.id);
    const head = await api.as(agency.people.head.id);
    const decide = (client: TestClient, taskId: string, decision: keyof typeof ARGUMENTS) =>
      client.post(`/tasks/${taskId}/decisions`, {
        commandId: randomUUID(),
        arguments: { decision, ...ARGUMENTS[decision] },
      });
    expect(await decide(outsider, (await openTask('draftSkp')).id, 'submitSkp')).toMatchObject({
      status: 200,
      body: { outcome: { kind: 'applied' }, next: { kind: 'approveSkp', assignee: 'Kepala Biro' } },
    });
    const { id } = await openTask('approveSkp');
    const answers = await Promise.all(Array.from({ length: 5 }, () => decide(head, id, 'approveSkp')));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200).every((status) => status === 409 || status === 202)).toBe(true);
  });

  it('tells its events, and what happened to a person reaches the cycle', async () => {
    await admin.post(`/employees/${agency.people.outsider.id}/superior`, {
      effectiveOn: '2026-01-05',
      reason: 'Keputusan nomor satu',
      superiorPositionId: agency.people.superior.positionId,
    });
    expect(await api.em().execute(`select name, state from command where form = 'fact'`)).toEqual([
      { name: 'superiorChanged', state: 'answered' },
    ]);
    await expect
      .poll(async () => (await api.em().findOneOrFail(Cycle, { id: cycleId })).superiorPositionId)
      .toBe(agency.people.superior.positionId);
    const runs = (await admin.get(`/runs/${cycleId}/engine-events`)).body as {
      status: string;
      events: { id: number; type: string; summary: string; isNoise: boolean }[];
    }[];
    expect(runs.at(-1)).toMatchObject({ status: 'RUNNING' });
    expect(runs[0]!.events[0]).toMatchObject({ id: 1, type: 'WorkflowExecutionStarted', summary: 'performanceCycle' });
    const summaries = runs.flatMap(({ events }) =>
      events.filter(({ isNoise }) => !isNoise).map(({ summary }) => summary),
    );
    expect(summaries).toEqual(expect.arrayContaining(['submitSkp', 'approveSkp', 'fact']));
    expect((await admin.get(`/runs/${cycleId}/story`)).body.chain.isIntact).toBe(true);
  });

  it('has no history of what never ran', async () =>
    expect(await real.history(matterWorkflowId(randomUUID()))).toEqual([]));
  it('leaves to the relay what is for a run that is not there, be it a fact or a decision', async () => {
    const workflowId = matterWorkflowId(randomUUID());
    expect(await real.deliver(factFor(workflowId))).toBe('pending');
    expect(await real.deliver(decisionFor(workflowId))).toBe('pending');
  });
});

describe('an engine that is not there', () => {
  it('is given up after the time that is set, without an exception where the road goes on without it', async () => {
    const engine = createEngine({
      ...settings,
      temporalAddress: '127.0.0.1:1',
      temporalNamespace: 'default',
      commandWaitMs: 300,
    });
    for (const message of [decisionFor('x'), factFor('x'), campaignStart(randomUUID())])
      expect(await engine.deliver(message), message.form).toBe('pending');
    await expect(engine.history('x')).rejects.toMatchObject({ code: 'engine.unavailable' });
    expect(await engine.isReachable()).toBe(false);
    await engine.close();
  });
});
