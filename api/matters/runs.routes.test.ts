import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moveWorkflowId } from '#domain/process/names.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { RuleSetMove } from '#persistence/rule-sets/rule-set-moves.entities.ts';
import { reason } from '#test/factories/decisions.ts';
import { openTestProcedure } from '#test/factories/procedures.ts';
import { decideIn, take } from '#test/factories/stepped-matter.ts';
import { createEvent } from '#test/factories/training.ts';
import { Problem } from '../http/problem.ts';
import type { EngineRunHistory } from '../temporal/engine.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { useApi } from '../testing/test-api.ts';
import { createTwoUnits } from '../testing/two-units.ts';

type Run = { id: string; kind: string; name: string };

let history: EngineRunHistory[] | Problem = [];
const api = await useApi({
  engine: {
    async history() {
      if (history instanceof Problem) throw history;
      return history;
    },
  },
  config: { temporalUiUrl: 'http://temporal.test' },
});
const stepped = createSteppedEngine(() => api.orm);
const agency = await createTwoUnits(api.em());
const admin = await api.as(agency.people.admin.id);
const branchOfficer = await api.as(agency.people.branchOfficer.id);
/** One run of each kind that is not a year. */
const ids = { correction: '', training: '', campaign: '', move: '' };

beforeAll(async () => {
  await stepped.start(agency.cycles.employee);
  const opened = await openTestProcedure(api.em(), agency, 'correctionRequest', agency.people.employee, {
    subject: 'Atasan langsung yang benar',
  });
  await take((await stepped.start(opened.id)).start());
  ids.correction = opened.id;
  ids.training = await createEvent(api.em(), agency.branchUnitId, { title: 'Bimbingan teknis SKP' });
  await createEvent(api.em(), agency.branchUnitId, { title: 'Rancangan', state: 'draft' });
  const opening = { year: 2030, unitId: agency.branchUnitId, ruleSetId: agency.ruleSetId };
  ids.campaign = (await admin.post('/campaigns', opening)).body.id;
  ids.move = crypto.randomUUID();
  await api
    .em()
    .insert(RuleSetMove, {
      id: ids.move,
      ruleSetId: agency.ruleSetId,
      unitId: agency.unitId,
      reason: 'Aturan baru berlaku',
      state: 'paused',
      workflowId: moveWorkflowId(ids.move),
      openedById: agency.people.admin.id,
    });
});
beforeEach(() => {
  history = [];
});

const list = async (query: string, client = admin) => (await client.get(`/runs?${query}`)).body;
const idsOf = ({ items }: { items: Run[] }): string[] => items.map(({ id }) => id);

