import { describe, expect, it } from 'vitest';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import {
  Employee,
  Position,
  PositionAssignment,
  RoleAssignment,
} from '#persistence/organisation/organisation.entities.ts';
import { applyDueAct, dueActs } from '#persistence/organisation/personnel-acts.repository.ts';
import { Matter, Task } from '#persistence/matters/matters.entities.ts';
import { changedTables, snapshotOf } from '#test/faults/table-snapshot.ts';
import type { Person } from '#test/factories/agency.ts';
import { useApi } from '../testing/test-api.ts';
import { addPerson, createTwoUnits, seatAt } from '../testing/two-units.ts';

const REASON = 'Surat perintah nomor 12 tahun 2026';
const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
const day = (shift: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) + shift * 86_400_000).toISOString().slice(0, 10);

let serial = 30;

const api = await useApi();
const agency = await createTwoUnits(api.em());
const admin = await api.as(agency.people.admin.id);

const newPerson = (name: string, unitId = agency.unitId): Promise<Person> =>
  addPerson(api.em(), name, unitId, agency.people.head.positionId, serial++);
const newPost = async (title: string, unitId = agency.unitId): Promise<string> => {
  const em = api.em();
  const post = em.create(Position, {
    unitId,
    title,
    kind: 'Fungsional',
    gradeLevel: 'Ahli Muda',
    superiorPositionId: agency.people.head.positionId,
  });
  em.persist(post);
  await em.flush();
  return post.id;
};
const historyOf = async (id: string): Promise<any> => (await admin.get(`/employees/${id}`)).body;
const lastAudit = async (kind: string): Promise<any> =>
  (await api.em().find(AuditEvent, { kind }, { orderBy: { number: 'desc' }, limit: 1 }))[0];

describe('roles', () => {
  it('S3.4 are given in a unit between two dates, audited, and give rights on their days only', async () => {
    const rina = await newPerson('Rina Peran', agency.branchUnitId);
    const client = await api.as(rina.id);
    expect((await client.get('/employees?search=Balai')).body.items).toHaveLength(0);
    const grant = { employeeId: rina.id, role: 'personnelOfficer', unitId: agency.branchUnitId, reason: REASON };
    expect((await admin.post('/roles', { ...grant, validFrom: day(3), validTo: null })).status).toBe(200);
    expect((await client.get('/employees?search=Balai')).body.items).toHaveLength(0);
    expect((await admin.post('/roles', { ...grant, validFrom: day(5), validTo: day(9) })).body.code).toBe('roles.held');
    const { body } = await admin.post('/roles', { ...grant, validFrom: day(-9), validTo: day(2) });
    expect((await client.get('/employees?search=Balai')).body.items.length).toBeGreaterThan(0);
    expect(await lastAudit('roleGranted')).toMatchObject({
      actorId: agency.people.admin.id,
      data: { employeeId: rina.id, role: 'personnelOfficer', validTo: day(2), reason: REASON },
    });
    expect((await admin.post(`/roles/${body.id}/end`, { lastDay: day(-1), reason: REASON })).status).toBe(200);
    expect((await client.get('/employees?search=Balai')).body.items).toHaveLength(0);
    expect(await lastAudit('roleEnded')).toMatchObject({ data: { employeeId: rina.id, lastDay: day(-1) } });
    expect((await admin.post(`/roles/${body.id}/end`, { lastDay: day(0), reason: REASON })).body.code).toBe(
      'roles.ended',
    );
    const all = (await admin.get(`/roles?search=Rina&includesPast=true`)).body;
    expect(all.map(({ state }: { state: string }) => state).sort()).toEqual(['future', 'past']);
    expect((await admin.get(`/roles?search=Rina`)).body.map(({ state }: { state: string }) => state)).toEqual([
      'future',
    ]);
  });

  it('S3.4 nobody gives a role to themselves, the technical administrator gets nothing substantive, the last administrator stays', async () => {
    const give = (employeeId: string, role: string, unitId = agency.unitId) =>
      admin.post('/roles', { employeeId, role, unitId, validFrom: today, reason: REASON });
    expect((await give(agency.people.admin.id, 'ppk')).body.code).toBe('roles.ownGrant');
    expect((await give(agency.people.systemAdmin.id, 'personnelOfficer')).body.code).toBe('roles.separation');
    expect((await give(agency.people.officer.id, 'systemAdmin')).body.code).toBe('roles.separation');
    expect((await give(agency.people.auditor.id, 'agencyAdmin', agency.branchUnitId)).body.code).toBe(
      'roles.separation',
    );
    const own = await api.em().findOneOrFail(RoleAssignment, { employeeId: agency.people.admin.id });
    expect((await admin.post(`/roles/${own.id}/end`, { lastDay: today, reason: REASON })).body.code).toBe(
      'roles.lastAdmin',
    );
  });

  it('S3.4 are given by the administrator of the unit only, and seen by those who care for it', async () => {
    const body = {
      employeeId: agency.people.colleague.id,
      role: 'auditor',
      unitId: agency.unitId,
      validFrom: today,
      reason: REASON,
    };
    for (const name of ['employee', 'superior', 'systemAdmin', 'auditor', 'outsider'] as const)
      expect((await (await api.as(agency.people[name].id)).post('/roles', body)).status, name).toBe(404);
    for (const name of ['officer'] as const)
      expect((await (await api.as(agency.people[name].id)).post('/roles', body)).status, name).toBe(403);
    expect(
      (await (await api.as(agency.people.branchOfficer.id)).get('/roles')).body.map(({ unit }: any) => unit.code),
    ).toEqual(expect.arrayContaining(['01']));
    expect(
      (await (await api.as(agency.people.branchOfficer.id)).get('/roles')).body.every(
        ({ unit }: any) => unit.code === '01',
      ),
    ).toBe(true);
    expect((await (await api.as(agency.people.employee.id)).get('/roles')).status).toBe(403);
    const branchAdmin = await newPerson('Admin Balai', agency.branchUnitId);
    await seatAt(api.em(), 'agencyAdmin', agency.branchUnitId, branchAdmin.id);
    const there = await api.as(branchAdmin.id);
    expect((await there.post('/roles', body)).status).toBe(404);
    expect(
      (await there.post('/roles', { ...body, employeeId: agency.people.outsider.id, unitId: agency.branchUnitId }))
        .status,
    ).toBe(200);
  });
});

