import { beforeEach, describe, expect, it } from 'vitest';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { Command } from '#persistence/commands/commands.entities.ts';
import { takePendingCommands } from '#persistence/commands/commands.repository.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { PositionAssignment } from '#persistence/organisation/organisation.entities.ts';
import { campaignWorkflowId, matterWorkflowId } from '#domain/process/names.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { reason } from '#test/factories/decisions.ts';
import { decideIn } from '#test/factories/stepped-matter.ts';
import type { EngineRunHistory } from '../temporal/engine.ts';
import { Problem } from '../http/problem.ts';
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { useApi } from '../testing/test-api.ts';
import { addPerson, createTwoUnits } from '../testing/two-units.ts';

/** What the engine was handed: form, name, workflow. */
const calls: string[] = [];
let isDown = false;
let history: EngineRunHistory[] | Problem = [];
const stepped = createSteppedEngine(() => api.orm);

let serial = 50;

const api = await useApi({
  engine: {
    async deliver({ form, name, workflowId }) {
      if (isDown) return 'pending';
      calls.push(`${form} ${name} ${workflowId}`);
      return { kind: 'applied', at: Date.now() };
    },
    async history() {
      if (history instanceof Problem) throw history;
      return history;
    },
  },
  config: { temporalUiUrl: 'http://temporal.test' },
});
const agency = await createTwoUnits(api.em());
await stepped.start(agency.cycles.employee);
const admin = await api.as(agency.people.admin.id);
beforeEach(() => {
  isDown = false;
  history = [];
  calls.splice(0);
});