describe('the list of runs', () => {
  it('holds years, procedures, trainings, openings and moves, each with where it stands', async () => {
    const { items } = await list('limit=100');
    expect(items.map(({ kind }: Run) => kind).sort()).toEqual([
      'correctionRequest',
      'cycleCampaign',
      'performanceCycle',
      'performanceCycle',
      'performanceCycle',
      'ruleSetMove',
      'trainingEvent',
    ]);
    const byId = new Map<string, Run>(items.map((run: Run) => [run.id, run]));
    expect(byId.get(agency.cycles.employee)).toMatchObject({
      name: 'Pegawai Satu',
      subject: 'Jabatan Pegawai Satu',
      year: 2026,
      stage: 'skp',
      state: 'running',
      workflowId: `matter-${agency.cycles.employee}`,
      waitingFor: [{ kind: 'draftSkp', assignee: 'Pegawai Satu' }],
    });
    expect(byId.get(ids.correction)).toMatchObject({
      name: 'Pegawai Satu',
      subject: 'Atasan langsung yang benar',
      stage: 'decision',
      waitingFor: [{ kind: 'decideCorrection' }],
      seq: 1,
    });
    expect(byId.get(ids.training)).toMatchObject({ name: 'Bimbingan teknis SKP', stage: 'planned', seq: null });
    expect(byId.get(ids.campaign)).toMatchObject({
      name: 'Balai Contoh',
      year: 2030,
      stage: 'underWay',
      state: 'running',
      pendingCommands: 1,
      unit: { code: '01' },
    });
    expect(byId.get(ids.move)).toMatchObject({ subject: 'Aturan baru berlaku', stage: 'paused', state: 'running' });
  });

  it('is searched by person, subject and workflow id', async () => {
    expect(idsOf(await list('search=satu')).sort()).toEqual([agency.cycles.employee, ids.correction].sort());
    expect(idsOf(await list('search=langsung%20yang'))).toEqual([ids.correction]);
    expect(idsOf(await list(`search=matter-${ids.correction}`))).toEqual([ids.correction]);
    expect(idsOf(await list('search=100%25'))).toEqual([]);
  });

  it('is filtered by kind, unit with those below, stage, state, lateness and year', async () => {
    expect(idsOf(await list('kind=trainingEvent'))).toEqual([ids.training]);
    expect(idsOf(await list(`kind=performanceCycle&unitId=${agency.branchUnitId}`))).toEqual([agency.cycles.outsider]);
    expect(idsOf(await list(`kind=performanceCycle&unitId=${agency.unitId}`))).toHaveLength(3);
    expect(idsOf(await list('stage=decision'))).toEqual([ids.correction]);
    expect(idsOf(await list('state=finished'))).toEqual([]);
    expect(idsOf(await list('year=2030'))).toEqual([ids.campaign]);
    await api.em().nativeUpdate(Task, { matterId: ids.correction }, { dueAt: new Date(Date.now() - 60_000) });
    expect((await list('lateOnly=true')).items).toMatchObject([{ id: ids.correction, lateTasks: 1 }]);
  });

  it('counts by stage whatever stage is chosen', async () => {
    const byStage = { skp: 3, decision: 1, planned: 1, underWay: 1, paused: 1 };
    expect((await list('')).byStage).toEqual(byStage);
    expect((await list('stage=skp')).byStage).toEqual(byStage);
    expect((await list('kind=ruleSetMove')).byStage).toEqual({ paused: 1 });
    expect((await list('year=1999')).byStage).toEqual({});
  });

  it('comes page by page, by name, with nothing twice', async () => {
    const seen: Run[] = [];
    let cursor = '';
    do {
      const page = await list(`limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.nextCursor ?? '';
    } while (cursor);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
    expect(seen.map(({ id }) => id)).toEqual(idsOf(await list('limit=100')));
  });

  it('shows an officer the runs of their units only, in the list and one by one', async () => {
    const { items, byStage } = await list('limit=100', branchOfficer);
    expect(idsOf({ items }).sort()).toEqual([agency.cycles.outsider, ids.training, ids.campaign].sort());
    expect(byStage).toEqual({ skp: 1, planned: 1, underWay: 1 });
    for (const id of [ids.move, ids.correction])
      for (const part of ['story', 'engine-events'])
        expect((await branchOfficer.get(`/runs/${id}/${part}`)).status).toBe(404);
    const systemAdmin = await api.as(agency.people.systemAdmin.id);
    expect(idsOf(await list('limit=100', systemAdmin))).toHaveLength(7);
    const employee = await api.as(agency.people.employee.id);
    expect((await employee.get('/runs')).status).toBe(403);
  });
});

describe('the story of a matter', () => {
  it('is told in business words, with its chain checked and a link to the engine', async () => {
    const cycle = await stepped.start(agency.cycles.colleague);
    await decideIn(cycle, 'submitSkp', { actorId: agency.people.colleague.id });
    await decideIn(cycle, 'returnSkp', { actorId: agency.people.superior.id, args: { reason } });
    const story = (await admin.get(`/runs/${cycle.matterId}/story`)).body;
    expect(story.events.map(({ kind }: { kind: string }) => kind)).toEqual([
      'cycleStarted',
      'taskOpened',
      'skpSubmitted',
      'taskOpened',
      'skpReturned',
      'taskOpened',
    ]);
    expect(story.events[4]).toMatchObject({ actor: 'Ketua Tim', onBehalfOf: null, data: { reason } });
    expect(story).toMatchObject({
      run: { id: cycle.matterId, kind: 'performanceCycle', waitingFor: [{ kind: 'draftSkp' }], seq: 2 },
      counts: {},
      chain: { isIntact: true, brokenAt: null },
      engineUiUrl: `http://temporal.test/namespaces/default/workflows/matter-${cycle.matterId}`,
    });
    expect(story.commands.slice(0, 2)).toMatchObject([
      { form: 'update', name: 'returnSkp', actor: 'Ketua Tim' },
      { form: 'update', name: 'submitSkp' },
    ]);
    expect(JSON.stringify(story.commands)).not.toContain(reason);
    expect(story.mails.length).toBeGreaterThan(0);

    await api
      .em()
      .execute(`update audit_event set data = '{"round": 9}' where matter_id = ? and number = 3`, [cycle.matterId]);
    expect((await admin.get(`/runs/${cycle.matterId}/story`)).body.chain).toEqual({ isIntact: false, brokenAt: 3 });
  });

  it('is not called broken while the matter moves on', async () => {
    const cycle = await stepped.start(agency.cycles.outsider);
    const person = { actorId: agency.people.outsider.id };
    const moving = (async () => {
      for (let round = 0; round < 8; round += 1) {
        await decideIn(cycle, 'submitSkp', person);
        await decideIn(cycle, 'returnSkp', { actorId: agency.people.head.id, args: { reason } });
      }
    })();
    const verdicts: boolean[] = [];
    while (verdicts.length < 30) verdicts.push((await admin.get(`/runs/${cycle.matterId}/story`)).body.chain.isIntact);
    await moving;
    expect(verdicts.every(Boolean)).toBe(true);
  });

  it('of a procedure is told the same way', async () => {
    const { body } = await admin.get(`/runs/${ids.correction}/story`);
    expect(body).toMatchObject({ run: { kind: 'correctionRequest', stage: 'decision' }, chain: { isIntact: true } });
    expect(body.events.map(({ kind }: { kind: string }) => kind)).toEqual(['procedureStarted', 'taskOpened']);
  });
});

