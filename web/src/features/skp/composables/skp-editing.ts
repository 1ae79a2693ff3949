import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import type { HasilKerja, Indicator, SkpContent } from '../../../types.ts';

/** Ids stay with their line through all versions; differences and realisations refer to them. */
export const newLineId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(36).padStart(2, '0')).join('');

export const newIndicator = (): Indicator => ({
  id: newLineId(),
  aspek: null,
  indikator: '',
  target: '',
  satuan: '',
  polarity: 'higherIsBetter',
});
export const newResult = (kind: HasilKerja['kind']): HasilKerja => ({
  id: newLineId(),
  kind,
  intervenesId: null,
  intervenesText: '',
  notCascadedReason: '',
  rencana: '',
  indicators: [newIndicator()],
});

/** Moves a line among those of its kind, so that main and additional results keep apart. Returns a new list. */
export function moveResult(results: readonly HasilKerja[], id: string, by: -1 | 1): HasilKerja[] {
  const at = results.findIndex((result) => result.id === id);
  const kind = results[at]?.kind;
  let other = at + by;
  while (results[other] && results[other]!.kind !== kind) other += by;
  return swap(results, at, other);
}

/** Exchanges two lines; out of range changes nothing. */
export function swap<Line>(lines: readonly Line[], a: number, b: number): Line[] {
  const next = [...lines];
  if (a in next && b in next) [next[a], next[b]] = [next[b]!, next[a]!];
  return next;
}

/** Puts all seven values in their order, also into a draft that lacks some. */
export function withAllBehaviours(content: SkpContent): SkpContent {
  const behaviours = NILAI_BERAKHLAK.map(
    (value) => content.behaviours.find((one) => one.value === value) ?? { value, expectation: '' },
  );
  return { ...content, behaviours };
}