describe('an opening', () => {
  const open = (year: number) =>
    admin.post('/campaigns', { year, unitId: agency.branchUnitId, ruleSetId: agency.ruleSetId });

  it('is written with its audit line and started', async () => {
    const { status, body } = await open(2030);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      year: 2030,
      state: 'running',
      ratePerSecond: 50,
      unit: { code: '01' },
      openedBy: { name: 'Admin Instansi' },
    });
    expect(calls).toEqual([`start cycleCampaign ${campaignWorkflowId(body.id)}`]);
    expect(await api.em().findOneOrFail(Campaign, { id: body.id })).toMatchObject({
      workflowId: `campaign-${body.id}`,
    });
    expect(await api.em().count(AuditEvent, { kind: 'campaignOpened' })).toBe(1);
    expect((await admin.get(`/campaigns/${body.id}`)).body).toEqual({ campaign: body, refusals: [], byStage: {} });
  });

  it('of the same year and unit is not opened twice, not even at the same moment', async () => {
    expect(await open(2030)).toMatchObject({ status: 409, body: { code: 'campaign.exists' } });
    const answers = await Promise.all([open(2032), open(2032), open(2032)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it('is kept while the engine is away: its start waits in the ledger, where the relay finds it', async () => {
    isDown = true;
    const { status, body } = await open(2033);
    expect(status).toBe(200);
    expect(calls).toEqual([]);
    await api.em().execute(`update command set next_attempt_at = now() where state = 'accepted'`);
    expect(await takePendingCommands(api.em(), 10)).toMatchObject([
      {
        form: 'start',
        name: 'cycleCampaign',
        workflowId: campaignWorkflowId(body.id),
        arguments: { campaignId: body.id },
      },
    ]);
    await api.em().execute(`update command set state = 'answered' where state = 'accepted'`);
  });

  it('is paused and resumed', async () => {
    const { id } = (await open(2034)).body;
    calls.splice(0);
    expect((await admin.post(`/campaigns/${id}/pause`, {})).status).toBe(200);
    expect((await admin.post(`/campaigns/${id}/resume`, {})).status).toBe(200);
    const workflowId = campaignWorkflowId(id);
    expect(calls).toEqual([`update pauseCampaign ${workflowId}`, `update resumeCampaign ${workflowId}`]);
    await api.em().nativeUpdate(Campaign, { id }, { state: 'finished' });
    expect(await admin.post(`/campaigns/${id}/pause`, {})).toMatchObject({
      status: 409,
      body: { code: 'campaign.notOpen' },
    });
    const officer = await api.as(agency.people.officer.id);
    expect((await officer.post(`/campaigns/${id}/pause`, {})).status).toBe(403);
  });
});

describe('a personnel act', () => {
  const act = { effectiveOn: '2026-01-05', reason: 'Keputusan nomor 12 tahun 2026' };

  it('under another superior: the post, the audit line, and the running cycle hears of it', async () => {
    const { employee, head } = agency.people;
    expect(
      (await admin.post(`/employees/${employee.id}/superior`, { ...act, superiorPositionId: head.positionId })).body,
    ).toEqual({ noted: true, state: 'applied' });
    expect(calls).toEqual([`fact superiorChanged ${matterWorkflowId(agency.cycles.employee)}`]);
    expect(
      await api
        .em()
        .findOneOrFail(Command, { matterId: agency.cycles.employee, form: 'fact', name: 'superiorChanged' }),
    ).toMatchObject({ state: 'answered', taskId: null });
    expect(await api.em().findOneOrFail(AuditEvent, { kind: 'superiorChanged', matterId: null })).toMatchObject({
      actorId: agency.people.admin.id,
      data: { employeeId: employee.id, reason: act.reason },
    });
    await admin.post(`/employees/${employee.id}/superior`, {
      ...act,
      superiorPositionId: agency.people.superior.positionId,
    });
  });

  it('that makes somebody their own superior is refused, over any number of steps', async () => {
    const { head, employee, superior } = agency.people;
    for (const target of [employee.positionId, superior.positionId, head.positionId]) {
      expect(await admin.post(`/employees/${head.id}/superior`, { ...act, superiorPositionId: target })).toMatchObject({
        status: 409,
        body: { code: 'personnel.ownSuperior' },
      });
    }
  });

  it('is kept for the relay when the engine is away', async () => {
    isDown = true;
    const { employee, head } = agency.people;
    await admin.post(`/employees/${employee.id}/superior`, { ...act, superiorPositionId: head.positionId });
    expect(await api.em().count(Command, { form: 'fact', name: 'superiorChanged', state: 'accepted' })).toBe(1);
    isDown = false;
    await admin.post(`/employees/${employee.id}/superior`, {
      ...act,
      superiorPositionId: agency.people.superior.positionId,
    });
  });

  it('moves a person to a vacant post in another unit', async () => {
    const mover = await addPerson(api.em(), `Mutasi ${serial}`, agency.unitId, agency.people.head.positionId, serial++);
    const leaver = await addPerson(
      api.em(),
      `Pindah ${serial}`,
      agency.branchUnitId,
      agency.people.head.positionId,
      serial++,
    );
    expect(
      await admin.post(`/employees/${mover.id}/transfer`, { ...act, positionId: leaver.positionId }),
    ).toMatchObject({ status: 409, body: { code: 'personnel.positionHeld' } });
    await admin.post(`/employees/${leaver.id}/retirement`, act);
    expect(
      (await admin.post(`/employees/${mover.id}/transfer`, { ...act, positionId: leaver.positionId })).status,
    ).toBe(200);
    expect((await admin.get(`/employees?search=Mutasi`)).body.items[0]).toMatchObject({
      unit: { code: '01' },
      position: { id: leaver.positionId },
    });
    const posts = await api.em().find(PositionAssignment, { employeeId: mover.id }, { orderBy: { validFrom: 'asc' } });
    expect(posts).toMatchObject([
      { positionId: mover.positionId, validTo: '2026-01-04' },
      { positionId: leaver.positionId, validFrom: '2026-01-05', validTo: null },
    ]);
  });

  it('retires somebody, who can still see the last appraisal; after a death the account is closed', async () => {
    const retiree = await addPerson(
      api.em(),
      `Pensiun ${serial}`,
      agency.unitId,
      agency.people.head.positionId,
      serial++,
    );
    const client = await api.as(retiree.id);
    await admin.post(`/employees/${retiree.id}/retirement`, act);
    expect((await client.get('/session')).body).toMatchObject({ positions: [] });
    expect(await admin.post(`/employees/${retiree.id}/retirement`, act)).toMatchObject({
      status: 409,
      body: { code: 'personnel.notActive' },
    });

    const deceased = await addPerson(
      api.em(),
      `Wafat ${serial}`,
      agency.unitId,
      agency.people.head.positionId,
      serial++,
    );
    const session = await api.as(deceased.id);
    await admin.post(`/employees/${deceased.id}/death`, act);
    expect((await session.get('/session')).status).toBe(401);
  });

  it('of a superior is told to the cycles of the people below', async () => {
    const boss = await addPerson(api.em(), `Atasan ${serial}`, agency.unitId, agency.people.head.positionId, serial++);
    const { colleague } = agency.people;
    await api.em().nativeUpdate(Cycle, { id: agency.cycles.colleague }, { superiorPositionId: boss.positionId });
    await admin.post(`/employees/${boss.id}/retirement`, act);
    expect(calls).toEqual([`fact superiorChanged ${matterWorkflowId(agency.cycles.colleague)}`]);
    await api
      .em()
      .nativeUpdate(Cycle, { id: agency.cycles.colleague }, { superiorPositionId: agency.people.superior.positionId });
    expect(colleague.id).toBeTruthy();
  });

  it.each([
    ['on oneself', { employeeId: 'admin' }, 409, 'personnel.ownAct'],
    ['without a reason', { reason: 'ya' }, 422, 'request.invalid'],
  ])('%s is refused', async (_title, change, status, code) => {
    const about = 'employeeId' in change ? agency.people.admin.id : agency.people.colleague.id;
    expect(await admin.post(`/employees/${about}/retirement`, { ...act, ...change, employeeId: about })).toMatchObject({
      status,
      body: { code },
    });
  });

  it('on somebody outside the administrator’s units is not possible', async () => {
    const branchAdmin = await api.as(agency.people.branchOfficer.id);
    expect((await branchAdmin.post(`/employees/${agency.people.employee.id}/retirement`, act)).status).toBe(404);
    expect((await branchAdmin.post(`/employees/${agency.people.outsider.id}/retirement`, act)).status).toBe(403);
  });
});

describe('runs', () => {
  it('are found by name, unit, stage and lateness, with counts by stage', async () => {
    const runs = async (query: string) => (await admin.get(`/runs?${query}`)).body;
    expect((await runs('search=satu')).items).toMatchObject([
      {
        cycleId: agency.cycles.employee,
        stage: 'skp',
        state: 'running',
        waitingFor: [{ kind: 'draftSkp', assignee: 'Pegawai Satu' }],
        seq: 1,
      },
    ]);
    expect(
      (await runs(`unitId=${agency.branchUnitId}`)).items.map(({ cycleId }: { cycleId: string }) => cycleId),
    ).toEqual([agency.cycles.outsider]);
    expect(await runs('state=starting')).toMatchObject({ byStage: { skp: 2 } });
    await api.em().nativeUpdate(Task, { matterId: agency.cycles.employee }, { dueAt: new Date(Date.now() - 60_000) });
    expect((await runs('lateOnly=true')).items).toMatchObject([{ cycleId: agency.cycles.employee, lateTasks: 1 }]);
    expect((await runs('stage=appraisal')).items).toEqual([]);
    expect((await runs('year=1999')).byStage).toEqual({});
    const first = await runs('limit=2');
    expect(
      [...first.items, ...(await runs(`limit=2&cursor=${first.nextCursor}`)).items].map(
        ({ employee }: { employee: { name: string } }) => employee.name,
      ),
    ).toEqual(['Pegawai Balai', 'Pegawai Dua', 'Pegawai Satu']);
  });

  it('tell their story in business words, with its chain checked and a link to the engine', async () => {
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
      chain: { isIntact: true, brokenAt: null },
      engineUiUrl: `http://temporal.test/namespaces/default/workflows/cycle-${cycle.matterId}`,
      waitingFor: [{ kind: 'draftSkp' }],
    });
    expect(story.mails.length).toBeGreaterThan(0);

    await api
      .em()
      .execute(`update audit_event set data = '{"round": 9}' where matter_id = ? and number = 3`, [cycle.matterId]);
    expect((await admin.get(`/runs/${cycle.matterId}/story`)).body.chain).toEqual({ isIntact: false, brokenAt: 3 });
  });

  it('are not called broken while they move on', async () => {
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

  it('show the engine’s events with noise marked, and say so when the engine is away', async () => {
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

describe('the mail log', () => {
  it('is filtered by state and name, paged, and a failed mail is sent again', async () => {
    const all = (await admin.get('/mails')).body.items;
    expect(all.length).toBeGreaterThanOrEqual(3);
    const first = (await admin.get('/mails?limit=1')).body;
    const second = (await admin.get(`/mails?limit=1&cursor=${first.nextCursor}`)).body;
    expect([first.items[0].id, second.items[0].id]).toEqual([all[0].id, all[1].id]);
    const [target] = (await admin.get('/mails?search=pegawai%20dua')).body.items;
    await api.em().nativeUpdate(Outbox, { id: target.id }, { state: 'failed', lastError: '550', attempts: 5 });
    expect((await admin.get('/mails?state=failed')).body.items).toMatchObject([{ id: target.id, lastError: '550' }]);
    expect((await admin.get('/mails?search=tidak-ada')).body.items).toEqual([]);

    expect((await admin.post(`/mails/${target.id}/resend`, {})).body).toEqual({ queued: true });
    expect(await api.em().findOneOrFail(Outbox, { id: target.id })).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await admin.post(`/mails/${target.id}/resend`, {})).toMatchObject({
      status: 409,
      body: { code: 'mail.notResendable' },
    });
    const auditor = await api.as(agency.people.auditor.id);
    expect((await auditor.post(`/mails/${target.id}/resend`, {})).status).toBe(403);
    const branch = await api.as(agency.people.branchOfficer.id);
    expect((await branch.post(`/mails/${target.id}/resend`, {})).status).toBe(404);
  });
});

describe('lists to choose from', () => {
  it('units with their people, positions with their holders, rule sets with what is unverified', async () => {
    expect((await admin.get('/units')).body).toMatchObject([
      { code: '00', parentId: null },
      { code: '01', parentId: agency.unitId, timeZone: 'Asia/Makassar' },
    ]);
    expect((await admin.get('/positions?search=ketua')).body).toMatchObject([
      { title: 'Jabatan Ketua Tim', holder: 'Ketua Tim' },
    ]);
    const [ruleSet] = (await admin.get('/rule-sets')).body;
    expect(ruleSet).toMatchObject({
      id: agency.ruleSetId,
      validFrom: '2023-01-31',
      validTo: null,
      isCompressed: false,
    });
    expect(ruleSet.unverified.length).toBeGreaterThan(0);
    expect(await api.em().count(Task)).toBeGreaterThan(0);
  });
});
