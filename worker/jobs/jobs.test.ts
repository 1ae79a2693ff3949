import { expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { ROSTER_COLUMNS } from '#domain/organisation/roster-row.ts';
import { Employee } from '#persistence/organisation/organisation.entities.ts';
import { PersonnelAct } from '#persistence/organisation/personnel-acts.entities.ts';
import { RosterImport } from '#persistence/organisation/roster-import.entities.ts';
import { keepUpload, queueImport } from '#persistence/organisation/roster-import.repository.ts';
import { useAgency } from '#test/environment/use-agency.ts';
import { startJobs } from './jobs.ts';

const { em, orm, agency, databaseUrl } = await useAgency();
const jobs = () => startJobs({ orm, databaseUrl, log: pino({ level: 'silent' }), pollMs: 300 });

it('S3.1 an uploaded roster is checked, and applied when ordered, by two workers beside each other', async () => {
  const values = {
    nip: '199001012015011001',
    nama: 'Rina Baru',
    tanggal_lahir: '1990-01-01',
    jenis_kelamin: 'L',
    surel: 'rina@contoh.go.id',
    status_kepegawaian: 'PNS',
    golongan: 'III/a',
    kode_unit: '00',
    jabatan: 'Arsiparis',
    jenis_jabatan: 'Fungsional',
    jenjang: 'Terampil',
    nip_atasan: '198503012010011003',
    status: 'aktif',
    catatan: '',
  };
  const file = new Blob([`${ROSTER_COLUMNS.join(',')}\n${ROSTER_COLUMNS.map((column) => values[column]).join(',')}\n`]);
  const workers = [await jobs(), await jobs()];
  const id = await em().transactional((inner) =>
    keepUpload(inner as EntityManager, file, {
      fileName: 'x.csv',
      format: 'csv',
      uploadedById: agency.people.head.id,
      unitIds: [agency.unitId],
      postsFrom: '2026-01-01',
    }),
  );
  const stateIs = (state: string) =>
    expect.poll(async () => (await em().findOneOrFail(RosterImport, { id })).state).toBe(state);
  await stateIs('checked');
  expect(await queueImport(em(), id, 'apply', agency.people.head.id)).toBe(true);
  await stateIs('applied');
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await em().count(Employee, { name: 'Rina Baru' })).toBe(1);
});

it('S3.4 a scheduled act takes effect when its day has come, once, and not before; one that became impossible says why', async () => {
  const { employee, colleague, head } = agency.people;
  const write = (employeeId: string, effectiveOn: string): Promise<unknown> =>
    em().execute(
      `insert into personnel_act (employee_id, unit_id, kind, effective_on, reason, recorded_by_id) values (?, ?, 'retirement', ?::date, 'batas usia pensiun', ?)`,
      [employeeId, agency.unitId, effectiveOn, head.id],
    );
  await write(employee.id, '2099-01-01');
  await write(colleague.id, '2026-01-01');
  await write(colleague.id, '2026-01-02');
  const workers = [await jobs(), await jobs()];
  await expect
    .poll(async () =>
      (await em().find(PersonnelAct, { employeeId: colleague.id }, { orderBy: { effectiveOn: 'asc' } })).map(
        ({ state, failure }) => [state, failure],
      ),
    )
    .toEqual([
      ['applied', null],
      ['failed', 'personnel.notActive'],
    ]);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect((await em().findOneOrFail(Employee, { id: colleague.id })).status).toBe('pensiun');
  expect((await em().findOneOrFail(Employee, { id: employee.id })).status).toBe('aktif');
  expect((await em().findOneOrFail(PersonnelAct, { employeeId: employee.id })).state).toBe('scheduled');
  const audits = await em().execute<{ n: string }[]>(
    `select count(*) as n from audit_event where kind = 'employeeRetired' and data ->> 'employeeId' = ?`,
    [colleague.id],
  );
  expect(Number(audits[0]!.n)).toBe(1);
});
