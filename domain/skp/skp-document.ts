import type { Polarity } from '../reporting/achievement.ts';
import { NILAI_BERAKHLAK, type NilaiBerakhlak } from './berakhlak.ts';
import type { Aspek, LampiranKind, SkpContent } from './skp-content.ts';

/**
 * An SKP as it travels and is kept: the document that drafts, submissions and the API share. The rules read it as
 * `SkpContent`, in the words of the law.
 */
export type SkpDocument = {
  approach: 'kuantitatif' | 'kualitatif';
  results: {
    id: string;
    kind: 'utama' | 'tambahan';
    intervenesId: string | null;
    intervenesText: string;
    notCascadedReason: string;
    rencana: string;
    /** Documents from before `polarity` was a field have none: higher is better. */
    indicators: {
      id: string;
      aspek: Aspek | null;
      indikator: string;
      target: string;
      satuan: string;
      polarity?: Polarity | undefined;
    }[];
  }[];
  behaviours: { value: NilaiBerakhlak; expectation: string }[];
  attachments: Record<LampiranKind, string[]>;
};

/** The document as the rules read it. A line of an attachment is known by its text: it has no id of its own in the document. */
export function skpOfDocument({ approach, results, behaviours, attachments }: SkpDocument): SkpContent {
  const lines = (kind: LampiranKind) => attachments[kind].map((uraian) => ({ id: uraian, uraian }));
  return {
    pendekatan: approach,
    hasilKerja: results.map((result) => ({
      id: result.id,
      jenis: result.kind,
      intervensi: isCascaded(result)
        ? { kind: 'diturunkan', dari: [{ hasilKerjaId: result.intervenesId, rencana: result.intervenesText }] }
        : { kind: 'tidakDiturunkan', alasan: result.notCascadedReason },
      perspektif: null,
      rencana: result.rencana,
      indikator: result.indicators.map((indicator) => ({
        ...indicator,
        polarity: indicator.polarity ?? 'higherIsBetter',
      })),
    })),
    perilakuKerja: NILAI_BERAKHLAK.map((nilai) => ({
      nilai,
      ekspektasiKhusus: behaviours.find(({ value }) => value === nilai)?.expectation ?? '',
    })),
    lampiran: {
      dukunganSumberDaya: lines('dukunganSumberDaya'),
      skemaPertanggungjawaban: lines('skemaPertanggungjawaban'),
      konsekuensi: lines('konsekuensi'),
    },
  };
}

/** A result is cascaded when it names a result of the superior, by id or (while there is none to choose) by its text. */
export const isCascaded = (result: { intervenesId: string | null; intervenesText: string }): boolean =>
  result.intervenesId !== null || result.intervenesText.trim() !== '';
