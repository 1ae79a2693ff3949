import { reportOfDocument, type ReportDocument } from '#domain/reporting/report-document.ts';
import { validateReport } from '#domain/reporting/report.ts';
import { hasErrors, type Problem as Finding } from '#domain/result.ts';
import { skpOfDocument, type SkpDocument } from '#domain/skp/skp-document.ts';
import { validateSkp } from '#domain/skp/validate-skp.ts';
import { Problem } from '../http/problem.ts';

/** 422 with the errors that stand against handing in an SKP; warnings do not stop. */
export function requireValidSkp(content: SkpDocument): void {
  refuse(validateSkp(skpOfDocument(content)));
}

/** 422 with the errors that stand against handing in a report on an SKP. */
export function requireValidReport(report: ReportDocument, skp: SkpDocument): void {
  refuse(validateReport(reportOfDocument(report), skpOfDocument(skp)));
}

function refuse(findings: readonly Finding[]): void {
  if (!hasErrors(findings)) return;
  const errors = findings.filter(({ severity }) => severity === 'error');
  throw new Problem(
    'content.invalid',
    undefined,
    errors.map(({ path, code }) => ({ path: toContractPath(path), message: code })),
  );
}

const WORDS: Readonly<Record<string, string>> = {
  hasilKerja: 'results',
  perilakuKerja: 'behaviours',
  lampiran: 'attachments',
  realisasi: 'realisations',
  intervensi: 'intervenesId',
  alasan: 'notCascadedReason',
};

/** A path in the words of the wire: `results.<id>.indicators.<id>.target`. */
function toContractPath(path: string): string {
  return path
    .split('.')
    .map((part, index, parts) =>
      part === 'indikator' && index < parts.length - 1 ? 'indicators' : (WORDS[part] ?? part),
    )
    .join('.');
}
