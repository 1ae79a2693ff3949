import { fromMicro, toMicro } from '../micro.ts';

/** Which way a measure is better: more documents, or fewer days and rupiah. */
export const POLARITIES = ['higherIsBetter', 'lowerIsBetter'] as const;
export type Polarity = (typeof POLARITIES)[number];

/** Where achievement ends, in percent (PP 30/2019). */
export const ACHIEVEMENT_CAP_PERCENT = 120;

/**
 * Achievement of a numeric target in percent, six decimals, from 0 to the cap. Where lower is better, as much below
 * the target counts as much above 100. Null when the target is not a positive number.
 */
export function achievementPercent(
  target: number,
  realised: number,
  polarity: Polarity,
  capPercent: number,
): number | null {
  if (!(target > 0) || !Number.isFinite(realised)) return null;
  const ratio = realised / target;
  const percent = fromMicro(toMicro((polarity === 'higherIsBetter' ? ratio : 2 - ratio) * 100));
  return Math.min(Math.max(percent, 0), capPercent);
}

/**
 * The number a text begins with, as Indonesians write it: `95`, `95,5 %`, `≥ 1.250 dokumen`, `Rp 2.000.000`. A dot
 * before exactly three digits groups thousands, else it is a decimal point. Null when there is none.
 */
export function numberIn(text: string): number | null {
  const match = /^\s*(?:[<>≤≥=±]+\s*)?(?:rp\.?\s*)?(-?\d[\d.,]*)/i.exec(text);
  if (!match) return null;
  const digits = match[1]!.replace(/[.,]+$/, '');
  const grouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(digits);
  const plain = grouped ? digits.replaceAll('.', '').replace(',', '.') : digits.replace(',', '.');
  const value = Number(plain);
  return plain !== '' && Number.isFinite(value) ? value : null;
}
