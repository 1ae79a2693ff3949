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
import { createSteppedEngine } from '../testing/stepped-engine.ts';
import { useApi } from '../testing/test-api.ts';
import { addPerson, createTwoUnits } from '../testing/two-units.ts';

/** What the engine was handed: form, name, workflow. */
const calls: string[] = [];
let isDown = false;
const stepped = createSteppedEngine(() => api.orm);

let serial = 50;

const api = await useApi({
  engine: {
    async deliver({ form, name, workflowId }) {
      if (isDown) return 'pending';
      calls.push(`${form} ${name} ${workflowId}`);
      return { kind: 'applied', at: Date.now() };
    },
  },
});
const agency = await createTwoUnits(api.em());
await stepped.start(agency.cycles.employee);
const admin = await api.as(agency.people.admin.id);
beforeEach(() => {
  isDown = false;
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
    const pending = await takePendingCommands(api.em(), 100);
    expect(pending.filter(({ name }) => name === 'cycleCampaign')).toMatchObject([
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
