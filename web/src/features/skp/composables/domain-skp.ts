import type { SkpContent as DomainSkp } from '#domain/skp/skp-content.ts';
import type { SkpContent } from '../../../types.ts';

/**
 * The content as the API carries it, in the words of the domain, so that the same checks run here and there.
 * A line of an attachment is known by its text: it has no id of its own on the wire.
 */
export function toDomainSkp(content: SkpContent): DomainSkp {
  return {
    pendekatan: content.approach,
    hasilKerja: content.results.map((result) => ({
      id: result.id,
      jenis: result.kind,
      intervensi: isCascaded(result) ? { kind: 'diturunkan', dari: [{ hasilKerjaId: result.intervenesId, rencana: result.intervenesText }] } : { kind: 'tidakDiturunkan', alasan: result.notCascadedReason },
      perspektif: null,
      rencana: result.rencana,
      indikator: result.indicators.map((indicator) => ({ ...indicator, polarity: 'higherIsBetter' })),
    })),
    perilakuKerja: content.behaviours.map(({ value, expectation }) => ({ nilai: value, ekspektasiKhusus: expectation })),
    lampiran: {
      dukunganSumberDaya: linesOf(content.attachments.dukunganSumberDaya),
      skemaPertanggungjawaban: linesOf(content.attachments.skemaPertanggungjawaban),
      konsekuensi: linesOf(content.attachments.konsekuensi),
    },
  };
}

/** A result is cascaded when it names a result of the superior, by id or (while there is none to choose) by its text. */
export const isCascaded = (result: { intervenesId: string | null; intervenesText: string }): boolean => result.intervenesId !== null || result.intervenesText.trim() !== '';

const linesOf = (lines: readonly string[]) => lines.map((uraian) => ({ id: uraian, uraian }));
