import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EntityManager } from '@mikro-orm/postgresql';
import writeXlsx from 'write-excel-file/node';
import { ROSTER_COLUMNS, type RosterRow } from '#domain/organisation/roster-row.ts';
import { AuditEvent } from '#persistence/audit/audit.entities.ts';
import { Employee, PositionAssignment, Unit } from '#persistence/organisation/organisation.entities.ts';
import { readRoster, type RosterLine } from '#persistence/organisation/roster-file.ts';
import { claimImport } from '#persistence/organisation/roster-import.repository.ts';
import { workOnImport } from '#persistence/organisation/roster-import.work.ts';
import { changedTables, snapshotOf } from '#test/faults/table-snapshot.ts';
import { readDemoUnits } from '../../data/files.ts';
import { useApi, type Answer, type TestClient } from '../testing/test-api.ts';
import { addPerson, seatAt } from '../testing/two-units.ts';
import { uploadFile } from '../testing/uploads.ts';

const DEMO = readFileSync(join(import.meta.dirname, '../../data/demo-agency/roster.csv'));
const UUID = '00000000-0000-4000-8000-000000000000';

const api = await useApi();
const root = await createUnits(api.em());
const boss = await addPerson(api.em(), 'Admin Instansi', root, null, 90);
await seatAt(api.em(), 'agencyAdmin', root, boss.id);
const unit = await api.em().findOneOrFail(Unit, { code: '02' });
const officerPerson = await addPerson(api.em(), 'Pengelola Ditjen', unit.id, null, 91);
await seatAt(api.em(), 'personnelOfficer', unit.id, officerPerson.id);
const plain = await addPerson(api.em(), 'Pegawai Biasa', unit.id, null, 92);
const [admin, officer, employee] = [await api.as(boss.id), await api.as(officerPerson.id), await api.as(plain.id)];

/** The units of the demo agency. */
async function createUnits(em: EntityManager): Promise<string> {
  const paths = new Map<string, { id: string; path: string }>();
  for (const row of readDemoUnits()) {
    const parent = paths.get(row.kode_induk!);
    const unit = em.create(Unit, {
      code: row.kode!,
      name: row.nama!,
      path: `${parent?.path ?? '/'}${row.kode}/`,
      parentId: parent?.id ?? null,
      timeZone: row.zona_waktu!,
    });
    em.persist(unit);
    await em.flush();
    paths.set(row.kode!, { id: unit.id, path: unit.path });
  }
  return paths.get('00')!.id;
}

/** Uploads a roster; answers with the import as its page shows it. */
async function upload(client: TestClient, file: Uint8Array | string, name = 'daftar.csv'): Promise<Answer> {
  const sent = await uploadFile(client, file, { purpose: 'rosterFile', name });
  return sent.status === 200 ? client.get(`/roster-imports/${sent.body.id}`) : sent;
}
/** Uploads and lets a worker check it. */
async function checked(file: Uint8Array | string, name?: string): Promise<string> {
  const { status, body } = await upload(admin, file, name);
  expect(status, JSON.stringify(body)).toBe(200);
  await workOnImport(api.orm, body.id, new Date());
  return body.id;
}
async function apply(id: string): Promise<Answer> {
  expect((await admin.post(`/roster-imports/${id}/application`, {})).status).toBe(200);
  await workOnImport(api.orm, id, new Date());
  return admin.get(`/roster-imports/${id}`);
}
const rowsOf = async (id: string, show = 'open', client = admin): Promise<any[]> =>
  (await client.get(`/roster-imports/${id}/rows?show=${show}&limit=100`)).body.items;
const discard = async (id: string): Promise<void> => void (await admin.delete(`/roster-imports/${id}`));
const csv = (...rows: RosterRow[]): string =>
  [
    ROSTER_COLUMNS.join(';'),
    ...rows.map((row) => ROSTER_COLUMNS.map((column) => `"${(row[column] ?? '').replaceAll('"', '""')}"`).join(';')),
  ].join('\n');
const person = (serial: number, part: RosterRow = {}): RosterRow => ({
  nip: `199001012015011${String(serial).padStart(3, '0')}`,
  nama: `Orang ${serial}`,
  tanggal_lahir: '1990-01-01',
  jenis_kelamin: 'L',
  surel: `orang${serial}@contoh.go.id`,
  status_kepegawaian: 'PNS',
  golongan: 'III/a',
  kode_unit: '0101',
  jabatan: 'Arsiparis',
  jenis_jabatan: 'Fungsional',
  jenjang: 'Terampil',
  nip_atasan: '196805121994041001',
  status: 'aktif',
  ...part,
});