describe('acts about a person', () => {
  it('S3.4 a promotion of today changes the grade; one with a post moves the person', async () => {
    const person = await newPerson('Naik Pangkat');
    expect(
      (
        await admin.post(`/employees/${person.id}/promotion`, {
          effectiveOn: today,
          reason: REASON,
          orderNumber: 'SK-1',
        })
      ).status,
    ).toBe(422);
    expect(
      (
        await admin.post(`/employees/${person.id}/promotion`, {
          effectiveOn: today,
          reason: REASON,
          orderNumber: 'SK-1',
          grade: 'III/d',
        })
      ).body.state,
    ).toBe('applied');
    const post = await newPost('Ahli Madya Baru', agency.branchUnitId);
    expect(
      (
        await admin.post(`/employees/${person.id}/promotion`, {
          effectiveOn: today,
          reason: REASON,
          positionId: post,
          grade: 'IV/a',
        })
      ).body.state,
    ).toBe('applied');
    expect(await historyOf(person.id)).toMatchObject({
      employee: { grade: 'IV/a', unit: { code: '01' } },
      positions: [{ title: 'Ahli Madya Baru', state: 'current' }, { state: 'past' }],
      acts: [
        { kind: 'promotion', grade: 'IV/a', position: 'Ahli Madya Baru, Balai Contoh' },
        { kind: 'promotion', grade: 'III/d', orderNumber: 'SK-1' },
      ],
    });
    expect(await lastAudit('employeePromoted')).toMatchObject({ data: { grade: 'IV/a' } });
  });

  it('S3.4 leave and return: ordinary leave keeps the post, CLTN vacates it, the return finds a post again', async () => {
    const person = await newPerson('Cuti Sebentar');
    const leave = (leaveKind: string, untilOn: string | null = null) =>
      admin.post(`/employees/${person.id}/leave`, { effectiveOn: today, reason: REASON, leaveKind, untilOn });
    expect((await admin.post(`/employees/${person.id}/return`, { effectiveOn: today, reason: REASON })).body.code).toBe(
      'personnel.notOnLeave',
    );
    expect((await leave('cuti', day(5))).body.state).toBe('applied');
    expect(await historyOf(person.id)).toMatchObject({
      employee: { status: 'aktif' },
      positions: [{ state: 'current' }],
    });
    expect((await leave('cltn', day(-5))).body.code).toBe('personnel.dates');
    expect((await leave('cltn', day(700))).body.state).toBe('applied');
    expect(await historyOf(person.id)).toMatchObject({
      employee: { status: 'cuti di luar tanggungan negara' },
      positions: [{ state: 'past' }],
    });
    expect((await leave('tugasBelajar')).body.code).toBe('personnel.onLeave');
    expect(
      (
        await admin.post(`/employees/${person.id}/return`, {
          effectiveOn: today,
          reason: REASON,
          positionId: await newPost('Kembali'),
        })
      ).body.state,
    ).toBe('applied');
    expect(await historyOf(person.id)).toMatchObject({
      employee: { status: 'aktif' },
      positions: expect.arrayContaining([expect.objectContaining({ title: 'Kembali', state: 'current' })]),
    });
  });

  it('S3.4 one of a later day changes nothing yet, takes effect on its day, and can be taken back before', async () => {
    const person = await newPerson('Terjadwal');
    const before = await snapshotOf(api.em());
    const { body } = await admin.post(`/employees/${person.id}/retirement`, { effectiveOn: day(10), reason: REASON });
    expect(body).toEqual({ noted: true, state: 'scheduled' });
    expect(changedTables(before, await snapshotOf(api.em())).sort()).toEqual(['audit_event', 'personnel_act']);
    expect(await dueActs(api.em(), new Date())).toEqual([]);
    const [act] = (await historyOf(person.id)).acts;
    await api.em().execute(`update personnel_act set effective_on = ?::date where id = ?`, [today, act.id]);
    expect(await dueActs(api.em(), new Date())).toEqual([act.id]);
    await Promise.all([applyDueAct(api.orm, act.id, new Date()), applyDueAct(api.orm, act.id, new Date())]);
    expect(await historyOf(person.id)).toMatchObject({ employee: { status: 'pensiun' }, acts: [{ state: 'applied' }] });

    const other = await newPerson('Batal');
    await admin.post(`/employees/${other.id}/retirement`, { effectiveOn: day(10), reason: REASON });
    const [planned] = (await historyOf(other.id)).acts;
    expect((await admin.post(`/personnel-acts/${planned.id}/cancellation`, { reason: REASON })).body).toEqual({
      done: true,
    });
    expect((await admin.post(`/personnel-acts/${planned.id}/cancellation`, { reason: REASON })).body.code).toBe(
      'personnel.actClosed',
    );
    expect((await historyOf(other.id)).acts).toMatchObject([{ state: 'cancelled' }]);
    expect((await admin.post(`/employees/${other.id}/death`, { effectiveOn: day(1), reason: REASON })).body.code).toBe(
      'personnel.futureDeath',
    );
    expect(
      (
        await (
          await api.as(agency.people.officer.id)
        ).post(`/employees/${other.id}/leave`, { effectiveOn: today, reason: REASON, leaveKind: 'cuti' })
      ).status,
    ).toBe(403);
  });

  it('S3.4 the history is for those who may read the person', async () => {
    const { outsider, employee, branchOfficer } = agency.people;
    expect((await (await api.as(outsider.id)).get(`/employees/${outsider.id}`)).body).toMatchObject({
      mayAdminister: false,
    });
    expect((await (await api.as(branchOfficer.id)).get(`/employees/${employee.id}`)).status).toBe(404);
    expect(await historyOf(outsider.id)).toMatchObject({
      mayAdminister: true,
      numbers: [{ kind: 'NIP', validFrom: '2010-01-01' }],
    });
  });
});

