/** How much to do: `n` scales a number of operations down for a quick look. */
export type Size = { isQuick: boolean; n(full: number): number };
