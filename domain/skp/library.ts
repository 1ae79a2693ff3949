import { POLARITIES, type Polarity } from '../reporting/achievement.ts';
import { problem, type Problem } from '../result.ts';
import { ASPEK, type Aspek } from './skp-content.ts';
import type { SkpDocument } from './skp-document.ts';

/** An indicator of the library: what is measured for a job, in which aspect and unit, and how. */
export type LibraryIndicator = {
  /** A title as positions bear it, `Analis SDM Aparatur`; it serves all levels of the job. `GENERAL_JOB`: for everybody. */
  readonly job: string;
  readonly indikator: string;
  readonly aspek: Aspek;
  readonly satuan: string;
  /** How it is measured: source of the figure, formula. */
  readonly measure: string;
  /** A usual target, to start from. */
  readonly target: string;
  readonly polarity: Polarity;
};

/** How a file writes the direction of a measure. */
const POLARITY_WORDS: Readonly<Record<Polarity, string>> = {
  higherIsBetter: 'makin tinggi',
  lowerIsBetter: 'makin rendah',
};

/** The direction that a file means; an empty cell is the usual one. What it does not know stays as it is, for the check to refuse. */
export function polarityOf(text: string): Polarity {
  const word = text.trim().toLowerCase();
  if (word === '') return 'higherIsBetter';
  return POLARITIES.find((polarity) => POLARITY_WORDS[polarity] === word) ?? (text as Polarity);
}

/** The job of what fits every job. */
export const GENERAL_JOB = 'Semua jabatan';

/** What is wrong with an indicator for the library, at the field. */
export function validateLibraryIndicator({ job, indikator, aspek, satuan, polarity }: LibraryIndicator): Problem[] {
  const problems: Problem[] = [];
  if (!job.trim()) problems.push(problem('library.jobMissing', 'job'));
  if (!indikator.trim()) problems.push(problem('library.textMissing', 'indikator'));
  if (!ASPEK.includes(aspek)) problems.push(problem('library.aspekUnknown', 'aspek'));
  if (!satuan.trim()) problems.push(problem('library.satuanMissing', 'satuan'));
  if (!POLARITIES.includes(polarity)) problems.push(problem('library.polarityUnknown', 'polarity'));
  return problems;
}

/** How well a job of the library fits a position: 2 the job itself at any level, 1 for everybody, 0 not at all. */
export function jobFit(job: string, positionTitle: string): 0 | 1 | 2 {
  const [wanted, title] = [job.trim().toLowerCase(), positionTitle.trim().toLowerCase()];
  if (wanted === title || title.startsWith(`${wanted} `)) return 2;
  return wanted === GENERAL_JOB.toLowerCase() ? 1 : 0;
}

/** A template as the first content of an SKP: every line gets an id of its own, and what the template cannot know stays empty. */
export function skpFromTemplate(template: SkpDocument, newId: () => string): SkpDocument {
  return {
    ...template,
    results: template.results.map((result) => ({
      ...result,
      id: newId(),
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: '',
      indicators: result.indicators.map((indicator) => ({ ...indicator, id: newId() })),
    })),
  };
}
