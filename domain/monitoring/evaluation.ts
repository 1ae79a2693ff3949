import type { Predikat, Rating } from '../appraisal/predikat.ts';
import type { Lateness } from '../reporting/lateness.ts';
import type { Detail } from '../result.ts';
import type { NilaiBerakhlak } from '../skp/berakhlak.ts';

/** What a year left behind about one employee. Missing facts are left out, not guessed. */
export type YearMaterial = {
  readonly reports: readonly {
    readonly lateness: Lateness['state'];
    readonly returns: number;
    readonly evidenceCount: number;
  }[];
  readonly skpReturns: number;
  /** Yearly achievement of each indicator in percent; null where it is no number. */
  readonly achievements: readonly { readonly indikatorId: string; readonly percent: number | null }[];
  readonly ratings: { readonly hasilKerja: Rating; readonly perilakuKerja: Rating } | null;
  readonly previousPredikat: Predikat | null;
  readonly feedback: readonly { readonly tone: 'praise' | 'concern'; readonly nilai: NilaiBerakhlak }[];
  readonly dailyLog: { readonly filledDays: number; readonly expectedDays: number } | null;
  readonly trainingJpMissing: number;
};

const SUGGESTION_KINDS = {
  'evaluation.alwaysOnTime': 'strength',
  'evaluation.oftenLate': 'weakness',
  'evaluation.reportsMissing': 'weakness',
  'evaluation.acceptedAtOnce': 'strength',
  'evaluation.oftenReturned': 'weakness',
  'evaluation.skpOftenReturned': 'weakness',
  'evaluation.evidenceComplete': 'strength',
  'evaluation.evidenceRare': 'weakness',
  'evaluation.indicatorExceeded': 'strength',
  'evaluation.indicatorMissed': 'weakness',
  'evaluation.hasilKerjaAbove': 'strength',
  'evaluation.hasilKerjaBelow': 'weakness',
  'evaluation.perilakuAbove': 'strength',
  'evaluation.perilakuBelow': 'weakness',
  'evaluation.valuePraised': 'strength',
  'evaluation.valueOfConcern': 'weakness',
  'evaluation.logGaps': 'weakness',
  'evaluation.improve.planDeadlines': 'improvement',
  'evaluation.improve.reviewBeforeSubmission': 'improvement',
  'evaluation.improve.dialogueOnTargets': 'improvement',
  'evaluation.improve.keepEvidence': 'improvement',
  'evaluation.improve.revisitIndicator': 'improvement',
  'evaluation.improve.bimbinganKinerja': 'improvement',
  'evaluation.improve.konselingKinerja': 'improvement',
  'evaluation.improve.logDaily': 'improvement',
  'evaluation.improve.training': 'improvement',
} as const satisfies Record<string, 'strength' | 'weakness' | 'improvement'>;

/** What a suggestion says; each code is also the key of its sentence. */
export type SuggestionCode = keyof typeof SUGGESTION_KINDS;

export const SUGGESTION_CODES = Object.keys(SUGGESTION_KINDS) as SuggestionCode[];

export type Suggestion = {
  readonly kind: 'strength' | 'weakness' | 'improvement';
  readonly code: SuggestionCode;
  readonly detail: Detail;
};

/** From how much on something is worth a sentence; parts are in percent. */
const THRESHOLDS = {
  latePercent: 25,
  evidencePercent: 90,
  evidenceRarePercent: 50,
  returnsPerReportPercent: 30,
  skpReturns: 3,
  exceededPercent: 110,
  missedPercent: 80,
  voices: 2,
  logPercent: 80,
} as const;

/**
 * Strengths, weaknesses and proposed improvements read from a year's material (S7.2). They are suggestions with their
 * numbers for the evaluator to take over or drop; no rating and no evaluation is ever set from them.
 */
export function suggestEvaluation(material: YearMaterial): Suggestion[] {
  const found = [
    ...punctuality(material),
    ...quality(material),
    ...evidence(material),
    ...achievements(material),
    ...ratings(material),
    ...voices(material),
    ...diligence(material),
  ];
  return KIND_ORDER.flatMap((kind) => found.filter((suggestion) => suggestion.kind === kind));
}

const KIND_ORDER = ['strength', 'weakness', 'improvement'] as const;

const suggest = (code: SuggestionCode, detail: Detail = {}): Suggestion => ({
  kind: SUGGESTION_KINDS[code],
  code,
  detail,
});

function punctuality({ reports }: YearMaterial): Suggestion[] {
  const expected = reports.filter(({ lateness }) => lateness !== 'excused' && lateness !== 'open');
  if (expected.length === 0) return [];
  const late = expected.filter(({ lateness }) => lateness === 'late').length;
  const missing = expected.filter(({ lateness }) => lateness === 'missing').length;
  if (late + missing === 0) return [suggest('evaluation.alwaysOnTime', { reports: expected.length })];
  const found: Suggestion[] = [];
  if (percentOf(late, expected.length) >= THRESHOLDS.latePercent)
    found.push(suggest('evaluation.oftenLate', { late, reports: expected.length }));
  if (missing > 0) found.push(suggest('evaluation.reportsMissing', { missing, reports: expected.length }));
  return found.length > 0 ? [...found, suggest('evaluation.improve.planDeadlines')] : [];
}

