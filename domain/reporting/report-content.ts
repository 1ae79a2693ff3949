/** The content of a periodic report: realisation per indicator, the story of the period and what stood in the way. */
export type ReportContent = {
  realisations: { indicatorId: string; value: string; narrative: string }[];
  narrative: string;
  obstacles: string;
};
