/** Chance that can be repeated: the same seed gives the same drill. */
export type Random = {
  readonly seed: number;
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  between(from: number, to: number): number;
  pick<Item>(items: readonly Item[]): Item;
};

/** @param seed default: `DRILL_SEED` of the environment, else another one each time; messages name it */
export function randomOf(seed = Number(process.env['DRILL_SEED']) || Date.now() % 1_000_000): Random {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    seed,
    next,
    below,
    between: (from, to) => from + below(to - from),
    pick: (items) => items[below(items.length)]!,
  };
}
