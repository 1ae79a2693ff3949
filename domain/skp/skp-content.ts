import type { BerakhlakValue } from './berakhlak.ts';

/** Aspect of an indicator on the quantitative form. */
export type Aspek = 'kuantitas' | 'kualitas' | 'waktu' | 'biaya';

/** Individual performance indicator (IKI) with its target. `aspek` is null on the qualitative form. */
export type Indicator = { id: string; aspek: Aspek | null; indikator: string; target: string; satuan: string };

/** One result (rencana hasil kerja). `intervenesId` names the superior's result it carries; null asks for a reason. */
export type HasilKerja = {
  id: string;
  kind: 'utama' | 'tambahan';
  intervenesId: string | null;
  intervenesText: string;
  notCascadedReason: string;
  rencana: string;
  indicators: Indicator[];
};

/** The content of an SKP, as it is written and as it is submitted (PermenPANRB 6/2022; columns of the official form). */
export type SkpContent = {
  approach: 'kuantitatif' | 'kualitatif';
  results: HasilKerja[];
  behaviours: { value: BerakhlakValue; expectation: string }[];
  attachments: { dukunganSumberDaya: string[]; skemaPertanggungjawaban: string[]; konsekuensi: string[] };
};
