import type { Polarity } from '../reporting/achievement.ts';
import type { NilaiBerakhlak } from './berakhlak.ts';

/** What an SKP says, as the employee edits it. Ids are made by the editor and stay with their line through all versions. */
export type SkpContent = {
  readonly pendekatan: Pendekatan;
  readonly hasilKerja: readonly HasilKerja[];
  readonly perilakuKerja: readonly PerilakuKerja[];
  readonly lampiran: Readonly<Record<LampiranKind, readonly LampiranItem[]>>;
};

type Pendekatan = 'kuantitatif' | 'kualitatif';

export const ASPEK = ['kuantitas', 'kualitas', 'waktu', 'biaya'] as const;
export type Aspek = (typeof ASPEK)[number];

/** Only in the form of leaders. */
type Perspektif = 'penerimaLayanan' | 'prosesBisnis' | 'penguatanInternal' | 'anggaran';

/** One rencana hasil kerja (RHK) with its indicators. */
export type HasilKerja = {
  readonly id: string;
  readonly jenis: 'utama' | 'tambahan';
  readonly intervensi: Intervensi;
  readonly perspektif: Perspektif | null;
  readonly rencana: string;
  readonly indikator: readonly Indikator[];
};

/**
 * Which results of the superior this one carries (matriks peran hasil), or why it carries none. `hasilKerjaId` is null
 * while the superior's SKP is not yet approved and the text was taken from elsewhere.
 */
export type Intervensi =
  | {
      readonly kind: 'diturunkan';
      readonly dari: readonly { readonly hasilKerjaId: string | null; readonly rencana: string }[];
    }
  | { readonly kind: 'tidakDiturunkan'; readonly alasan: string };

/** Indikator kinerja individu (IKI). In the qualitative approach `indikator` is a narrative and aspek, target and satuan may be empty. */
export type Indikator = {
  readonly id: string;
  readonly aspek: Aspek | null;
  readonly indikator: string;
  /** As printed in the official column: `12`, `95`, `paling lambat 30 Juni`. */
  readonly target: string;
  readonly satuan: string;
  readonly polarity: Polarity;
};

/** The leader's special expectation for one BerAKHLAK value; empty when there is none. */
type PerilakuKerja = { readonly nilai: NilaiBerakhlak; readonly ekspektasiKhusus: string };

export const LAMPIRAN_KINDS = ['dukunganSumberDaya', 'skemaPertanggungjawaban', 'konsekuensi'] as const;
export type LampiranKind = (typeof LAMPIRAN_KINDS)[number];

type LampiranItem = { readonly id: string; readonly uraian: string };

/** All indicators of an SKP in the order of the form, each with the result it measures. */
export const indikatorsOf = (
  content: SkpContent,
): { readonly hasilKerja: HasilKerja; readonly indikator: Indikator }[] =>
  content.hasilKerja.flatMap((hasilKerja) => hasilKerja.indikator.map((indikator) => ({ hasilKerja, indikator })));
