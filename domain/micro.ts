/**
 * Exact decimals as whole millionths ("micro"): 18.75 is 18_750_000. Sums stay exact, and rounding happens once, when a
 * number is shown.
 */
export type Micro = number;

const MICRO = 1_000_000;

/** A decimal with at most six places as millionths. */
export const toMicro = (decimal: number): Micro => Math.round(decimal * MICRO);

/** Millionths as the nearest JavaScript number, for charts and sorting. */
export const fromMicro = (micro: Micro): number => micro / MICRO;

/** numerator / denominator as a whole number, half away from zero. Both are whole, the denominator is positive. */
export function divideHalfUp(numerator: number, denominator: number): number {
  const whole = Math.floor(Math.abs(numerator) / denominator);
  const rest = Math.abs(numerator) - whole * denominator;
  const rounded = rest * 2 >= denominator ? whole + 1 : whole;
  return numerator < 0 ? -rounded : rounded;
}

/** Millionths as text with a fixed number of places (0–6), half away from zero, with a dot: `16.41`. */
export function formatMicro(micro: Micro, digits: number): string {
  const units = divideHalfUp(micro, 10 ** (6 - digits));
  const text = String(Math.abs(units)).padStart(digits + 1, '0');
  const sign = units < 0 ? '-' : '';
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