describe('Plt and Plh', () => {
  it('S3.4 hold a post by order between two dates; a Plt needs a vacant post, a Plh an absent holder', async () => {
    const stand = await newPerson('Pengganti');
    const vacant = await newPost('Kepala Kosong');
    const act = (kind: string, positionId: string, validFrom = today, validTo = day(30)) =>
      admin.post(`/employees/${stand.id}/acting`, {
        kind,
        positionId,
        validFrom,
        validTo,
        orderNumber: 'SP-1',
        reason: REASON,
      });
    expect((await act('plt', agency.people.superior.positionId)).body.code).toBe('personnel.pltNotVacant');
    expect((await act('plh', vacant)).body.code).toBe('personnel.plhVacant');
    expect((await act('plt', vacant, today, day(-1))).body.code).toBe('personnel.dates');
    const { body } = await act('plt', vacant);
    expect((await (await api.as(stand.id)).get('/session')).body.positions).toEqual(
      expect.arrayContaining([expect.objectContaining({ title: 'Kepala Kosong', kind: 'plt' })]),
    );
    expect((await act('plt', vacant, day(30), day(40))).body.code).toBe('personnel.actingTaken');
    expect((await historyOf(stand.id)).positions).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'plt', orderNumber: 'SP-1', validTo: day(30) })]),
    );
    expect(await lastAudit('actingStarted')).toMatchObject({ data: { employeeId: stand.id, orderNumber: 'SP-1' } });
    expect((await admin.post(`/acting/${body.id}/end`, { lastDay: day(31), reason: REASON })).body.code).toBe(
      'personnel.dates',
    );
    expect((await admin.post(`/acting/${body.id}/end`, { lastDay: day(-1), reason: REASON })).body).toEqual({
      done: true,
    });
    expect(
      (await (await api.as(stand.id)).get('/session')).body.positions.map(({ title }: { title: string }) => title),
    ).not.toContain('Kepala Kosong');
  });

  it('S3.4 an act about oneself is for somebody else to record', async () => {
    const body = {
      kind: 'plh',
      positionId: agency.people.superior.positionId,
      validFrom: today,
      validTo: day(3),
      orderNumber: 'SP-2',
      reason: REASON,
    };
    expect((await admin.post(`/employees/${agency.people.admin.id}/acting`, body)).body.code).toBe('personnel.ownAct');
  });
});

