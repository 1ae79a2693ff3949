import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Command } from '#persistence/commands/commands.entities.ts';
import type { ProcedureKind } from '#domain/process/tasks.ts';
import { Matter } from '#persistence/matters/matters.entities.ts';
import { useApiWithEngine } from '#test/environment/api-with-engine.ts';
import { openProcedureTask, openTestProcedure } from '#test/factories/procedures.ts';
import { seat } from '#test/factories/agency.ts';
import type { TwoUnits } from '#api/testing/two-units.ts';

/** The API never reaches the engine here: everything goes through the ledger and the relay. */
const { api, agency, relay } = await useApiWithEngine();
await seat(api.em(), 'agencyAdmin', agency.unitId, agency.people.head.id);

async function open(kind: ProcedureKind, opener: keyof TwoUnits['people']): Promise<{ id: string; commandId: string }> {
  const { id, start } = await openTestProcedure(api.em(), agency, kind, agency.people[opener]);
  return { id, commandId: start.id };
}

describe('a procedure without the engine', () => {
  it('S3.5 waits in the ledger, is started by the relay, and its task is decided in the inbox', async () => {
    const { id, commandId } = await open('correctionRequest', 'employee');
    const employee = await api.as(agency.people.employee.id);
    expect((await employee.get(`/procedures/${id}`)).body).toMatchObject({
      state: 'starting',
      waitingFor: [],
      canWithdraw: true,
    });
    await api.em().execute(`update command set next_attempt_at = now() where id = ?`, [commandId]);
    relay.start();
    await expect.poll(() => openProcedureTask(api.em(), id)).toBeTruthy();
    await expect.poll(async () => (await api.em().findOneOrFail(Command, { id: commandId })).state).toBe('answered');

    const officer = await api.as(agency.people.officer.id);
    const { items } = (await officer.get('/inbox?kind=decideCorrection')).body;
    expect(items).toMatchObject([
      {
        matter: { id, kind: 'correctionRequest', subject: 'Perihal contoh' },
        kind: 'decideCorrection',
        stage: 'correctionRequest',
      },
    ]);
    const taskId = items[0].id as string;
    expect((await officer.get(`/tasks/${taskId}`)).body).toMatchObject({
      procedure: { id, kind: 'correctionRequest' },
      decisions: ['approve', 'reject'],
      earlier: [{ kind: 'procedureStarted' }],
    });

    const body = {
      commandId: randomUUID(),
      arguments: { decision: 'reject', reason: 'Data sudah sesuai dengan surat keputusan.' },
    };
    expect((await officer.post(`/tasks/${taskId}/decisions`, body)).status).toBe(202);
    await api.em().execute(`update command set next_attempt_at = now() where id = ?`, [body.commandId]);
    await expect.poll(async () => (await officer.get(`/receipts/${body.commandId}`)).body.state).toBe('answered');
    expect((await officer.post(`/tasks/${taskId}/decisions`, body)).status).toBe(200);
    expect((await employee.get('/procedures/mine')).body).toMatchObject([
      { id, state: 'finished', outcome: 'rejected', canWithdraw: false },
    ]);
    expect((await employee.get(`/procedures/${id}`)).body.earlier).toMatchObject([
      { kind: 'procedureStarted' },
      { kind: 'procedureRejected', reason: 'Data sudah sesuai dengan surat keputusan.' },
    ]);
    expect((await employee.post(`/procedures/${id}/withdrawal`)).body).toMatchObject({
      code: 'process.notWithdrawable',
    });
    expect((await officer.get(`/runs/${id}/story`)).body).toMatchObject({ chain: { isIntact: true }, run: { id } });
    expect((await officer.get('/runs?kind=correctionRequest')).body.items).toMatchObject([{ id }]);
  });

  it('is seen by its people only, and taken back by who opened it', async () => {
    const { id, commandId } = await open('correctionRequest', 'employee');
    await api.em().execute(`update command set next_attempt_at = now() where id = ?`, [commandId]);
    await expect.poll(() => openProcedureTask(api.em(), id)).toBeTruthy();
    const colleague = await api.as(agency.people.colleague.id);
    expect((await colleague.get(`/procedures/${id}`)).status).toBe(404);
    expect((await colleague.post(`/procedures/${id}/withdrawal`)).status).toBe(404);
    const officer = await api.as(agency.people.officer.id);
    expect((await officer.post(`/procedures/${id}/withdrawal`)).body).toMatchObject({
      code: 'process.notWithdrawable',
    });
    const employee = await api.as(agency.people.employee.id);
    expect((await employee.post(`/procedures/${id}/withdrawal`)).body).toEqual({ noted: true });
    await api
      .em()
      .execute(`update command set next_attempt_at = now() where matter_id = ? and state = 'accepted'`, [id]);
    await expect.poll(async () => (await api.em().findOneOrFail(Matter, { id })).outcome).toBe('withdrawn');
  });

  it('a second step is for another person: told so, and not offered', async () => {
    const { id, commandId } = await open('secondFactorReset', 'employee');
    await api.em().execute(`update command set next_attempt_at = now() where id = ?`, [commandId]);
    await expect.poll(() => openProcedureTask(api.em(), id)).toBeTruthy();
    await seat(api.em(), 'agencyAdmin', agency.unitId, agency.people.officer.id);
    const officer = await api.as(agency.people.officer.id);
    const first = (await openProcedureTask(api.em(), id))!;
    const commandOf = () => ({ commandId: randomUUID(), arguments: { decision: 'approve' } });
    const body = commandOf();
    await officer.post(`/tasks/${first.id}/decisions`, body);
    await api.em().execute(`update command set next_attempt_at = now() where id = ?`, [body.commandId]);
    await expect.poll(async () => (await openProcedureTask(api.em(), id))?.kind).toBe('confirmSecondFactorReset');
    const second = (await openProcedureTask(api.em(), id))!;
    expect((await officer.get(`/tasks/${second.id}`)).body.decisions).toEqual([]);
    expect(await officer.post(`/tasks/${second.id}/decisions`, commandOf())).toMatchObject({
      status: 403,
      body: { code: 'process.secondPerson' },
    });
  });
});