describe('the demo roster, from upload to the last corrected row', () => {
  let id: string;

  it('S3.1 a dry run holds or refuses exactly the ten bad rows, each with code, field and owner, and changes nothing else', async () => {
    const before = await snapshotOf(api.em());
    const { status, body } = await upload(admin, DEMO, 'pegawai 2026.csv');
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      state: 'waiting',
      want: 'check',
      fileName: 'pegawai 2026.csv',
      format: 'csv',
      mayApply: true,
    });
    id = body.id;
    await workOnImport(api.orm, id, new Date());
    expect(changedTables(before, await snapshotOf(api.em()))).toEqual([
      'roster_import',
      'upload_receipt',
      'roster_import_row',
      'roster_import_missing',
    ]);
    const view = (await admin.get(`/roster-imports/${id}`)).body;
    expect(view).toMatchObject({
      state: 'checked',
      totalRows: 237,
      doneRows: 237,
      counts: { added: 227, changed: 0, ended: 0, unchanged: 0, held: 1, refused: 9, applied: 0 },
    });
    const open = await rowsOf(id);
    expect(
      open.map(({ cells, state, problems }) => [
        cells.nama.trim(),
        state,
        problems.map(({ code, column, owner }: any) => `${code} ${column} ${owner.role}`).join(),
      ]),
    ).toEqual([
      ['Tanggal Lahir Mustahil', 'refused', 'nip.lahir nip agencyAdmin'],
      ['Digit Kelamin Salah', 'refused', 'nip.jk nip agencyAdmin'],
      ['Bulan Tiga Belas', 'refused', 'nip.bulan nip agencyAdmin'],
      ['Tujuh Belas Digit', 'refused', 'nip.format nip agencyAdmin'],
      ['Nomor Ganda', 'refused', 'roster.nipDuplicate nip agencyAdmin'],
      ['Atasan Tidak Ada', 'refused', 'roster.superiorUnknown nip_atasan personnelOfficer'],
      ['Atasan Diri Sendiri', 'refused', 'roster.superiorIsSelf nip_atasan personnelOfficer'],
      ['Unit Tidak Dikenal', 'refused', 'roster.unitUnknown kode_unit agencyAdmin'],
      ['Surel Rusak', 'refused', 'roster.email surel personnelOfficer'],
      ['Spasi Berlebih', 'held', 'nip.birthDateDiffers tanggal_lahir personnelOfficer'],
    ]);
    expect(open[5].problems[0].owner.names).toEqual(['Pengelola Ditjen']);
    expect(open[0].problems[0].owner.names).toEqual(['Admin Instansi']);
  });

  it('S3.1 the two odd-looking right ones are accepted as plain text', async () => {
    const ready = await api
      .em()
      .execute<{ nama: string }[]>(
        `select cells ->> 'nama' as nama from roster_import_row where import_id = ? and state = 'ready'`,
        [id],
      );
    const names = ready.map(({ nama }) => nama);
    expect(names).toContain('=HYPERLINK("x")');
    expect(names).toContain('Nama Dengan Koma, S.Sos., M.Si.');
  });

  it('S3.1 a row is corrected before it is applied, and what waited for it comes along', async () => {
    const [bad] = await rowsOf(id);
    const { body } = await admin.put(`/roster-imports/${id}/rows/${bad.number}`, {
      cells: { ...bad.cells, nip: '199002282015051001' },
    });
    expect(body).toMatchObject({
      isChecking: false,
      row: {
        state: 'ready',
        change: 'added',
        problems: [],
        originalCells: { nip: '199002302015051001' },
        correctedBy: 'Admin Instansi',
      },
    });
    expect((await admin.get(`/roster-imports/${id}`)).body.counts).toMatchObject({ added: 228, refused: 8, held: 1 });
    const still = await rowsOf(id);
    expect(
      (await admin.put(`/roster-imports/${id}/rows/${still[0].number}`, { cells: still[0].cells })).body.row,
    ).toMatchObject({ state: 'refused' });
  });

  it('S3.1 everything that is ready comes in with one act; nothing when it breaks', async () => {
    const before = await snapshotOf(api.em());
    await api
      .em()
      .execute(`alter table position_assignment add constraint broken_on_purpose check (kind = 'never') not valid`);
    expect((await admin.post(`/roster-imports/${id}/application`, {})).body).toMatchObject({
      state: 'waiting',
      want: 'apply',
    });
    await expect(workOnImport(api.orm, id, new Date())).rejects.toThrow(/broken_on_purpose/);
    await api.em().execute(`alter table position_assignment drop constraint broken_on_purpose`);
    expect(changedTables(before, await snapshotOf(api.em()))).toEqual(['roster_import']);
    await api.em().execute(`update roster_import set claimed_until = null where id = ?`, [id]);
    await workOnImport(api.orm, id, new Date());
    expect((await admin.get(`/roster-imports/${id}`)).body).toMatchObject({
      state: 'applied',
      counts: { applied: 228, held: 1, refused: 8 },
    });
    expect(await api.em().count(Employee)).toBe(228 + 3);
    const [audit] = await api.em().find(AuditEvent, { kind: 'rosterImported' });
    expect(audit!.data).toMatchObject({ rows: 237, added: 228, fileName: 'pegawai 2026.csv' });
    const boss = await api
      .em()
      .execute(
        `select 1 from employee e join position_assignment a on a.employee_id = e.id join position p on p.id = a.position_id where p.superior_position_id is null and p.is_unit_head`,
      );
    expect(boss).toHaveLength(1);
  });

  it('S3.1 the same file again changes nothing, though the ten rows are still bad in it', async () => {
    const again = await checked(DEMO);
    expect((await admin.get(`/roster-imports/${again}`)).body.counts).toMatchObject({
      added: 0,
      changed: 0,
      ended: 0,
      unchanged: 227,
      refused: 9,
      held: 1,
    });
    const before = await snapshotOf(api.em());
    await apply(again);
    expect(changedTables(before, await snapshotOf(api.em())).sort()).toEqual([
      'audit_event',
      'roster_import',
      'roster_import_row',
    ]);
    await api.em().execute(`delete from roster_import where id = ?`, [again]);
  });

  it('S3.1 a person confirms the held row; it comes in as it stands and stays settled in the next import', async () => {
    const held = (await rowsOf(id)).find(({ state }) => state === 'held');
    const refused = (await rowsOf(id)).find(({ state }) => state === 'refused');
    expect((await admin.post(`/roster-imports/${id}/rows/${refused.number}/confirmation`, {})).body.code).toBe(
      'roster.rowNotHeld',
    );
    const { body } = await officer.post(`/roster-imports/${id}/rows/${held.number}/confirmation`, {});
    expect(body.row).toMatchObject({ state: 'applied', confirmedBy: 'Pengelola Ditjen' });
    expect(await api.em().findOneOrFail(Employee, { name: 'Spasi Berlebih' })).toMatchObject({ bornOn: '1999-08-08' });
    expect((await admin.post(`/roster-imports/${id}/rows/${held.number}/confirmation`, {})).body.code).toBe(
      'roster.rowDone',
    );
    const again = await checked(DEMO);
    expect((await admin.get(`/roster-imports/${again}`)).body.counts).toMatchObject({
      unchanged: 228,
      refused: 9,
      held: 0,
    });
    await discard(again);
  });

  it('S3.1 the unit’s personnel officer sees and repairs the own rows only; retried rows come in', async () => {
    const own = await rowsOf(id, 'open', officer);
    expect(own.map(({ cells }) => cells.nama)).toEqual(['Atasan Tidak Ada', 'Atasan Diri Sendiri', 'Surel Rusak']);
    const foreign = (await rowsOf(id)).find(({ cells }) => cells.nama === 'Nomor Ganda');
    expect((await officer.put(`/roster-imports/${id}/rows/${foreign.number}`, { cells: foreign.cells })).status).toBe(
      404,
    );
    expect((await officer.post(`/roster-imports/${id}/application`, {})).status).toBe(403);
    const mail = own[2];
    expect(
      (
        await officer.put(`/roster-imports/${id}/rows/${mail.number}`, {
          cells: { ...mail.cells, kode_unit: '0101', surel: 'benar@contoh.go.id' },
        })
      ).body.code,
    ).toBe('roster.foreignUnit');
    expect(
      (
        await officer.put(`/roster-imports/${id}/rows/${mail.number}`, {
          cells: { ...mail.cells, surel: 'benar@contoh.go.id' },
        })
      ).body.row.state,
    ).toBe('applied');
    expect(await api.em().count(Employee, { email: 'benar@contoh.go.id' })).toBe(1);
    expect((await employee.get('/roster-imports')).status).toBe(403);
    expect((await employee.get(`/roster-imports/${id}/rows`)).status).toBe(403);
  });

  it('S3.1 every remaining row comes in once it is right, and a duplicate never replaces the first holder', async () => {
    const fix: Record<string, RosterRow> = {
      'Digit Kelamin Salah': { nip: '199001012015131001' },
      'Bulan Tiga Belas': { nip: '199001012015121001' },
      'Tujuh Belas Digit': { nip: '199001012015051003' },
      'Nomor Ganda': { nip: '198805052010012099' },
      'Atasan Tidak Ada': { nip_atasan: '199910232025112001' },
      'Atasan Diri Sendiri': { nip_atasan: '199910232025112001' },
      'Unit Tidak Dikenal': { kode_unit: '0201' },
    };
    const holder = async (): Promise<unknown> =>
      (
        await api
          .em()
          .execute(
            `select e.name from employee e join employee_number n on n.employee_id = e.id where n.number = '197411282000011001'`,
          )
      )[0];
    const first = await holder();
    for (const row of await rowsOf(id)) {
      const cells = { ...row.cells, ...fix[row.cells.nama] };
      if (row.cells.nama === 'Digit Kelamin Salah') Object.assign(cells, { nip: '199001012015041077' });
      const { body } = await admin.put(`/roster-imports/${id}/rows/${row.number}`, { cells });
      expect([row.cells.nama, body.row?.state, body.row?.problems?.map(({ code }: any) => code)]).toEqual([
        row.cells.nama,
        'applied',
        [],
      ]);
    }
    expect(await holder()).toEqual(first);
    expect((await admin.get(`/roster-imports/${id}`)).body.counts).toMatchObject({ applied: 237, refused: 0, held: 0 });
    expect(await api.em().count(Employee)).toBe(237 + 3);
  });
});

