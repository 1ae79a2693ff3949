import { describe, expect, it } from 'vitest';
import { readDemoRoster, readDemoUnits } from '../../data/files.ts';
import { calendarDate } from '../calendar/calendar-date.ts';
import { legalCodeOf } from '../error-codes.ts';
import { checkRoster, unitTreeProblems, type RosterCheck, type RosterContext, type RosterUnit } from './roster.ts';
import type { RosterRow } from './roster-row.ts';

const units: RosterUnit[] = readDemoUnits().map((row) => ({ code: row.kode!, parentCode: row.kode_induk || null }));
const context: RosterContext = { units, today: calendarDate('2026-11-24') };
const rows: readonly RosterRow[] = readDemoRoster();
const demo = checkRoster(rows, context);

const rowOf = (name: string): number => rows.findIndex((row) => row.nama?.trim() === name) + 2;
const codesAt = (check: RosterCheck, row: number): string[] =>
  check.problems.filter((problem) => problem.row === row).map(({ code }) => code);

describe('R-ROSTER-1: the demo roster, as a personnel officer hands it in (S3.1)', () => {
  it('takes all 225 clean rows and the two that only look odd', () => {
    expect(demo.entries.filter(({ state }) => state === 'ready')).toHaveLength(227);
    expect(demo.entries.slice(0, 225).map(({ row }) => row)).toEqual(
      Array.from({ length: 225 }, (_, index) => index + 2),
    );
  });

  it('refuses exactly the nine bad rows, each with one error, its column, owner and fix', () => {
    const errors = demo.problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ row, column, code, owner }) => [row, column, code, owner])).toEqual([
      [rowOf('Tanggal Lahir Mustahil'), 'nip', 'nip.lahir', 'personnelOfficer'],
      [rowOf('Digit Kelamin Salah'), 'nip', 'nip.jk', 'personnelOfficer'],
      [rowOf('Bulan Tiga Belas'), 'nip', 'nip.bulan', 'personnelOfficer'],
      [rowOf('Tujuh Belas Digit'), 'nip', 'nip.format', 'personnelOfficer'],
      [rowOf('Nomor Ganda'), 'nip', 'roster.nipDuplicate', 'personnelOfficer'],
      [rowOf('Atasan Tidak Ada'), 'nip_atasan', 'roster.superiorUnknown', 'personnelOfficer'],
      [rowOf('Atasan Diri Sendiri'), 'nip_atasan', 'roster.superiorIsSelf', 'personnelOfficer'],
      [rowOf('Unit Tidak Dikenal'), 'kode_unit', 'roster.unitUnknown', 'agencyAdmin'],
      [rowOf('Surel Rusak'), 'surel', 'roster.email', 'personnelOfficer'],
    ]);
    expect(errors.map(({ fixKey }) => fixKey)).toEqual(errors.map(({ code }) => `roster.fix.${code}`));
    expect(errors.slice(0, 4).map(({ code }) => legalCodeOf(code))).toEqual([
      'NIP_LAHIR',
      'NIP_JK',
      'NIP_BULAN',
      'NIP_FORMAT',
    ]);
  });

  it('keeps the first holder of a number that occurs twice', () => {
    const [problem] = demo.problems.filter(({ code }) => code === 'roster.nipDuplicate');
    expect(problem).toMatchObject({ value: '197411282000011001', detail: { firstRow: expect.any(Number) } });
    const holders = demo.entries.filter(({ nip }) => nip.digits === '197411282000011001');
    expect(holders).toHaveLength(1);
    expect(holders[0]?.name).not.toBe('Nomor Ganda');
  });

  it('takes a name with commas and a name that looks like a formula as plain text', () => {
    expect(demo.entries.find(({ row }) => row === rowOf('Nama Dengan Koma, S.Sos., M.Si.'))).toMatchObject({
      state: 'ready',
      name: 'Nama Dengan Koma, S.Sos., M.Si.',
    });
    expect(demo.entries.find(({ row }) => row === rowOf('=HYPERLINK("x")'))).toMatchObject({
      state: 'ready',
      name: '=HYPERLINK("x")',
      employment: 'PPPK',
    });
  });

  it('holds the row whose birth date differs from its NIP, and trims its spaces', () => {
    const warnings = demo.problems.filter(({ severity }) => severity === 'warning');
    expect(warnings).toEqual([
      {
        row: rowOf('Spasi Berlebih'),
        column: 'tanggal_lahir',
        code: 'nip.birthDateDiffers',
        severity: 'warning',
        value: '1999-08-08',
        fixKey: 'roster.fix.nip.birthDateDiffers',
        owner: 'personnelOfficer',
        detail: { inNumber: '1998-08-08', inMaster: '1999-08-08' },
      },
    ]);
    expect(demo.entries.find(({ row }) => row === rowOf('Spasi Berlebih'))).toMatchObject({
      state: 'held',
      name: 'Spasi Berlebih',
    });
  });

  it('has one person without a superior, at the top of the tree', () => {
    expect(demo.entries.filter(({ superiorNip }) => superiorNip === null).map(({ unitCode }) => unitCode)).toEqual([
      '00',
    ]);
  });
});

