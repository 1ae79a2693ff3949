import type { ReportContent } from './report.ts';

/** A periodic report as it travels and is kept: realisation per indicator, the story of the period and what stood in the way. */
export type ReportDocument = {
  realisations: { indicatorId: string; value: string; narrative: string }[];
  narrative: string;
  obstacles: string;
};

const emptyLine = (indicatorId: string): ReportDocument['realisations'][number] => ({
  indicatorId,
  value: '',
  narrative: '',
});

/** A report in which nothing is written yet: a line for each indicator of the SKP. */
export const emptyReport = (indicatorIds: readonly string[]): ReportDocument => ({
  realisations: indicatorIds.map(emptyLine),
  narrative: '',
  obstacles: '',
});

/** Empty lines for the indicators that a report has none for: they came with a later version of the SKP. */
export const missingLines = (
  { realisations }: ReportDocument,
  indicatorIds: readonly string[],
): ReportDocument['realisations'] =>
  indicatorIds.filter((id) => !realisations.some(({ indicatorId }) => indicatorId === id)).map(emptyLine);

/** The document as the rules read it. */
export function reportOfDocument({ realisations, narrative, obstacles }: ReportDocument): ReportContent {
  return {
    realisasi: realisations.map(({ indicatorId, ...line }) => ({ ...line, indikatorId: indicatorId, evidenceIds: [] })),
    narrative,
    obstacles,
  };
}
