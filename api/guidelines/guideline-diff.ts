import { diffWordsWithSpace } from 'diff';
import type { FieldDiff } from '#contracts/guidelines.contract.ts';
import { GUIDELINE_PARTS, type GuidelineContent } from '#domain/guidelines/guideline.ts';

/** Texts longer than this are compared as wholes: word by word would take too long. */
const LONGEST = 60_000;
/** Fields whose values are codes that pages put into words: they are told as wholes. */
const CODES: ReadonlySet<string> = new Set(['kind', 'effectiveOn']);

/** What differs between two versions, field by field in the order of the form; articles are matched by their id. */
export function diffGuidelines(before: GuidelineContent, after: GuidelineContent): FieldDiff[] {
  const articleIds = [...new Set([...before.articles, ...after.articles].map(({ id }) => id))];
  const article = (content: GuidelineContent, id: string): string => {
    const found = content.articles.find((one) => one.id === id);
    return found ? `${found.heading}\n${found.text}` : '';
  };
  const headingOf = (id: string): string =>
    [...after.articles, ...before.articles].find((one) => one.id === id)!.heading;
  const fields: [field: string, label: string | null, before: string, after: string][] = [
    ...(['kind', 'number', 'year', 'title', 'issuer', 'effectiveOn'] as const).map(
      (key): [string, null, string, string] => [key, null, String(before[key] ?? ''), String(after[key] ?? '')],
    ),
    ...GUIDELINE_PARTS.map((part): [string, null, string, string] => [
      `parts.${part}`,
      null,
      before.parts[part],
      after.parts[part],
    ]),
    ...articleIds.map((id): [string, string, string, string] => [
      'article',
      headingOf(id),
      article(before, id),
      article(after, id),
    ]),
  ];
  return fields
    .filter(([, , old, fresh]) => old !== fresh)
    .map(([field, label, old, fresh]) => ({
      field,
      label,
      pieces: CODES.has(field) ? wholeOf(old, fresh) : piecesOf(old, fresh),
    }));
}

const wholeOf = (before: string, after: string): FieldDiff['pieces'] =>
  [
    { change: 'removed' as const, text: before },
    { change: 'added' as const, text: after },
  ].filter(({ text }) => text);

function piecesOf(before: string, after: string): FieldDiff['pieces'] {
  const whole = wholeOf(before, after);
  if (before.length + after.length > LONGEST) return whole;
  const parts = diffWordsWithSpace(before, after, { timeout: 2000 });
  return parts
    ? parts.map(({ added, removed, value }) => ({
        change: added ? 'added' : removed ? 'removed' : 'same',
        text: value,
      }))
    : whole;
}
