/**
 * Parts of a rule set that can be edited and approved although nothing reads them yet, by dotted path, with the stage (tahap)
 * of the product that will. Whoever edits one is told. A test holds this list against the code.
 */
export const NOT_APPLIED_YET: Readonly<Record<string, number>> = {
  'appraisal.canPlhRate': 6,
  distribution: 6,
  leaderRating: 6,
  numericScale: 6,
  angkaKredit: 6,
  rewards: 8,
  tukin: 8,
  discipline: 8,
};

/** The stage from which the value or section at a path will be read; null when it is read now. */
export function stageThatApplies(path: string): number | null {
  const part = Object.keys(NOT_APPLIED_YET).find((known) => path === known || path.startsWith(`${known}.`));
  return part === undefined ? null : NOT_APPLIED_YET[part]!;
}
