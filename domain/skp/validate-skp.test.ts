import { describe, expect, it } from 'vitest';
import { hasErrors } from '../result.ts';
import { BERAKHLAK, NILAI_BERAKHLAK } from './berakhlak.ts';
import { emptySkp, exampleHasilKerja, exampleIndikator, exampleSkp } from './example.ts';
import type { HasilKerja, Indikator, SkpContent } from './skp-content.ts';
import { validateSkp } from './validate-skp.ts';

const withHasilKerja = (change: Partial<HasilKerja>): SkpContent => ({
  ...exampleSkp(),
  hasilKerja: [exampleHasilKerja(change)],
});
const withIndikator = (change: Partial<Indikator>): SkpContent =>
  withHasilKerja({ indikator: [exampleIndikator(change)] });
const found = (content: SkpContent, isLeader = false): string[] =>
  validateSkp(content, { isLeader }).map(({ code, path }) => `${code} @ ${path}`);

describe('R-SKP-1: what an SKP needs before it can be handed in (S4.1)', () => {
  it('is nothing more when it is complete', () => {
    expect(validateSkp(exampleSkp())).toEqual([]);
  });

  it('an empty one lacks a main result; the empty lampiran are only pointed out', () => {
    const problems = validateSkp(emptySkp());
    expect(problems.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'skp.hasilKerja.utamaRequired',
    ]);
    expect(problems.filter(({ severity }) => severity === 'warning').map(({ path }) => path)).toEqual([
      'lampiran.dukunganSumberDaya',
      'lampiran.skemaPertanggungjawaban',
      'lampiran.konsekuensi',
    ]);
  });

  const cases: [string, SkpContent, string][] = [
    [
      'an additional result alone is not enough',
      withHasilKerja({ jenis: 'tambahan' }),
      'skp.hasilKerja.utamaRequired @ hasilKerja',
    ],
    [
      'a result without words',
      withHasilKerja({ rencana: ' ' }),
      'skp.hasilKerja.rencanaRequired @ hasilKerja.h1.rencana',
    ],
    [
      'a result without indicator',
      withHasilKerja({ indikator: [] }),
      'skp.indikator.required @ hasilKerja.h1.indikator',
    ],
    [
      'an indicator without words',
      withIndikator({ indikator: '' }),
      'skp.indikator.textRequired @ hasilKerja.h1.indikator.i1.indikator',
    ],
    [
      'an indicator without aspek',
      withIndikator({ aspek: null }),
      'skp.indikator.aspekRequired @ hasilKerja.h1.indikator.i1.aspek',
    ],
    [
      'an indicator without target',
      withIndikator({ target: '' }),
      'skp.indikator.targetRequired @ hasilKerja.h1.indikator.i1.target',
    ],
    [
      'a bare number without its unit',
      withIndikator({ target: '≥ 12', satuan: '' }),
      'skp.indikator.satuanRequired @ hasilKerja.h1.indikator.i1.satuan',
    ],
    [
      'one id on two lines',
      withHasilKerja({ indikator: [exampleIndikator(), exampleIndikator()] }),
      'skp.id.repeated @ hasilKerja',
    ],
    [
      'six of the seven values',
      { ...exampleSkp(), perilakuKerja: exampleSkp().perilakuKerja.slice(1) },
      'skp.perilaku.incomplete @ perilakuKerja',
    ],
    [
      'an empty line in a lampiran',
      { ...exampleSkp(), lampiran: { ...exampleSkp().lampiran, konsekuensi: [{ id: 'k1', uraian: '' }] } },
      'skp.lampiran.textRequired @ lampiran.konsekuensi.k1.uraian',
    ],
  ];
  it.each(cases)('%s', (_title, content, expected) => {
    expect(found(content)).toEqual([expected]);
    expect(hasErrors(validateSkp(content))).toBe(true);
  });

  it('a target in words carries its unit in itself', () => {
    expect(found(withIndikator({ target: '12 dokumen', satuan: '' }))).toEqual([]);
    expect(found(withIndikator({ target: 'paling lambat 30 Juni', satuan: '' }))).toEqual([]);
  });

  it('the qualitative approach needs the narrative only', () => {
    const narrative = exampleIndikator({
      aspek: null,
      target: '',
      satuan: '',
      indikator: 'Pimpinan menerima data mutakhir tiap triwulan tanpa koreksi',
    });
    expect(found({ ...withHasilKerja({ indikator: [narrative] }), pendekatan: 'kualitatif' })).toEqual([]);
  });

  it('a leader is reminded of the perspektif', () => {
    expect(found(exampleSkp(), true)).toEqual(['skp.hasilKerja.perspektifMissing @ hasilKerja.h1.perspektif']);
    expect(hasErrors(validateSkp(exampleSkp(), { isLeader: true }))).toBe(false);
  });
});

describe('R-SKP-2: a result carries one of the superior, or says why not (matriks peran hasil)', () => {
  it('needs a link or a text', () => {
    expect(found(withHasilKerja({ intervensi: { kind: 'diturunkan', dari: [] } }))).toEqual([
      'skp.intervensi.required @ hasilKerja.h1.intervensi',
    ]);
    expect(
      found(
        withHasilKerja({
          intervensi: { kind: 'diturunkan', dari: [{ hasilKerjaId: null, rencana: 'RHK tahun lalu' }] },
        }),
      ),
    ).toEqual([]);
  });

  it('needs a reason when it is not cascaded', () => {
    expect(found(withHasilKerja({ intervensi: { kind: 'tidakDiturunkan', alasan: '' } }))).toEqual([
      'skp.intervensi.reasonRequired @ hasilKerja.h1.intervensi.alasan',
    ]);
    expect(found(withHasilKerja({ intervensi: { kind: 'tidakDiturunkan', alasan: 'Tugas lintas unit' } }))).toEqual([]);
  });
});

describe('R-SKP-3: BerAKHLAK', () => {
  it('has seven values with three panduan perilaku each', () => {
    expect(NILAI_BERAKHLAK.map((nilai) => BERAKHLAK[nilai].label.slice(0, 2)).join('')).toBe('BeAkKoHaLoAdKo');
    expect(Object.values(BERAKHLAK).every(({ panduan }) => new Set(panduan).size === 3)).toBe(true);
  });
});
