import { describe, expect, it } from 'vitest';
import { GENERAL_JOB } from '#domain/skp/library.ts';
import { useApi } from '../testing/test-api.ts';
import { createTwoUnits } from '../testing/two-units.ts';

const indicator = {
  job: 'Jabatan Pegawai',
  indikator: 'Jumlah laporan analisis',
  aspek: 'kuantitas',
  satuan: 'laporan',
  measure: 'Dihitung dari arsip.',
  target: '12',
  polarity: 'higherIsBetter',
};

const api = await useApi();
const agency = await createTwoUnits(api.em());
const officer = await api.as(agency.people.officer.id);
const employee = await api.as(agency.people.employee.id);

describe('the indicator library', () => {
  it('S1.5 is written by personnel officers and administrators, and read by all', async () => {
    expect((await employee.post('/indicator-library', indicator)).status).toBe(403);
    const added = await officer.post('/indicator-library', indicator);
    expect(added).toMatchObject({ status: 200, body: { ...indicator, isRetired: false } });
    expect(
      (await officer.post('/indicator-library', { ...indicator, indikator: 'jumlah LAPORAN analisis' })).body.code,
    ).toBe('library.duplicate');
    expect((await officer.post('/indicator-library', { ...indicator, satuan: '' })).body).toMatchObject({
      code: 'content.invalid',
      issues: [{ path: 'satuan', message: 'library.satuanMissing' }],
    });
    expect((await employee.get('/indicator-library?search=analisis')).body.items).toMatchObject([
      { id: added.body.id },
    ]);
    const changed = await officer.put(`/indicator-library/${added.body.id}`, { ...indicator, target: '24' });
    expect(changed.body).toMatchObject({ target: '24', polarity: 'higherIsBetter' });
    expect(
      (await officer.put(`/indicator-library/${added.body.id}`, { ...indicator, polarity: 'lowerIsBetter' })).body
        .polarity,
    ).toBe('lowerIsBetter');
    expect((await officer.put(`/indicator-library/${added.body.id}`, { ...indicator, polarity: 'best' })).status).toBe(
      422,
    );
    expect((await officer.delete(`/indicator-library/${added.body.id}`)).status).toBe(200);
    expect((await officer.delete(`/indicator-library/${added.body.id}`)).status).toBe(404);
    expect((await employee.get('/indicator-library?search=analisis')).body.items).toEqual([]);
    expect((await officer.get('/indicator-library?search=analisis&retired=true')).body.items).toHaveLength(1);
  });

  it('S1.5 is imported from CSV: a dry run changes nothing, each wrong line is named', async () => {
    const csv =
      'jabatan;indikator;aspek;satuan;cara_ukur;target\nAuditor;Jumlah LHP;kuantitas;LHP;Arsip;8\nAuditor;Mutu LHP;rasa;persen;;90\n;Tanpa jabatan;waktu;hari;;5\nAuditor;Jumlah LHP;kuantitas;LHP;;8\n';
    const dry = await officer.post('/indicator-library/imports', { csv, isDryRun: true });
    expect(dry.body).toMatchObject({
      rows: 4,
      added: 1,
      known: 1,
      refused: 2,
      problems: [
        { row: 3, column: 'aspek', code: 'library.aspekUnknown', value: 'rasa' },
        { row: 4, column: 'jabatan', code: 'library.jobMissing' },
      ],
    });
    expect((await officer.get('/indicator-library?job=Auditor')).body.items).toEqual([]);
    expect((await officer.post('/indicator-library/imports', { csv, isDryRun: false })).body).toMatchObject({
      added: 1,
      known: 1,
      refused: 2,
    });
    expect((await officer.post('/indicator-library/imports', { csv, isDryRun: false })).body).toMatchObject({
      added: 0,
      known: 2,
      refused: 2,
    });
    expect(
      (await officer.post('/indicator-library/imports', { csv: 'nama,alamat\nA,B', isDryRun: true })).body.code,
    ).toBe('library.file');
    expect((await employee.post('/indicator-library/imports', { csv, isDryRun: true })).status).toBe(403);
    expect((await employee.get('/indicator-library/jobs')).body).toEqual([{ job: 'Auditor', indicators: 1 }]);
  });

  it('S1.5 a file may name the direction of each measure', async () => {
    const csv =
      'jabatan;indikator;aspek;satuan;arah_ukuran\nArsiparis;Waktu temu berkas;waktu;menit;Makin rendah\nArsiparis;Jumlah berkas;kuantitas;berkas;\nArsiparis;Indeks;kualitas;nilai;terbaik\n';
    expect((await officer.post('/indicator-library/imports', { csv, isDryRun: false })).body).toMatchObject({
      added: 2,
      refused: 1,
      problems: [{ row: 4, column: 'arah_ukuran', code: 'library.polarityUnknown', value: 'terbaik' }],
    });
    expect(
      (await officer.get('/indicator-library?job=Arsiparis')).body.items.map(
        ({ indikator, polarity }: Record<string, string>) => [indikator, polarity],
      ),
    ).toEqual([
      ['Jumlah berkas', 'higherIsBetter'],
      ['Waktu temu berkas', 'lowerIsBetter'],
    ]);
  });

  it('S1.5 suggests what fits the position of the cycle first, then what fits everybody', async () => {
    await officer.post('/indicator-library', { ...indicator, job: 'Jabatan Pegawai', indikator: 'Khusus' });
    await officer.post('/indicator-library', { ...indicator, job: GENERAL_JOB, indikator: 'Umum' });
    const suggestions = await employee.get(`/cycles/${agency.cycles.employee}/indicator-suggestions`);
    expect(suggestions.body.map((one: { indikator: string }) => one.indikator)).toEqual(['Khusus', 'Umum']);
    expect(
      (await employee.get(`/cycles/${agency.cycles.employee}/indicator-suggestions?search=LHP`)).body,
    ).toMatchObject([{ job: 'Auditor' }]);
    expect((await employee.get(`/cycles/${agency.cycles.outsider}/indicator-suggestions`)).status).toBe(404);
  });

  it('S1.5 templates are saved under job and name and offered to those whom they fit', async () => {
    const content = {
      approach: 'kuantitatif',
      behaviours: [],
      attachments: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
      results: [
        {
          id: 'r1',
          kind: 'utama',
          intervenesId: null,
          intervenesText: '',
          notCascadedReason: '',
          rencana: 'Laporan tersusun',
          indicators: [
            {
              id: 'i1',
              aspek: 'kuantitas',
              indikator: 'Jumlah',
              target: '12',
              satuan: 'laporan',
              polarity: 'lowerIsBetter',
            },
          ],
        },
      ],
    };
    expect((await employee.put('/skp-templates', { job: 'Jabatan Pegawai', name: 'Dasar', content })).status).toBe(403);
    const saved = await officer.put('/skp-templates', { job: 'Jabatan Pegawai', name: 'Dasar', content });
    await officer.put('/skp-templates', { job: 'Auditor', name: 'Dasar', content });
    expect(
      (
        await officer.put('/skp-templates', {
          job: 'Jabatan Pegawai',
          name: 'Dasar',
          content: { ...content, approach: 'kualitatif' },
        })
      ).body.id,
    ).toBe(saved.body.id);
    expect((await employee.get(`/cycles/${agency.cycles.employee}/skp-templates`)).body).toMatchObject([
      { name: 'Dasar', job: 'Jabatan Pegawai', content: { ...content, approach: 'kualitatif' } },
    ]);
    expect((await officer.get('/skp-templates')).body).toHaveLength(2);
    expect((await officer.delete(`/skp-templates/${saved.body.id}`)).status).toBe(200);
    expect((await employee.get(`/cycles/${agency.cycles.employee}/skp-templates`)).body).toEqual([]);
  });
});