describe('rights are read again at the moment of a decision', () => {
  it('S3.4 a Plh decides on the own days, not the day after the last one', async () => {
    const { employee, superior } = agency.people;
    const stand = await newPerson('Plh Ketua Tim');
    const em = api.em();
    const acting = em.create(PositionAssignment, {
      positionId: superior.positionId,
      employeeId: stand.id,
      kind: 'plh',
      validFrom: day(-5),
      validTo: day(0),
      orderNumber: 'SP-3',
    });
    em.persist(acting);
    await em.flush();
    const cycle = await api.em().findOneOrFail(Matter, { id: agency.cycles.employee });
    await api.em().execute(
      `insert into task (matter_id, kind, strand, slot, round, stage, employee_id, unit_id, rule_set_id, assignee_kind, assignee_id, responsible_position_id, opened_at, due_at)
       values (?, 'approveSkp', 'skp', 'skp', 9, 'skp', ?, ?, ?, 'position', ?, ?, now(), now() + interval '5 days')`,
      [cycle.id, employee.id, cycle.unitId, cycle.ruleSetId, superior.positionId, superior.positionId],
    );
    const task = await api.em().findOneOrFail(Task, { matterId: cycle.id, kind: 'approveSkp' });
    const client = await api.as(stand.id);
    const decide = (id: string) =>
      client.post(`/tasks/${task.id}/decisions`, { commandId: id, arguments: { decision: 'approveSkp' } });
    expect((await client.get(`/tasks/${task.id}`)).status).toBe(200);
    expect((await decide('10000000-0000-4000-8000-000000000001')).status).toBe(202);
    await api.em().execute(`update position_assignment set valid_to = ?::date where id = ?`, [day(-1), acting.id]);
    expect([403, 404]).toContain((await decide('10000000-0000-4000-8000-000000000002')).status);
    expect([403, 404]).toContain((await client.get(`/tasks/${task.id}`)).status);
    expect(await api.em().count(Employee, { id: stand.id })).toBe(1);
  });
});