describe('the story of another run', () => {
  it('is what its rows count, the lines of the agency’s chain that name it, and its commands', async () => {
    const { body } = await admin.get(`/runs/${ids.campaign}/story`);
    expect(body).toMatchObject({
      run: { kind: 'cycleCampaign', waitingFor: [] },
      counts: { total: 0, started: 0, skipped: 0, refused: 0 },
      events: [{ kind: 'campaignOpened', actor: 'Admin Instansi', data: { unitId: 'Balai Contoh' } }],
      commands: [{ form: 'start', name: 'cycleCampaign', answer: null }],
      mails: [],
      chain: null,
    });
    expect(body.engineUiUrl).toMatch(`/workflows/campaign-${ids.campaign}`);
    expect((await admin.get(`/runs/${ids.training}/story`)).body.counts).toEqual({
      invited: 0,
      attended: 0,
      certificates: 0,
    });
    expect((await admin.get(`/runs/${ids.move}/story`)).body.counts).toEqual({
      total: 0,
      moved: 0,
      refused: 0,
      open: 0,
    });
  });
});

describe("the engine's events of a run", () => {
  it('shows events with noise marked, and say so when the engine is away', async () => {
    const at = { seconds: 1_767_225_600 as never, nanos: 0 };
    history = [
      {
        runId: 'run-1',
        status: 'RUNNING',
        startedAt: new Date('2026-01-01T00:00:00Z'),
        closedAt: null,
        events: [
          {
            eventId: 1 as never,
            eventTime: at,
            eventType: 1,
            workflowExecutionStartedEventAttributes: { workflowType: { name: 'performanceCycle' } },
          },
          { eventId: 2 as never, eventTime: at, eventType: 5 },
          {
            eventId: 3 as never,
            eventTime: at,
            eventType: 10,
            activityTaskScheduledEventAttributes: { activityType: { name: 'startCycle' } },
          },
          {
            eventId: 4 as never,
            eventTime: at,
            eventType: 17,
            timerStartedEventAttributes: { startToFireTimeout: { seconds: 172_800 as never } },
          },
        ],
        pendingActivities: [
          {
            activityType: { name: 'submitSkp' },
            attempt: 3,
            lastFailure: { message: 'database is away' },
            scheduledTime: at,
          },
        ],
      },
    ];
    expect((await admin.get(`/runs/${agency.cycles.employee}/engine-events`)).body).toEqual([
      {
        runId: 'run-1',
        status: 'RUNNING',
        startedAt: '2026-01-01T00:00:00.000Z',
        closedAt: null,
        events: [
          {
            id: 1,
            at: '2026-01-01T00:00:00.000Z',
            type: 'WorkflowExecutionStarted',
            summary: 'performanceCycle',
            isNoise: false,
          },
          { id: 2, at: '2026-01-01T00:00:00.000Z', type: 'WorkflowTaskScheduled', summary: '', isNoise: true },
          {
            id: 3,
            at: '2026-01-01T00:00:00.000Z',
            type: 'ActivityTaskScheduled',
            summary: 'startCycle',
            isNoise: false,
          },
          { id: 4, at: '2026-01-01T00:00:00.000Z', type: 'TimerStarted', summary: '2 d', isNoise: false },
        ],
        pendingActivities: [
          { name: 'submitSkp', attempt: 3, lastFailure: 'database is away', nextRetryAt: '2026-01-01T00:00:00.000Z' },
        ],
      },
    ]);
    history = new Problem('engine.unavailable');
    const away = await admin.get(`/runs/${agency.cycles.employee}/engine-events`);
    expect(away).toMatchObject({ status: 503, body: { code: 'engine.unavailable' } });
    expect(away.headers.get('retry-after')).toBe('5');
  });
});
