import type { ReportContent } from './report.ts';

/** A periodic report as it travels and is kept: realisation per indicator, the story of the period and what stood in the way. */
export type ReportDocument = {
  realisations: { indicatorId: string; value: string; narrative: string }[];
  narrative: string;
  obstacles: string;
};

/** The document as the rules read it. */
export function reportOfDocument({ realisations, narrative, obstacles }: ReportDocument): ReportContent {
  return {
    realisasi: realisations.map(({ indicatorId, ...line }) => ({ ...line, indikatorId: indicatorId, evidenceIds: [] })),
    narrative,
    obstacles,
  };
}
