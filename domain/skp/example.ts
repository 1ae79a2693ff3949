import { NILAI_BERAKHLAK } from './berakhlak.ts';
import type { HasilKerja, Indikator, SkpContent } from './skp-content.ts';

/** An SKP with nothing in it yet, for tests. */
export const emptySkp = (): SkpContent => ({
  pendekatan: 'kuantitatif',
  hasilKerja: [],
  perilakuKerja: NILAI_BERAKHLAK.map((nilai) => ({ nilai, ekspektasiKhusus: '' })),
  lampiran: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
});

/** A complete quantitative SKP in which nothing is amiss, for tests. */
export function exampleSkp(): SkpContent {
  return {
    ...emptySkp(),
    hasilKerja: [exampleHasilKerja()],
    lampiran: {
      dukunganSumberDaya: [{ id: 'd1', uraian: 'Akses data kepegawaian seluruh unit' }],
      skemaPertanggungjawaban: [{ id: 's1', uraian: 'Laporan bulanan kepada Kepala Biro' }],
      konsekuensi: [{ id: 'k1', uraian: 'Bahan pertimbangan pengembangan karier' }],
    },
  };
}

/** One main result with one indicator; parts can be replaced. */
export const exampleHasilKerja = (change: Partial<HasilKerja> = {}): HasilKerja => ({
  id: 'h1',
  jenis: 'utama',
  intervensi: {
    kind: 'diturunkan',
    dari: [{ hasilKerjaId: 'atasan-1', rencana: 'Meningkatnya kualitas data kepegawaian kementerian' }],
  },
  perspektif: null,
  rencana: 'Tersedianya data kepegawaian yang mutakhir setiap triwulan',
  indikator: [exampleIndikator()],
  ...change,
});

/** A measurable indicator of that result; parts can be replaced. */
export const exampleIndikator = (change: Partial<Indikator> = {}): Indikator => ({
  id: 'i1',
  aspek: 'kuantitas',
  indikator: 'Persentase data kepegawaian yang dimutakhirkan setiap triwulan',
  target: '95',
  satuan: 'persen',
  polarity: 'higherIsBetter',
  ...change,
});
