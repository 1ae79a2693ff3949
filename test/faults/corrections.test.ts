import { describe, expect, it } from 'vitest';
import { seatAt, type TwoUnits } from '#api/testing/two-units.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { AGENCY_CHAIN } from '#persistence/audit/audit.repository.ts';
import { Outbox } from '#persistence/notifications/notifications.entities.ts';
import { Employee, Position } from '#persistence/organisation/organisation.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { useApiWithEngine } from '#test/environment/api-with-engine.ts';
import {
  actOnProcedure,
  openProcedureTask,
  openTestProcedure,
  startTestProcedure,
} from '#test/factories/procedures.ts';
import { openTaskFor } from '#test/factories/decisions.ts';
import { startMatterRun } from '#test/factories/runs.ts';

const REASON = 'Surat keputusan nomor 12 tahun 2026 menyebut atasan lain.';
const { api, engine, agency, relay } = await useApiWithEngine({ startsProcedures: true });
relay.start();

async function asks(
  person: keyof TwoUnits['people'],
  wish: { what: 'superior' | 'unit'; rightPositionId: string },
): Promise<string> {
  const client = await api.as(agency.people[person].id);
  const answer = await client.post('/corrections', { ...wish, reason: REASON });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  expect(answer.body).toMatchObject({ state: 'answered' });
  await expect.poll(() => openProcedureTask(api.em(), answer.body.procedureId)).toBeTruthy();
  return answer.body.procedureId as string;
}
const decide = (procedureId: string, decision: 'approve' | 'reject', person: keyof TwoUnits['people']) =>
  actOnProcedure(api.em(), engine.client, { procedureId, decision, actorId: agency.people[person].id });

describe('"my superior or unit is wrong"', () => {
  it('S3.5 accepted: the superior changes with an audit line, the running cycle hears of it, the requester gets a mail', async () => {
    const { employee, superior, head } = agency.people;
    const cycle = await api.em().findOneOrFail(Cycle, { id: agency.cycles.employee });
    await startMatterRun(api.em(), engine.client, cycle.id);
    const client = await api.as(employee.id);
    expect((await client.get('/corrections/current')).body).toMatchObject({
      post: { id: employee.positionId },
      superior: { id: superior.positionId, holder: superior.name },
      openRequestId: null,
    });
    expect((await client.get('/corrections/posts?search=Kepala%20Biro')).body).toMatchObject([
      { id: head.positionId, holder: head.name },
    ]);

    const id = await asks('employee', { what: 'superior', rightPositionId: head.positionId });
    expect(
      (await client.post('/corrections', { what: 'superior', rightPositionId: head.positionId, reason: REASON })).body,
    ).toMatchObject({ code: 'correction.open' });
    expect((await client.get('/procedures/mine')).body).toMatchObject([
      { id, kind: 'correctionRequest', waitingFor: [{ kind: 'decideCorrection' }], canWithdraw: true },
    ]);
    // Other work goes on meanwhile.
    expect(await openTaskFor(api.em(), cycle.id, 'submitSkp')).toBeTruthy();

    expect(await decide(id, 'approve', 'officer')).toMatchObject({ kind: 'applied' });
    expect((await api.em().findOneOrFail(Position, { id: employee.positionId })).superiorPositionId).toBe(
      head.positionId,
    );
    const lines = await api.em().find(AuditEvent, { chain: AGENCY_CHAIN, kind: 'superiorChanged' });
    expect(lines).toMatchObject([
      {
        actorId: agency.people.officer.id,
        data: { employeeId: employee.id, reason: REASON, toPositionId: head.positionId },
      },
    ]);
    await api.em().execute(`update command set next_attempt_at = now() where state = 'accepted'`);
    await expect
      .poll(async () => (await api.em().findOneOrFail(Cycle, { id: cycle.id })).superiorPositionId)
      .toBe(head.positionId);
    expect(await api.em().find(Outbox, { matterId: id, template: 'procedure-finished' })).toMatchObject([
      { recipientId: employee.id, data: { outcome: 'granted' } },
    ]);
  });

  it('S3.5 the unit: officers of the unit above both decide; accepted, the person is moved', async () => {
    const { outsider, officer } = agency.people;
    const vacant = api
      .em()
      .create(Position, {
        unitId: agency.unitId,
        title: 'Analis kosong',
        kind: 'Fungsional',
        gradeLevel: 'Ahli Muda',
        superiorPositionId: agency.people.head.positionId,
      });
    await api.em().insert(Position, vacant);
    const position = await api.em().findOneOrFail(Position, { title: 'Analis kosong' });
    const id = await asks('outsider', { what: 'unit', rightPositionId: position.id });
    const task = (await openProcedureTask(api.em(), id))!;
    expect(task.unitId).toBe(agency.unitId);
    expect(await decide(id, 'approve', 'branchOfficer')).toMatchObject({
      kind: 'refused',
      code: 'access.notAuthorised',
    });
    expect(await decide(id, 'approve', 'officer')).toMatchObject({ kind: 'applied' });
    expect((await api.em().findOneOrFail(Employee, { id: outsider.id })).unitId).toBe(agency.unitId);
    expect(
      await api.em().count(AuditEvent, { chain: AGENCY_CHAIN, kind: 'employeeTransferred', actorId: officer.id }),
    ).toBe(1);
  });

  it('S3.5 what became impossible meanwhile is refused with its reason and can still be rejected', async () => {
    const { colleague, superior } = agency.people;
    const id = await asks('colleague', { what: 'unit', rightPositionId: agency.people.auditor.positionId });
    expect(await decide(id, 'approve', 'officer')).toMatchObject({ kind: 'refused', code: 'personnel.positionHeld' });
    expect(await decide(id, 'reject', 'officer')).toMatchObject({ kind: 'applied' });
    const client = await api.as(colleague.id);
    expect(
      (await client.post('/corrections', { what: 'superior', rightPositionId: superior.positionId, reason: REASON }))
        .body,
    ).toMatchObject({ code: 'correction.same' });
    expect(
      (await client.post('/corrections', { what: 'superior', rightPositionId: colleague.positionId, reason: REASON }))
        .body,
    ).toMatchObject({ code: 'personnel.ownSuperior' });
    expect(
      (await client.post('/corrections', { what: 'superior', rightPositionId: superior.positionId, reason: 'x' }))
        .status,
    ).toBe(422);
  });

  it('S3.5 the officer who asks about themselves is decided on by somebody else', async () => {
    const id = await asks('officer', { what: 'superior', rightPositionId: agency.people.secretary.positionId });
    const task = (await openProcedureTask(api.em(), id))!;
    expect(task.barredIds).toContain(agency.people.officer.id);
    expect(await decide(id, 'approve', 'admin')).toMatchObject({ kind: 'applied' });
  });
});

