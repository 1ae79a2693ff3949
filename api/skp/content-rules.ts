import { validateReport, type ReportContent as DomainReport } from '#domain/reporting/report.ts';
import { hasErrors, type Problem as Finding } from '#domain/result.ts';
import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import type { SkpContent as DomainSkp } from '#domain/skp/skp-content.ts';
import { validateSkp } from '#domain/skp/validate-skp.ts';
import type { ReportContent, SkpContent } from '#contracts/work.schemas.ts';
import { Problem } from '../http/problem.ts';

/** 422 with the errors that stand against handing in an SKP; warnings do not stop. */
export function requireValidSkp(content: SkpContent): void {
  refuse(validateSkp(toSkp(content)));
}

/** 422 with the errors that stand against handing in a report on an SKP. */
export function requireValidReport(report: ReportContent, skp: unknown): void {
  refuse(validateReport(toReport(report), toSkp(skp)));
}

function refuse(findings: readonly Finding[]): void {
  if (!hasErrors(findings)) return;
  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new Problem('content.invalid', undefined, errors.map(({ path, code }) => ({ path: toContractPath(path), message: code })));
}

/** An SKP as the rules read it: the wire's names in English, the rules' in the words of the law. */
export function toSkp(content: unknown): DomainSkp {
  const { approach, results, behaviours, attachments } = content as SkpContent;
  const lines = (kind: keyof SkpContent['attachments']) => attachments[kind].map((uraian, index) => ({ id: String(index), uraian }));
  return {
    pendekatan: approach,
    hasilKerja: results.map((result) => ({
      id: result.id,
      jenis: result.kind,
      intervensi:
        result.intervenesId !== null || result.intervenesText.trim() !== ''
          ? { kind: 'diturunkan', dari: [{ hasilKerjaId: result.intervenesId, rencana: result.intervenesText }] }
          : { kind: 'tidakDiturunkan', alasan: result.notCascadedReason },
      perspektif: null,
      rencana: result.rencana,
      indikator: result.indicators.map((indicator) => ({ ...indicator, polarity: 'higherIsBetter' as const })),
    })),
    perilakuKerja: NILAI_BERAKHLAK.map((nilai) => ({ nilai, ekspektasiKhusus: behaviours.find(({ value }) => value === nilai)?.expectation ?? '' })),
    lampiran: { dukunganSumberDaya: lines('dukunganSumberDaya'), skemaPertanggungjawaban: lines('skemaPertanggungjawaban'), konsekuensi: lines('konsekuensi') },
  };
}

export function toReport(content: unknown): DomainReport {
  const { realisations, narrative, obstacles } = content as ReportContent;
  return { realisasi: realisations.map(({ indicatorId, ...line }) => ({ ...line, indikatorId: indicatorId, evidenceIds: [] })), narrative, obstacles };
}

const WORDS: Readonly<Record<string, string>> = {
  hasilKerja: 'results', perilakuKerja: 'behaviours', lampiran: 'attachments', realisasi: 'realisations', intervensi: 'intervenesId', alasan: 'notCascadedReason',
};

/** A path in the words of the wire: `results.<id>.indicators.<id>.target`. */
function toContractPath(path: string): string {
  return path
    .split('.')
    .map((part, index, parts) => (part === 'indikator' && index < parts.length - 1 ? 'indicators' : (WORDS[part] ?? part)))
    .join('.');
}