describe('R-ROSTER-2: one row at a time', () => {
  const top: RosterRow = { ...rows[0] };
  const person = (change: RosterRow): RosterRow => ({ ...rows[5], nip_atasan: top.nip!, ...change });
  const check = (...people: RosterRow[]): RosterCheck => checkRoster([top, ...people], context);

  it.each([
    ['an empty name', { nama: '  ' }, 'nama', 'roster.valueMissing'],
    ['a sex that is neither L nor P', { jenis_kelamin: 'X' }, 'jenis_kelamin', 'roster.valueUnknown'],
    ['an unknown kind of post', { jenis_jabatan: 'Honorer' }, 'jenis_jabatan', 'roster.valueUnknown'],
    ['a birth date that does not exist', { tanggal_lahir: '1999-02-30' }, 'tanggal_lahir', 'roster.birthDate'],
    ['a birth date in another order', { tanggal_lahir: '23/10/1999' }, 'tanggal_lahir', 'roster.birthDate'],
    ['an address with two at signs', { surel: 'a@b@c.go.id' }, 'surel', 'roster.email'],
    ['an address without a dot', { surel: 'a@localhost' }, 'surel', 'roster.email'],
    [
      'an address that smuggles a second recipient',
      { surel: 'a@contoh.go.id,b@contoh.go.id' },
      'surel',
      'roster.email',
    ],
    ['an address with a line break', { surel: 'a@contoh.go.id\r\nBcc: b@contoh.go.id' }, 'surel', 'roster.email'],
  ] as const)('refuses %s', (_title, change, column, code) => {
    const result = check(person(change));
    expect(result.problems).toEqual([expect.objectContaining({ row: 3, column, code, severity: 'error' })]);
    expect(result.entries).toHaveLength(1);
  });

  it('reports every wrong cell of a row at once', () => {
    expect(codesAt(check(person({ nip: '1', surel: 'x', kode_unit: '9999' })), 3)).toEqual([
      'nip.format',
      'roster.email',
      'roster.unitUnknown',
    ]);
  });

  it.each([
    ['the sex differs from the NIP', { jenis_kelamin: 'L' }, 'nip.sexDiffers'],
    ['the employment differs from the NIP', { status_kepegawaian: 'PPPK' }, 'roster.employmentDiffers'],
    ['somebody below the top has no superior', { nip_atasan: '' }, 'roster.superiorMissing'],
  ] as const)('holds a row when %s', (_title, change, code) => {
    const result = check(person(change));
    expect(codesAt(result, 3)).toEqual([code]);
    expect(result.entries.at(-1)?.state).toBe('held');
  });

  it.each([
    ['in active service again', 'aktif', ['roster.serviceEnded']],
    ['on leave', 'tugas belajar', ['roster.serviceEnded']],
    ['still retired', 'pensiun', []],
    ['dead by now', 'meninggal', []],
  ])('R-ROSTER-6 S3.1 somebody who had retired and is %s in the file', (_title, status, codes) => {
    const row = person({ status });
    const result = checkRoster([top, row], {
      ...context,
      knownNips: new Set([row.nip!]),
      endedNips: new Map([[row.nip!, 'pensiun']]),
    });
    expect(codesAt(result, 3)).toEqual(codes);
    expect(result.entries.at(-1)?.state).toBe(codes.length ? 'held' : 'ready');
    expect(result.problems.map(({ column, owner, detail }) => [column, owner, detail])).toEqual(
      codes.map(() => ['status', 'personnelOfficer', { status: 'pensiun' }]),
    );
  });

  it('holds the second of two rows with one address, whatever its capitals', () => {
    const first = person({ surel: 'Sama@contoh.go.id' });
    const result = check(
      first,
      person({ nip: rows[6]!.nip!, tanggal_lahir: rows[6]!.tanggal_lahir!, surel: 'sama@contoh.go.id' }),
    );
    expect(result.problems).toEqual([
      expect.objectContaining({ row: 4, code: 'roster.emailShared', owner: 'employee', detail: { firstRow: 3 } }),
    ]);
  });

  it('accepts CPNS and numbers typed in groups', () => {
    const result = check(person({ nip: '19991023 202511 2 001', status_kepegawaian: 'CPNS' }));
    expect(result.problems).toEqual([]);
    expect(result.entries.at(-1)).toMatchObject({ employment: 'PNS', nip: { digits: '199910232025112001' } });
  });
});

