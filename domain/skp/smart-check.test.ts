import { describe, expect, it } from 'vitest';
import { exampleHasilKerja, exampleIndikator, exampleSkp } from './example.ts';
import type { Indikator } from './skp-content.ts';
import { SMART_CODES, smartCheck } from './smart-check.ts';

const check = (change: Partial<Indikator>, lastYear?: number) =>
  smartCheck(
    {
      ...exampleSkp(),
      hasilKerja: [
        exampleHasilKerja({
          rencana: 'Tersedianya data kepegawaian yang mutakhir',
          indikator: [exampleIndikator(change)],
        }),
      ],
    },
    lastYear === undefined ? {} : { lastYear: new Map([['i1', lastYear]]) },
  );

describe('R-SMART-1: hints for a better indicator (S4.2)', () => {
  it('has none for a good one', () => {
    expect(check({})).toEqual([]);
  });

  const cases: [string, Partial<Indikator>, number | undefined, string, string][] = [
    ['two words', { indikator: 'Data triwulan' }, undefined, 'specific', 'smart.specific.tooShort'],
    [
      'and so on',
      { indikator: 'Data kepegawaian setiap bulan, laporan, dll' },
      undefined,
      'specific',
      'smart.specific.vague',
    ],
    ['no number anywhere', { target: 'baik', satuan: 'mutu' }, undefined, 'measurable', 'smart.measurable.noNumber'],
    ['a number of what?', { target: '12', satuan: '' }, undefined, 'measurable', 'smart.measurable.noUnit'],
    ['more than everything', { target: '110' }, undefined, 'achievable', 'smart.achievable.overHundred'],
    [
      'more than twice last year',
      { target: '25', satuan: 'dokumen' },
      12,
      'achievable',
      'smart.achievable.farAboveLastYear',
    ],
    [
      'another subject than its result',
      { indikator: 'Ruang rapat dibersihkan petugas setiap hari' },
      undefined,
      'relevant',
      'smart.relevant.otherSubject',
    ],
    [
      'no time',
      { indikator: 'Persentase data kepegawaian yang dimutakhirkan' },
      undefined,
      'timeBound',
      'smart.timeBound.missing',
    ],
  ];
  it.each(cases)('%s', (_title, change, lastYear, criterion, code) => {
    const hints = check(change, lastYear);
    expect(hints).toEqual([expect.objectContaining({ indikatorId: 'i1', criterion, code })]);
    expect(SMART_CODES).toContain(code);
  });

  it('a result that is not cascaded has no visible relevance', () => {
    const content = {
      ...exampleSkp(),
      hasilKerja: [exampleHasilKerja({ intervensi: { kind: 'tidakDiturunkan', alasan: 'Tugas khusus' } })],
    };
    expect(smartCheck(content).map(({ code }) => code)).toEqual(['smart.relevant.notLinked']);
  });

  it('twice last year exactly is ambitious, not out of reach', () => {
    expect(check({ target: '24', satuan: 'dokumen' }, 12)).toEqual([]);
  });

  it('the aspek waktu is a time by itself', () => {
    expect(
      check({ aspek: 'waktu', indikator: 'Kecepatan pemutakhiran data kepegawaian', target: '3', satuan: 'jam' }),
    ).toEqual([]);
  });
});