describe('a spreadsheet', () => {
  const sheet = (
    rows: RosterRow[],
    change: (value: string, column: string) => object = (value) => ({ value, type: String }),
  ): Promise<Buffer> =>
    writeXlsx(
      [
        ROSTER_COLUMNS.map((value) => ({ value, type: String as never })),
        ...rows.map((row) => ROSTER_COLUMNS.map((column) => change(row[column] ?? '', column))),
      ] as never,
      { sheet: 'Pegawai' },
    ).toBuffer();
  const read = async (file: Uint8Array): Promise<RosterLine[]> => {
    const lines: RosterLine[] = [];
    for await (const line of readRoster('xlsx', async function* () {
      yield file;
    }))
      lines.push(line);
    return lines;
  };

  it('S3.1 is read like a CSV file, dates and unit codes kept as numbers too; a NIP kept as a number is refused', async () => {
    const file = await sheet(
      [person(1), person(2, { nama: '=1+1 & "x" <y>' }), person(3, { nip: '', kode_unit: '', tanggal_lahir: '' })],
      (value, column) => {
        if (value === '' && column === 'nip') return { value: 199001012015011000, type: Number };
        if (value === '' && column === 'kode_unit') return { value: 101, type: Number };
        if (value === '' && column === 'tanggal_lahir')
          return { value: new Date('1990-01-01T00:00:00Z'), type: Date, format: 'yyyy-mm-dd' };
        return { value, type: String };
      },
    );
    expect((await read(file)).map(({ number, row }) => [number, row.nama, row.tanggal_lahir])).toEqual([
      [2, 'Orang 1', '1990-01-01'],
      [3, '=1+1 & "x" <y>', '1990-01-01'],
      [4, 'Orang 3', '1990-01-01'],
    ]);
    const id = await checked(file, 'pegawai.xlsx');
    expect((await admin.get(`/roster-imports/${id}`)).body).toMatchObject({
      format: 'xlsx',
      counts: { added: 2, refused: 1 },
    });
    const [bad] = await rowsOf(id);
    expect(bad.problems).toMatchObject([{ code: 'nip.format', value: expect.stringMatching(/e\+17$/) }]);
    await discard(id);
  });

  it.each([
    ['no file of ours', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), 422, 'file.kind'],
    ['an empty file', Buffer.alloc(0), 422, 'file.empty'],
  ])('S3.1 %s is refused at once', async (_title, file, status, code) => {
    expect(await upload(admin, file, 'x.xlsx')).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['a damaged archive', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(50, 7)]), 'roster.fileKind'],
    ['an archive that is no spreadsheet', Buffer.from('UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==', 'base64'), 'roster.fileKind'],
    ['a sheet without the columns', 'nama;umur\nRina;30\n', 'roster.columnsMissing'],
    ['a header alone', `${ROSTER_COLUMNS.join(',')}\n`, 'roster.noRows'],
    ['a broken CSV', `${ROSTER_COLUMNS.join(',')}\n"abc`, 'roster.file'],
  ])('S3.1 %s fails with its reason', async (_title, file, code) => {
    const id = await checked(file as never);
    expect((await admin.get(`/roster-imports/${id}`)).body).toMatchObject({ state: 'failed', failure: code });
    await discard(id);
  });
});