describe('R-ROSTER-3: the line of superiors', () => {
  const template = rows[5]!;
  const nipOf = (serial: number): string => `199910232025112${String(serial).padStart(3, '0')}`;
  const person = (serial: number, superior: number | null, change: RosterRow = {}): RosterRow => ({
    ...template,
    nip: nipOf(serial),
    surel: `p${serial}@contoh.go.id`,
    kode_unit: superior === null ? '00' : '0101',
    nip_atasan: superior === null ? '' : nipOf(superior),
    ...change,
  });

  it('refuses everybody in a circle and holds those who hang on it', () => {
    const result = checkRoster([person(1, 3), person(2, 1), person(3, 2), person(4, 2), person(5, null)], context);
    expect(result.problems.map(({ row, code }) => [row, code])).toEqual([
      [2, 'roster.superiorCycle'],
      [3, 'roster.superiorCycle'],
      [4, 'roster.superiorCycle'],
      [5, 'roster.superiorRefused'],
    ]);
    expect(result.entries.map(({ row, state, superiorNip }) => [row, state, superiorNip])).toEqual([
      [5, 'held', null],
      [6, 'ready', null],
    ]);
  });

  it('does not refuse a whole branch for one bad row at its head', () => {
    const result = checkRoster([person(1, null, { surel: 'rusak' }), person(2, 1), person(3, 2)], context);
    expect(result.entries.map(({ row, state }) => [row, state])).toEqual([
      [3, 'held'],
      [4, 'ready'],
    ]);
  });

  it('never lets a duplicate step in for a first holder that was refused', () => {
    const result = checkRoster([person(1, null, { surel: 'rusak' }), person(1, null)], context);
    expect(result.entries).toEqual([]);
    expect(result.problems.map(({ code }) => code)).toEqual(['roster.email', 'roster.nipDuplicate']);
  });

  it('accepts a superior who is already in the system', () => {
    expect(checkRoster([person(2, 1)], context).problems.map(({ code }) => code)).toEqual(['roster.superiorUnknown']);
    expect(checkRoster([person(2, 1)], { ...context, knownNips: new Set([nipOf(1)]) }).problems).toEqual([]);
  });
});

describe('R-UNIT-1: the tree of units', () => {
  it('of the demo agency is a tree', () => {
    expect(units).toHaveLength(14);
    expect(unitTreeProblems(units)).toEqual([]);
  });

  it('has known parents, no circle and no code twice', () => {
    const tree: RosterUnit[] = [
      { code: '00', parentCode: null },
      { code: '01', parentCode: '99' },
      { code: '02', parentCode: '03' },
      { code: '03', parentCode: '02' },
      { code: '00', parentCode: null },
    ];
    expect(unitTreeProblems(tree)).toEqual([
      { code: '01', problem: 'unit.parentUnknown' },
      { code: '02', problem: 'unit.cycle' },
      { code: '03', problem: 'unit.cycle' },
      { code: '00', problem: 'unit.duplicate' },
    ]);
  });
});
