import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { startTestEngine, type TestEngine } from '#test/environment/engine.ts';
import { ARGUMENTS } from '#test/factories/decisions.ts';
import { startTestApi, type TestApi, type TestClient } from '../testing/test-api.ts';
import { createTwoUnits, type TwoUnits } from '../testing/two-units.ts';
import { createEngine, type Engine } from './engine.ts';

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
        startCampaign: (id) => real.startCampaign(id),
        updateCampaign: (id, update) => real.updateCampaign(id, update),
        signal: (...args) => real.signal(...args),
        history: (id) => real.history(id),
        isReachable: () => real.isReachable(),
      },
    });
    agency = await createTwoUnits(api.em());
    await api.em().execute('delete from cycle');
    engine = await startTestEngine(api.orm);
    real = createEngine({ ...settings, temporalAddress: engine.address, temporalNamespace: engine.namespace });
    admin = await api.as(agency.people.admin.id);
  });
  afterAll(async () => {
    await real?.close();
    await engine?.stop();
    await api?.close();
  });

  const openTask = (kind: Task['kind']) => api.em().findOneOrFail(Task, { cycleId, kind, state: 'open' });

  // A year that is far away: no boundary of the calendar is crossed while people decide.
  it('opens a year by its campaign, and starting it twice is starting it once', async () => {
    const { body } = await admin.post('/campaigns', {
      year: 2040,
      unitId: agency.branchUnitId,
      ruleSetId: agency.ruleSetId,
    });
    await real.startCampaign(body.id);
    await expect.poll(async () => (await api.em().findOneOrFail(Campaign, { id: body.id })).state).toBe('finished');
    const cycles = await api.em().find(Cycle, {});
    expect(cycles).toHaveLength(2);
    cycleId = cycles.find(({ employeeId }) => employeeId === agency.people.outsider.id)!.id;
    await expect.poll(async () => (await api.em().findOneOrFail(Cycle, { id: cycleId })).state).toBe('running');
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
    expect(await api.em().execute(`select update_name, state from command where update_name like 'signal:%'`)).toEqual([
      { update_name: 'signal:superiorChanged', state: 'answered' },
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
    expect(summaries).toEqual(expect.arrayContaining(['startCycle', 'submitSkp', 'approveSkp', 'superiorChanged']));
    expect((await admin.get(`/runs/${cycleId}/story`)).body.chain.isIntact).toBe(true);
  });

  it('has no history of what never ran', async () => expect(await real.history(`cycle-${randomUUID()}`)).toEqual([]));
  it('says that a workflow is gone', async () =>
    expect(await real.signal(`cycle-${randomUUID()}`, 'superiorChanged', { factId: 'x' })).toBe('gone'));
  it('keeps a decision of a cycle that is not started for later', async () => {
    expect(
      await real.deliver({
        id: randomUUID(),
        workflowId: `cycle-${randomUUID()}`,
        updateName: 'submitSkp',
        taskId: randomUUID(),
        periodNo: null,
      }),
    ).toBe('pending');
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
    expect(
      await engine.deliver({
        id: randomUUID(),
        workflowId: 'x',
        updateName: 'submitSkp',
        taskId: randomUUID(),
        periodNo: null,
      }),
    ).toBe('pending');
    expect(await engine.signal('x', 'superiorChanged', {})).toBe('pending');
    await expect(engine.startCampaign(randomUUID())).rejects.toThrow();
    await expect(engine.history('x')).rejects.toMatchObject({ code: 'engine.unavailable' });
    await expect(engine.updateCampaign(randomUUID(), 'pauseCampaign')).rejects.toMatchObject({
      code: 'engine.unavailable',
    });
    expect(await engine.isReachable()).toBe(false);
    await engine.close();
  });
});
