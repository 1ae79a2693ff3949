import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { beforeEach, describe, expect, it } from 'vitest';
import { Campaign, CampaignRefusal } from '#persistence/campaigns/campaigns.entities.ts';
import { Employee, Position, PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { RuleSet } from '#persistence/rule-sets/rule-sets.entities.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { createCycle, createRuleSet, ruleSetData } from '#test/factories/agency.ts';
import { activitiesOn } from '#test/factories/stepped-matter.ts';
import { broken } from '#test/faults/prove-step.ts';
import { snapshotOf } from '#test/faults/table-snapshot.ts';
import type { CampaignBatch } from './campaign.contract.ts';

let year = 2026;
/** Expected failures would drown the results. */
const quiet = new DefaultLogger('ERROR', () => undefined);
/** Workflows that were started, by id, with how often. */
const started = new Map<string, number>();
let isEngineDown = false;

const { em, orm, agency } = await useAgency();
beforeEach(() => {
  year += 1;
  started.clear();
  isEngineDown = false;
});

const activities = () =>
  activitiesOn(orm, {
    async startMatter({ workflowId }) {
      if (isEngineDown) throw new Error('the engine is down');
      started.set(workflowId, (started.get(workflowId) ?? 0) + 1);
    },
  });

const startBatch = (input: { campaignId: string; after: string | null; size: number }): Promise<CampaignBatch> =>
  new MockActivityEnvironment(undefined, { logger: quiet }).run(activities().startBatch, { ...input, at: Date.now() });

async function openCampaign(ruleSetId = agency.ruleSetId): Promise<string> {
  const id = randomUUID();
  await em().insert(Campaign, { id, year, unitId: agency.unitId, ruleSetId, workflowId: `campaign-${id}` });
  return id;
}

async function twice<Result>(work: () => Promise<Result>): Promise<Result> {
  const first = await work();
  const after = await snapshotOf(em());
  expect(await work()).toEqual(first);
  expect(await snapshotOf(em())).toEqual(after);
  return first;
}

describe('planCampaign', () => {
  it('counts whom it concerns, and starts a compressed clock once', async () => {
    const rules = ruleSetData('triwulanan', {
      code: `fast-${year}`,
      clock: { kind: 'compressed', startsOn: '2026-01-01' as never, startsAt: 0, dayLengthMs: 1000 },
    });
    const template = await createRuleSet(em(), rules);
    const campaignId = await openCampaign(template);
    expect(await twice(() => activities().planCampaign(campaignId))).toEqual({ ratePerSecond: 50 });
    const campaign = await em().findOneOrFail(Campaign, { id: campaignId });
    expect(campaign.total).toBe(6);
    const running = await em().findOneOrFail(RuleSet, { id: campaign.ruleSetId });
    expect(running.data.clock).toMatchObject({ kind: 'compressed', startsOn: `${year}-01-01` });
    expect(await em().count(RuleSet, { code: { $like: `fast-${year}%` } })).toBe(2);
  });
});

describe('startBatch', () => {
  it('opens one cycle per employee, however often a batch is repeated', async () => {
    const campaignId = await openCampaign();
    let after: string | null = null;
    const batches: CampaignBatch[] = [];
    do {
      const batch: CampaignBatch = await twice(() => startBatch({ campaignId, after, size: 2 }));
      batches.push(batch);
      after = batch.after;
    } while (!batches.at(-1)!.isLast);

    // The secretary has nobody above: refused.
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({
      started: 5,
      skipped: 0,
      refused: 1,
    });
    expect(await em().find(CampaignRefusal, { campaignId })).toMatchObject([
      { employeeId: agency.people.secretary.id, code: 'campaign.noSuperior' },
    ]);
    const cycles = await em().find(Cycle, { year });
    expect(cycles).toHaveLength(5);
    const ids = cycles.map(({ id }) => id);
    const matters = await em().find(Matter, { id: { $in: ids } });
    expect([...started.keys()].sort()).toEqual(matters.map(({ workflowId }) => workflowId).sort());
    expect(await em().count(Task, { matterId: { $in: ids }, kind: 'draftSkp', state: 'open' })).toBe(5);
    expect(await em().count(Command, { matterId: { $in: ids }, form: 'start', state: 'answered' })).toBe(5);
  });

  it('goes on where it stopped when the engine was down or the database broke in the middle', async () => {
    const campaignId = await openCampaign();
    isEngineDown = true;
    const before = await snapshotOf(em());
    await broken(em, 'effect', () =>
      expect(startBatch({ campaignId, after: null, size: 10 })).rejects.toThrow('broken on purpose'),
    );
    expect(await snapshotOf(em())).toEqual(before);
    await expect(startBatch({ campaignId, after: null, size: 10 })).rejects.toThrow('the engine is down');
    // The rows are there and the starts are in the ledger: the relay makes up for what a repeat does not.
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({ started: 5, refused: 1 });
    const ids = (await em().find(Cycle, { year })).map(({ id }) => id);
    expect(await em().count(Command, { matterId: { $in: ids }, form: 'start', state: 'accepted' })).toBe(5);
    isEngineDown = false;
    expect(await twice(() => startBatch({ campaignId, after: null, size: 10 }))).toMatchObject({
      started: 5,
      refused: 1,
      isLast: true,
    });
    expect(await em().count(Cycle, { year })).toBe(5);
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({ started: 5, refused: 1 });
  });

  it('two batches at the same time open nothing twice', async () => {
    const campaignId = await openCampaign();
    // The slower one may run into the key of the faster; its retry gets the answer of the faster.
    await Promise.allSettled([
      startBatch({ campaignId, after: null, size: 10 }),
      startBatch({ campaignId, after: null, size: 10 }),
    ]);
    expect(await startBatch({ campaignId, after: null, size: 10 })).toMatchObject({ started: 5, refused: 1 });
    expect(await em().count(Cycle, { year })).toBe(5);
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({ started: 5, refused: 1 });
  });

  it('skips whom another opening has started, and says why somebody gets none', async () => {
    const { employee, colleague, officer } = agency.people;
    await createCycle(em(), agency, employee, year);
    await em().nativeUpdate(Employee, { id: colleague.id }, { status: 'cuti di luar tanggungan negara' });
    await em().nativeUpdate(PositionAssignment, { employeeId: officer.id }, { validTo: '2021-01-01' });
    try {
      const campaignId = await openCampaign();
      expect(await twice(() => startBatch({ campaignId, after: null, size: 10 }))).toMatchObject({
        started: 2,
        skipped: 1,
        refused: 3,
      });
      const refusals = await em().find(CampaignRefusal, { campaignId });
      expect(Object.fromEntries(refusals.map((refusal) => [refusal.employeeId, refusal.code]))).toEqual({
        [agency.people.secretary.id]: 'campaign.noSuperior',
        [colleague.id]: 'campaign.notInService',
        [officer.id]: 'campaign.noPosition',
      });
    } finally {
      await em().nativeUpdate(Employee, { id: colleague.id }, { status: 'aktif' });
      await em().nativeUpdate(PositionAssignment, { employeeId: officer.id }, { validTo: null });
    }
  });

  it('does not depend on where somebody sits now: the post is the one held definitively', async () => {
    const { employee, head } = agency.people;
    const plt = randomUUID();
    await em().insert(PositionAssignment, {
      id: plt,
      positionId: head.positionId,
      employeeId: employee.id,
      kind: 'plt',
      validFrom: '2024-01-01',
    });
    try {
      await startBatch({ campaignId: await openCampaign(), after: null, size: 10 });
      const position = await em().findOneOrFail(Position, { id: employee.positionId });
      expect(await em().findOneOrFail(Cycle, { employeeId: employee.id, year })).toMatchObject({
        positionId: position.id,
        superiorPositionId: position.superiorPositionId,
      });
    } finally {
      await em().nativeDelete(PositionAssignment, { id: plt });
    }
  });
});

describe('finishCampaign and setCampaignState', () => {
  it('count once', async () => {
    const campaignId = await openCampaign();
    await twice(() => activities().setCampaignState({ campaignId, state: 'paused' }));
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({ state: 'paused' });
    await twice(() => activities().finishCampaign(campaignId));
    expect(await em().findOneOrFail(Campaign, { id: campaignId })).toMatchObject({
      state: 'finished',
      finishedAt: expect.any(Date),
    });
  });
});
