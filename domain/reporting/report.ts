import { problem, warning, type Problem } from '../result.ts';
import { indikatorsOf, type SkpContent } from '../skp/skp-content.ts';
import { ACHIEVEMENT_CAP_PERCENT, achievementPercent, numberIn } from './achievement.ts';

/** What was realised on one indicator in a period. */
export type Realisasi = {
  readonly indikatorId: string;
  /** As typed: a number where the target is one, else words. */
  readonly value: string;
  readonly narrative: string;
  readonly evidenceIds: readonly string[];
};

/** A periodic report as the employee edits it. */
export type ReportContent = {
  readonly realisasi: readonly Realisasi[];
  readonly narrative: string;
  readonly obstacles: string;
};

/**
 * What stands against handing a report in: each indicator of the SKP needs a value or a narrative, once. A number is
 * wanted where the target is one; evidence and an overall narrative are missed but not demanded.
 */
export function validateReport(report: ReportContent, skp: SkpContent): Problem[] {
  const indikators = new Map(indikatorsOf(skp).map(({ indikator }) => [indikator.id, indikator]));
  const problems = report.realisasi.flatMap((line, index) => {
    const path = `realisasi.${line.indikatorId}`;
    const indikator = indikators.get(line.indikatorId);
    if (!indikator) return [problem('report.realisasi.unknownIndikator', path)];
    const first = report.realisasi.findIndex(({ indikatorId }) => indikatorId === line.indikatorId);
    if (first !== index) return [problem('report.realisasi.repeated', path)];
    return realisasiProblems(line, path, numberIn(indikator.target) !== null);
  });
  for (const id of indikators.keys()) {
    if (!report.realisasi.some(({ indikatorId }) => indikatorId === id))
      problems.push(problem('report.realisasi.required', `realisasi.${id}`));
  }
  if (isBlank(report.narrative)) problems.push(warning('report.narrativeMissing', 'narrative'));
  return problems;
}

/** Achievement of each indicator in percent, in the direction of its measure; null where target or realisation is no number. */
export function achievementsOf(
  report: ReportContent,
  skp: SkpContent,
  capPercent = ACHIEVEMENT_CAP_PERCENT,
): { indikatorId: string; percent: number | null }[] {
  const lines = new Map(report.realisasi.map((line) => [line.indikatorId, line]));
  return indikatorsOf(skp).map(({ indikator }) => {
    const target = numberIn(indikator.target);
    const realised = numberIn(lines.get(indikator.id)?.value ?? '');
    const percent =
      target === null || realised === null
        ? null
        : achievementPercent(target, realised, indikator.polarity, capPercent);
    return { indikatorId: indikator.id, percent };
  });
}

function realisasiProblems(line: Realisasi, path: string, isTargetNumeric: boolean): Problem[] {
  if (isBlank(line.value) && isBlank(line.narrative)) return [problem('report.realisasi.required', path)];
  const problems: Problem[] = [];
  if (isTargetNumeric && !isBlank(line.value) && numberIn(line.value) === null) {
    problems.push(problem('report.realisasi.notNumeric', `${path}.value`));
  }
  if (line.evidenceIds.length === 0) problems.push(warning('report.evidenceMissing', `${path}.evidence`));
  return problems;
}

const isBlank = (text: string): boolean => text.trim() === '';
