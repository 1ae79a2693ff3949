/** How much to do: `n` scales a number of operations down for a quick look. */
export type Size = { isQuick: boolean; n(full: number): number };

export const sizeOf = (isQuick: boolean): Size => ({
  isQuick,
  n: (full) => (isQuick ? Math.max(20, Math.round(full / 10)) : full),
});
