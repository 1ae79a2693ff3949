import { describe, expect, it } from 'vitest';
import { hasErrors } from '../result.ts';
import { exampleHasilKerja, exampleIndikator, exampleSkp } from '../skp/example.ts';
import type { SkpContent } from '../skp/skp-content.ts';
import { achievementsOf, validateReport, type Realisasi, type ReportContent } from './report.ts';

const skp: SkpContent = {
  ...exampleSkp(),
  hasilKerja: [
    exampleHasilKerja({
      indikator: [
        exampleIndikator(),
        exampleIndikator({ id: 'i2', aspek: 'waktu', target: '10', satuan: 'hari', polarity: 'lowerIsBetter' }),
        exampleIndikator({ id: 'i3', target: 'tersedia' }),
      ],
    }),
  ],
};
const line = (indikatorId: string, change: Partial<Realisasi> = {}): Realisasi => ({
  indikatorId,
  value: '90',
  narrative: '',
  evidenceIds: ['e1'],
  ...change,
});
const report = (...realisasi: Realisasi[]): ReportContent => ({
  realisasi,
  narrative: 'Pemutakhiran berjalan.',
  obstacles: '',
});
const full = report(line('i1'), line('i2', { value: '8' }), line('i3', { value: 'tersedia' }));
const found = (content: ReportContent): string[] =>
  validateReport(content, skp).map(({ code, path }) => `${code} @ ${path}`);

describe('R-REPORT-1: what a periodic report needs (S5.1)', () => {
  it('is nothing more when each indicator has its realisation', () => {
    expect(validateReport(full, skp)).toEqual([]);
  });

  it('an empty one lacks every line', () => {
    const empty = ['i1', 'i2', 'i3'].map((id) => line(id, { value: '', evidenceIds: [] }));
    expect(found({ ...report(...empty), narrative: '' })).toEqual([
      'report.realisasi.required @ realisasi.i1',
      'report.realisasi.required @ realisasi.i2',
      'report.realisasi.required @ realisasi.i3',
      'report.narrativeMissing @ narrative',
    ]);
  });

  const [one, two, three] = full.realisasi as [Realisasi, Realisasi, Realisasi];
  const cases: [string, ReportContent, string][] = [
    ['an indicator that was left out', report(one, two), 'report.realisasi.required @ realisasi.i3'],
    [
      'an indicator of another SKP',
      report(one, two, three, line('x')),
      'report.realisasi.unknownIndikator @ realisasi.x',
    ],
    ['an indicator twice', report(one, two, three, one), 'report.realisasi.repeated @ realisasi.i1'],
    [
      'words where the target is a number',
      report(line('i1', { value: 'banyak' }), two, three),
      'report.realisasi.notNumeric @ realisasi.i1.value',
    ],
  ];
  it.each(cases)('%s', (_title, content, expected) => {
    expect(found(content)).toEqual([expected]);
    expect(hasErrors(validateReport(content, skp))).toBe(true);
  });

  it('a narrative stands in for a number not yet known', () => {
    expect(found(report(line('i1', { value: '', narrative: 'Menunggu data pusat' }), two, three))).toEqual([]);
  });

  it('missing evidence is pointed out and does not stop', () => {
    const without = report(line('i1', { evidenceIds: [] }), two, three);
    expect(found(without)).toEqual(['report.evidenceMissing @ realisasi.i1.evidence']);
    expect(hasErrors(validateReport(without, skp))).toBe(false);
  });
});

describe('R-REPORT-2: achievement per indicator', () => {
  it('is a percentage where both are numbers, in the direction of the indicator', () => {
    expect(achievementsOf(full, skp, 120)).toEqual([
      { indikatorId: 'i1', percent: 94.736842 },
      { indikatorId: 'i2', percent: 120 },
      { indikatorId: 'i3', percent: null },
    ]);
  });
});