describe('a lost second factor', () => {
  it('S3.3 S3.5 is removed by two different persons, neither of them its owner; all sessions end', async () => {
    const { superior, officer, admin } = agency.people;
    await api
      .em()
      .execute(`insert into account (employee_id, password_hash) values (?, 'none') on conflict do nothing`, [
        superior.id,
      ]);
    await api
      .em()
      .execute(`insert into second_factor (employee_id, secret, confirmed_at) values (?, 'sealed', now())`, [
        superior.id,
      ]);
    const session = await api.as(superior.id);
    expect((await session.get('/session')).status).toBe(200);
    expect((await session.post('/session/second-factor/loss', { reason: REASON })).status).toBe(401);
    await seatAt(api.em(), 'agencyAdmin', agency.unitId, officer.id);
    const row = await openTestProcedure(api.em(), agency, 'secondFactorReset', superior, { subject: 'Ponsel hilang' });
    await startTestProcedure(api.em(), engine.client, row);
    await expect.poll(() => openProcedureTask(api.em(), row.id)).toBeTruthy();
    expect(await decide(row.id, 'approve', 'officer')).toMatchObject({ kind: 'applied' });
    expect(await decide(row.id, 'approve', 'officer')).toMatchObject({ kind: 'refused', code: 'process.secondPerson' });
    expect(await api.em().execute(`select 1 from second_factor where employee_id = ?`, [superior.id])).toHaveLength(1);
    expect(await decide(row.id, 'approve', 'admin')).toMatchObject({ kind: 'applied' });
    expect(await api.em().execute(`select 1 from second_factor where employee_id = ?`, [superior.id])).toHaveLength(0);
    expect((await session.get('/session')).status).toBe(401);
    expect(
      await api.em().count(AuditEvent, { chain: AGENCY_CHAIN, kind: 'secondFactorRemoved', actorId: admin.id }),
    ).toBe(1);
  });
});