function quality({ reports, skpReturns }: YearMaterial): Suggestion[] {
  const found: Suggestion[] = [];
  const submitted = reports.filter(
    ({ lateness }) => lateness === 'onTime' || lateness === 'extended' || lateness === 'late',
  );
  const returns = submitted.reduce((sum, report) => sum + report.returns, 0);
  if (submitted.length > 0 && returns === 0)
    found.push(suggest('evaluation.acceptedAtOnce', { reports: submitted.length }));
  if (submitted.length > 0 && percentOf(returns, submitted.length) >= THRESHOLDS.returnsPerReportPercent) {
    found.push(
      suggest('evaluation.oftenReturned', { returns, reports: submitted.length }),
      suggest('evaluation.improve.reviewBeforeSubmission'),
    );
  }
  if (skpReturns >= THRESHOLDS.skpReturns) {
    found.push(
      suggest('evaluation.skpOftenReturned', { returns: skpReturns }),
      suggest('evaluation.improve.dialogueOnTargets'),
    );
  }
  return found;
}

function evidence({ reports }: YearMaterial): Suggestion[] {
  const submitted = reports.filter(
    ({ lateness }) => lateness === 'onTime' || lateness === 'extended' || lateness === 'late',
  );
  if (submitted.length === 0) return [];
  const withEvidence = submitted.filter(({ evidenceCount }) => evidenceCount > 0).length;
  const detail = { withEvidence, reports: submitted.length };
  const percent = percentOf(withEvidence, submitted.length);
  if (percent >= THRESHOLDS.evidencePercent) return [suggest('evaluation.evidenceComplete', detail)];
  return percent < THRESHOLDS.evidenceRarePercent
    ? [suggest('evaluation.evidenceRare', detail), suggest('evaluation.improve.keepEvidence')]
    : [];
}

function achievements({ achievements: lines }: YearMaterial): Suggestion[] {
  return lines.flatMap(({ indikatorId, percent }) => {
    if (percent === null) return [];
    if (percent >= THRESHOLDS.exceededPercent)
      return [suggest('evaluation.indicatorExceeded', { indikatorId, percent })];
    if (percent >= THRESHOLDS.missedPercent) return [];
    return [
      suggest('evaluation.indicatorMissed', { indikatorId, percent }),
      suggest('evaluation.improve.revisitIndicator', { indikatorId }),
    ];
  });
}

function ratings({ ratings: given, previousPredikat }: YearMaterial): Suggestion[] {
  if (!given) return [];
  const found: Suggestion[] = [];
  if (given.hasilKerja === 'diAtas') found.push(suggest('evaluation.hasilKerjaAbove'));
  if (given.hasilKerja === 'diBawah') {
    found.push(
      suggest('evaluation.hasilKerjaBelow', { previousPredikat }),
      suggest('evaluation.improve.bimbinganKinerja'),
    );
  }
  if (given.perilakuKerja === 'diAtas') found.push(suggest('evaluation.perilakuAbove'));
  if (given.perilakuKerja === 'diBawah') {
    found.push(
      suggest('evaluation.perilakuBelow', { previousPredikat }),
      suggest('evaluation.improve.konselingKinerja'),
    );
  }
  return found;
}

/** A value is named when several voices agree and the others do not outweigh them. */
function voices({ feedback }: YearMaterial): Suggestion[] {
  return [...Map.groupBy(feedback, ({ nilai }) => nilai)].flatMap(([nilai, entries]) => {
    const praise = entries.filter(({ tone }) => tone === 'praise').length;
    const concern = entries.length - praise;
    if (praise >= THRESHOLDS.voices && praise > concern)
      return [suggest('evaluation.valuePraised', { nilai, voices: praise })];
    return concern >= THRESHOLDS.voices && concern > praise
      ? [suggest('evaluation.valueOfConcern', { nilai, voices: concern })]
      : [];
  });
}

function diligence({ dailyLog, trainingJpMissing }: YearMaterial): Suggestion[] {
  const found: Suggestion[] = [];
  if (
    dailyLog &&
    dailyLog.expectedDays > 0 &&
    percentOf(dailyLog.filledDays, dailyLog.expectedDays) < THRESHOLDS.logPercent
  ) {
    found.push(suggest('evaluation.logGaps', dailyLog), suggest('evaluation.improve.logDaily'));
  }
  if (trainingJpMissing > 0) found.push(suggest('evaluation.improve.training', { missingJp: trainingJpMissing }));
  return found;
}

const percentOf = (part: number, whole: number): number => (part * 100) / whole;