describe('the work of an import', () => {
  it('S3.1 is taken up by another worker when the first one dies, and done by one at a time', async () => {
    const { body } = await upload(admin, csv(person(10), person(11)));
    const dead = await claimImport(api.em(), body.id);
    expect(dead).toMatchObject({ attempts: 1 });
    expect(await claimImport(api.em(), body.id)).toBeNull();
    await workOnImport(api.orm, body.id, new Date());
    expect((await admin.get(`/roster-imports/${body.id}`)).body.state).toBe('working');
    await api
      .em()
      .execute(`update roster_import set claimed_until = now() - interval '1 second' where id = ?`, [body.id]);
    await workOnImport(api.orm, body.id, new Date());
    expect((await admin.get(`/roster-imports/${body.id}`)).body).toMatchObject({
      state: 'checked',
      counts: { added: 2 },
    });
    await discard(body.id);
  });

  it('S3.1 is applied by itself once it was ordered', async () => {
    await apply(await checked(csv(person(20))));
    expect(await api.em().count(Employee, { name: 'Orang 20' })).toBe(1);
  });

  it('S3.1 shows what would change, follows a move to another unit, and lets people go whose service has ended', async () => {
    const id = await checked(csv(person(20, { nama: 'Orang Dua Puluh', kode_unit: '0201' })));
    const [row] = await rowsOf(id, 'changed');
    expect(row).toMatchObject({
      change: 'changed',
      changes: expect.arrayContaining([{ field: 'name', from: 'Orang 20', to: 'Orang Dua Puluh' }]),
    });
    await apply(id);
    const moved = await api.em().findOneOrFail(Employee, { name: 'Orang Dua Puluh' });
    expect(await api.em().count(PositionAssignment, { employeeId: moved.id, validTo: null })).toBe(1);
    expect(await api.em().count(PositionAssignment, { employeeId: moved.id })).toBe(2);

    const end = await checked(
      csv(
        person(20, { nama: 'Orang Dua Puluh', kode_unit: '0201', status: 'pensiun' }),
        person(21, { status: 'pensiun' }),
      ),
    );
    expect((await rowsOf(end)).map(({ problems }) => problems[0].code)).toEqual(['roster.endedUnknown']);
    expect((await admin.get(`/roster-imports/${end}`)).body.counts).toMatchObject({ ended: 1, refused: 1 });
    await apply(end);
    expect(await api.em().findOneOrFail(Employee, { id: moved.id })).toMatchObject({ status: 'pensiun' });
    expect(await api.em().count(PositionAssignment, { employeeId: moved.id, validTo: null })).toBe(0);
  });

  it('S3.1 whoever left the service and is in the file again is held until a person confirms the return, below them too', async () => {
    const gone = await api.em().findOneOrFail(Employee, { name: 'Orang Dua Puluh' });
    const back = person(20, { nama: 'Orang Dua Puluh', kode_unit: '0201' });
    const id = await checked(csv(back, person(22, { nip_atasan: back.nip! })));
    const [held, below] = await rowsOf(id);
    expect(held).toMatchObject({
      state: 'held',
      change: 'changed',
      problems: [
        {
          code: 'roster.serviceEnded',
          column: 'status',
          value: 'aktif',
          detail: { status: 'pensiun' },
          owner: { role: 'personnelOfficer', names: ['Pengelola Ditjen'] },
        },
      ],
    });
    expect(held.changes).toContainEqual({ field: 'status', from: 'pensiun', to: 'aktif' });
    expect(below).toMatchObject({ state: 'held', problems: [{ code: 'roster.superiorRefused' }] });
    await apply(id);
    expect(await api.em().findOneOrFail(Employee, { id: gone.id })).toMatchObject({ status: 'pensiun' });

    const { body } = await officer.post(`/roster-imports/${id}/rows/${held.number}/confirmation`, {});
    expect(body.row).toMatchObject({ state: 'applied', confirmedBy: 'Pengelola Ditjen' });
    expect(await api.em().findOneOrFail(Employee, { id: gone.id })).toMatchObject({ status: 'aktif' });
    expect(await api.em().count(PositionAssignment, { employeeId: gone.id, validTo: null })).toBe(1);
    expect(await api.em().count(Employee, { name: 'Orang 22' })).toBe(1);
    const [event] = await api.em().find(AuditEvent, { kind: 'serviceResumed' });
    expect(event!.data).toMatchObject({
      employeeId: gone.id,
      importId: id,
      from: 'pensiun',
      reason: `Daftar pegawai daftar.csv, baris ${held.number}`,
    });
    expect((await admin.get(`/employees/${gone.id}`)).body.acts[0]).toMatchObject({
      kind: 'return',
      state: 'applied',
      recordedBy: 'Pengelola Ditjen',
    });
    const again = await checked(csv(back));
    expect((await admin.get(`/roster-imports/${again}`)).body.counts).toMatchObject({ unchanged: 1, held: 0 });
    await discard(again);
  });

  it('S3.1 who serves in the units of the file and is not in it is listed, and nothing is done about them', async () => {
    const known = ['50', '51', '52', '53'].map(Number);
    await apply(
      await checked(csv(...known.map((serial) => person(serial, { kode_unit: serial === 53 ? '0201' : '07' })))),
    );
    const id = await checked(csv(person(50, { kode_unit: '07' }), person(51, { kode_unit: '07', surel: 'rusak' })));
    const view = (await admin.get(`/roster-imports/${id}`)).body;
    const first = (await admin.get(`/roster-imports/${id}/missing?limit=100`)).body;
    const names: string[] = first.items.map(({ name }: { name: string }) => name);
    expect(names).toContain('Orang 52');
    expect(names).not.toContain('Orang 53');
    expect(names.filter((name) => name === 'Orang 50' || name === 'Orang 51')).toEqual([]);
    expect(view.counts.missing).toBe(names.length);
    const one = first.items.find(({ name }: { name: string }) => name === 'Orang 52');
    expect(one).toMatchObject({
      number: person(52).nip,
      status: 'aktif',
      unit: { code: '07' },
      positionTitle: 'Arsiparis',
      act: null,
    });

    const page = (await admin.get(`/roster-imports/${id}/missing?limit=1`)).body;
    expect(page.items).toHaveLength(1);
    if (names.length > 1)
      expect(
        (await admin.get(`/roster-imports/${id}/missing?limit=100&cursor=${encodeURIComponent(page.nextCursor)}`)).body
          .items,
      ).toHaveLength(names.length - 1);
    const file = await (await admin.fetch(`/roster-imports/${id}/missing.csv`)).text();
    expect(file).toContain('nip;nama;kode_unit;unit;jabatan;status');
    expect(file).toContain(`${person(52).nip};Orang 52;07;`);
    expect((await admin.fetch(`/roster-imports/${id}/missing.xlsx`)).headers.get('content-type')).toContain(
      'spreadsheetml',
    );
    expect((await officer.get(`/roster-imports/${id}/missing`)).status).toBe(404);
    expect((await employee.fetch(`/roster-imports/${id}/missing.csv`)).status).toBe(403);

    await apply(id);
    expect(await api.em().findOneOrFail(Employee, { id: one.id })).toMatchObject({ status: 'aktif' });
    const acted = await admin.post(`/employees/${one.id}/retirement`, {
      effectiveOn: '2026-01-05',
      reason: 'Batas usia pensiun menurut surat keputusan.',
    });
    expect(acted.status, JSON.stringify(acted.body)).toBe(200);
    expect((await admin.get(`/roster-imports/${id}`)).body.counts.missing).toBe(names.length - 1);
  });

  it('S3.1 an account that a death closed is opened again when the person turns out to serve', async () => {
    const mistaken = person(60);
    await apply(await checked(csv(mistaken)));
    const { id: employeeId } = await api.em().findOneOrFail(Employee, { name: 'Orang 60' });
    await api
      .em()
      .execute(`insert into account (employee_id, password_hash, is_active) values (?, 'x', true)`, [employeeId]);
    await apply(await checked(csv({ ...mistaken, status: 'meninggal' })));
    const isActive = async (): Promise<unknown> =>
      (await api.em().execute(`select is_active from account where employee_id = ?`, [employeeId]))[0]!.is_active;
    expect(await isActive()).toBe(false);
    const id = await checked(csv(mistaken));
    expect((await rowsOf(id))[0]).toMatchObject({ state: 'held', problems: [{ code: 'roster.serviceEnded' }] });
    expect((await admin.post(`/roster-imports/${id}/rows/2/confirmation`, {})).body.row).toMatchObject({
      state: 'ready',
      change: 'changed',
    });
    await apply(id);
    expect(await isActive()).toBe(true);
  });

  it('S3.1 people below a held or refused superior wait with that row and come in with it', async () => {
    const boss = person(30, { tanggal_lahir: '1991-01-01' });
    const staff = person(31, { nip_atasan: boss.nip! });
    const id = await checked(csv(boss, staff, person(32, { nip_atasan: staff.nip! })));
    expect((await rowsOf(id)).map(({ state, problems }) => [state, problems[0].code])).toEqual([
      ['held', 'nip.birthDateDiffers'],
      ['held', 'roster.superiorRefused'],
      ['held', 'roster.superiorRefused'],
    ]);
    await apply(id);
    expect(await api.em().count(Employee, { name: 'Orang 31' })).toBe(0);
    expect((await admin.post(`/roster-imports/${id}/rows/2/confirmation`, {})).body.row.state).toBe('applied');
    expect((await admin.get(`/roster-imports/${id}`)).body.counts).toMatchObject({ applied: 3, held: 0 });
    const [link] = await api.em().execute<{ n: string }[]>(
      `select count(*) as n from employee e join position_assignment a on a.employee_id = e.id join position p on p.id = a.position_id join position_assignment b on b.position_id = p.superior_position_id join employee boss on boss.id = b.employee_id
       where e.name in ('Orang 31', 'Orang 32') and boss.name in ('Orang 30', 'Orang 31')`,
    );
    expect(Number(link!.n)).toBe(2);
  });
});

