import { isAtLeast, type Predikat } from '../appraisal/predikat.ts';
import type { Detail } from '../result.ts';

/** What one appraiser's year looks like from outside. Durations are milliseconds. */
export type AppraiserYear = {
  readonly appraised: readonly { readonly predikat: Predikat; readonly evidenceCount: number }[];
  /** From each submission to its acceptance or return. */
  readonly reviewDurations: readonly number[];
  readonly returns: number;
  readonly feedbackGiven: number;
};

const ANOMALY_CODES = [
  'anomaly.everyoneOnTop',
  'anomaly.goodWithoutEvidence',
  'anomaly.reviewedInSeconds',
  'anomaly.silentAppraiser',
  'anomaly.copiedText',
] as const;
type AnomalyCode = (typeof ANOMALY_CODES)[number];

/** Something that deserves a look; it accuses nobody and changes nothing. */
export type Anomaly = { readonly code: AnomalyCode; readonly detail: Detail };

/** Below this number of people or reviews a pattern means nothing. */
const MINIMUM_GROUP = 5;
const SECONDS_TO_READ_MS = 20_000;
const MINIMUM_TEXT_LENGTH = 40;

/** What stands out in an appraiser's year (S7.3). */
export function appraiserAnomalies({ appraised, reviewDurations, returns, feedbackGiven }: AppraiserYear): Anomaly[] {
  const found: Anomaly[] = [];
  const add = (isFound: boolean, code: AnomalyCode, detail: Detail): void => {
    if (isFound) found.push({ code, detail });
  };
  const [people, reviews, medianMs] = [appraised.length, reviewDurations.length, medianOf(reviewDurations)];
  const unproven = appraised.filter(
    ({ predikat, evidenceCount }) => evidenceCount === 0 && isAtLeast(predikat, 'baik'),
  ).length;
  const isOnTop = appraised.every(({ predikat }) => predikat === 'sangatBaik');
  add(people >= MINIMUM_GROUP && isOnTop, 'anomaly.everyoneOnTop', { appraised: people });
  add(unproven > 0, 'anomaly.goodWithoutEvidence', { unproven, appraised: people });
  add(reviews >= MINIMUM_GROUP && medianMs < SECONDS_TO_READ_MS, 'anomaly.reviewedInSeconds', { medianMs, reviews });
  add(reviews >= MINIMUM_GROUP && returns === 0 && feedbackGiven === 0, 'anomaly.silentAppraiser', { reviews });
  return found;
}

/** Narratives that occur more than once, apart from spaces, capitals and digits; short ones may well be alike. */
export function copiedTexts(texts: readonly { readonly id: string; readonly text: string }[]): Anomaly[] {
  const groups = Map.groupBy(texts, ({ text }) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}]+/gu, ' ')
      .trim(),
  );
  return [...groups]
    .filter(([text, group]) => group.length > 1 && text.length >= MINIMUM_TEXT_LENGTH)
    .map(([, group]) => ({
      code: 'anomaly.copiedText',
      detail: { ids: group.map(({ id }) => id).join(','), times: group.length },
    }));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
