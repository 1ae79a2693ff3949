import { describe, expect, it } from 'vitest';
import { diffSkp } from './diff.ts';
import { exampleHasilKerja, exampleIndikator, exampleSkp } from './example.ts';
import type { SkpContent } from './skp-content.ts';

const before = exampleSkp();
const rencana = exampleHasilKerja().rencana;

describe('R-DIFF-1: what changed since the last return, field by field (S4.4)', () => {
  it('is nothing between equal versions', () => {
    expect(diffSkp(before, structuredClone(before))).toEqual([]);
  });

  it('a changed target, with before, after and the result it belongs to', () => {
    const after: SkpContent = {
      ...before,
      hasilKerja: [exampleHasilKerja({ indikator: [exampleIndikator({ target: '98' })] })],
    };
    expect(diffSkp(before, after)).toEqual([
      {
        kind: 'changed',
        path: 'hasilKerja.h1.indikator.i1.target',
        labelKey: 'skp.field.target',
        context: rencana,
        before: '95',
        after: '98',
      },
    ]);
  });

  it('S4.1 a turned direction is a change like any other', () => {
    const after: SkpContent = {
      ...before,
      hasilKerja: [exampleHasilKerja({ indikator: [exampleIndikator({ polarity: 'lowerIsBetter' })] })],
    };
    expect(diffSkp(before, after)).toMatchObject([
      { kind: 'changed', labelKey: 'skp.field.polarity', before: 'higherIsBetter', after: 'lowerIsBetter' },
    ]);
  });

  it('a filled field is added, an emptied one removed', () => {
    const expecting = (text: string): SkpContent => ({
      ...before,
      perilakuKerja: before.perilakuKerja.map((row) =>
        row.nilai === 'adaptif' ? { ...row, ekspektasiKhusus: text } : row,
      ),
    });
    const change = {
      path: 'perilakuKerja.adaptif.ekspektasiKhusus',
      labelKey: 'skp.field.ekspektasiKhusus',
      context: 'Adaptif',
    };
    expect(diffSkp(before, expecting('Mencoba alat baru'))).toEqual([
      { ...change, kind: 'added', before: null, after: 'Mencoba alat baru' },
    ]);
    expect(diffSkp(expecting('Mencoba alat baru'), expecting('  '))).toEqual([
      { ...change, kind: 'removed', before: 'Mencoba alat baru', after: null },
    ]);
  });

  it('a new indicator and a removed result', () => {
    const two: SkpContent = {
      ...before,
      hasilKerja: [exampleHasilKerja(), exampleHasilKerja({ id: 'h2', rencana: 'Arsip tertata', indikator: [] })],
    };
    const more: SkpContent = {
      ...before,
      hasilKerja: [exampleHasilKerja({ indikator: [exampleIndikator(), exampleIndikator({ id: 'i2', satuan: '' })] })],
    };
    const changes = diffSkp(two, more);
    expect(changes.filter(({ kind }) => kind === 'added').map(({ path }) => path)).toEqual(
      ['aspek', 'indikator', 'target', 'polarity'].map((field) => `hasilKerja.h1.indikator.i2.${field}`),
    );
    expect(changes.filter(({ kind }) => kind === 'removed').map(({ path }) => path)).toEqual(
      ['jenis', 'intervensi', 'rencana'].map((field) => `hasilKerja.h2.${field}`),
    );
  });

  it('a result that is no longer cascaded shows both texts', () => {
    const after: SkpContent = {
      ...before,
      hasilKerja: [exampleHasilKerja({ intervensi: { kind: 'tidakDiturunkan', alasan: 'Tugas lintas unit' } })],
    };
    expect(diffSkp(before, after)).toEqual([
      expect.objectContaining({
        kind: 'changed',
        path: 'hasilKerja.h1.intervensi',
        before: 'Meningkatnya kualitas data kepegawaian kementerian',
        after: 'Tugas lintas unit',
      }),
    ]);
  });

  it('moving a line is no change, nor are spaces at its ends', () => {
    const other = exampleHasilKerja({ id: 'h2', rencana: 'Arsip tertata' });
    const one: SkpContent = { ...before, hasilKerja: [exampleHasilKerja(), other] };
    const moved: SkpContent = { ...before, hasilKerja: [other, exampleHasilKerja({ rencana: `${rencana} ` })] };
    expect(diffSkp(one, moved)).toEqual([]);
  });

  it('the approach and the lampiran take part', () => {
    const after: SkpContent = {
      ...before,
      pendekatan: 'kualitatif',
      lampiran: { ...before.lampiran, konsekuensi: [] },
    };
    expect(diffSkp(before, after).map(({ kind, path }) => [kind, path])).toEqual([
      ['changed', 'pendekatan'],
      ['removed', 'lampiran.konsekuensi.k1.uraian'],
    ]);
  });
});