describe('files of an import', () => {
  it('S3.1 bad rows go out as CSV that Excel opens and no formula runs in, and come back unchanged', async () => {
    const id = await checked(csv(person(40, { nama: '=SUM(A1)', surel: 'rusak' }), person(41)));
    const response = await admin.fetch(`/roster-imports/${id}/problems.csv`);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
    expect(response.headers.get('content-disposition')).toContain('baris-bermasalah.csv');
    expect(text.startsWith('\uFEFFnip;nama;')).toBe(true);
    expect(text).toContain(";'=SUM(A1);");
    expect(text).toContain(';2;surel;roster.email;Admin Instansi\r\n');
    const back = await checked(text.replace('rusak', 'benar40@contoh.go.id'));
    expect((await admin.get(`/roster-imports/${back}`)).body.counts).toMatchObject({ added: 1, refused: 0 });
    expect((await rowsOf(back, 'all'))[0].cells.nama).toBe('=SUM(A1)');
    const xlsx = await admin.fetch(`/roster-imports/${id}/problems.xlsx`);
    const lines: RosterLine[] = [];
    const bytes = new Uint8Array(await xlsx.arrayBuffer());
    for await (const line of readRoster('xlsx', async function* () {
      yield bytes;
    }))
      lines.push(line);
    expect(lines).toMatchObject([{ row: { nama: '=SUM(A1)', surel: 'rusak', nip: person(40).nip } }]);
    await discard(id);
    await discard(back);
  });

  it('S3.1 a form with an example is there for everybody who fills in rosters, and for nobody else', async () => {
    expect((await (await officer.fetch('/roster-template.csv')).text()).split('\r\n')).toHaveLength(3);
    expect((await officer.fetch('/roster-template.xlsx')).headers.get('content-type')).toContain('spreadsheetml');
    expect((await employee.fetch('/roster-template.csv')).status).toBe(403);
    expect((await api.nobody.fetch('/roster-template.csv')).status).toBe(401);
    expect((await admin.fetch('/roster-template.pdf')).status).toBe(404);
    expect((await admin.fetch(`/roster-imports/${UUID}/problems.csv`)).status).toBe(404);
  });
});
