import { addMonths, dateFromParts, earlierOf, laterOf, partsOf, type CalendarDate } from '../calendar/calendar-date.ts';
import { divideHalfUp, formatMicro, toMicro, type Micro } from '../micro.ts';
import type { Predikat } from './predikat.ts';

/** Levels of the functional posts, keahlian then keterampilan, highest first. */
export const JENJANG_FUNGSIONAL = [
  'ahliUtama',
  'ahliMadya',
  'ahliMuda',
  'ahliPertama',
  'penyelia',
  'mahir',
  'terampil',
  'pemula',
] as const;
export type JenjangFungsional = (typeof JENJANG_FUNGSIONAL)[number];

export const JENJANG_LABELS: Readonly<Record<JenjangFungsional, string>> = {
  ahliUtama: 'Ahli Utama',
  ahliMadya: 'Ahli Madya',
  ahliMuda: 'Ahli Muda',
  ahliPertama: 'Ahli Pertama',
  penyelia: 'Penyelia',
  mahir: 'Mahir',
  terampil: 'Terampil',
  pemula: 'Pemula',
};

/** Conversion of predikat to angka kredit (Peraturan BKN 3/2023). */
export type AngkaKreditRules = {
  readonly percentByPredikat: Readonly<Record<Predikat, number>>;
  readonly jenjang: Readonly<
    Record<
      JenjangFungsional,
      { readonly koefisien: number; readonly minimumPangkat: number; readonly minimumJenjang: number | null }
    >
  >;
  /** Places shown and printed; the stored value keeps six. */
  readonly roundingDigits: number;
};

export type AngkaKreditPeriod = {
  readonly jenjang: JenjangFungsional;
  readonly predikat: Predikat;
  readonly months: number;
};

/** The jenjang that a label from the roster names, or null for posts that are not functional. */
export function jenjangFromLabel(label: string): JenjangFungsional | null {
  const wanted = label.trim().toLowerCase();
  return JENJANG_FUNGSIONAL.find((jenjang) => JENJANG_LABELS[jenjang].toLowerCase() === wanted) ?? null;
}

/** AK = months/12 × percent × yearly koefisien, in millionths. Throws a RangeError unless months is 0 to 12. */
export function angkaKredit({ jenjang, predikat, months }: AngkaKreditPeriod, rules: AngkaKreditRules): Micro {
  if (!Number.isInteger(months) || months < 0 || months > 12)
    throw new RangeError(`not a number of months from 0 to 12: ${months}`);
  return divideHalfUp(months * rules.percentByPredikat[predikat] * toMicro(rules.jenjang[jenjang].koefisien), 12 * 100);
}

/** Adds up periods on top of what was accumulated before, without rounding in between. */
export function accumulateAngkaKredit(
  periods: readonly AngkaKreditPeriod[],
  rules: AngkaKreditRules,
  before: Micro = 0,
): Micro {
  return periods.reduce((sum, period) => sum + angkaKredit(period, rules), before);
}

/** An angka kredit as printed: rounded half up to the rule set's digits, `16.41`. */
export const formatAngkaKredit = (micro: Micro, rules: AngkaKreditRules): string =>
  formatMicro(micro, rules.roundingDigits);

/** Months that count for a post held from `startsOn` to `endsOn`: those on whose first day it was held. */
export function monthsCounted(startsOn: CalendarDate, endsOn: CalendarDate, year: number): number {
  const from = laterOf(startsOn, dateFromParts(year, 1, 1));
  const to = earlierOf(endsOn, dateFromParts(year, 12, 31));
  if (to < from) return 0;
  const { month, day } = partsOf(from);
  const firstCounted = day === 1 ? from : addMonths(dateFromParts(year, month, 1), 1);
  return firstCounted > to ? 0 : partsOf(to).month - partsOf(firstCounted).month + 1;
}

/** How far an accumulation is from the minimum of the next pangkat and, where there is one, of the next jenjang. */
export function angkaKreditGap(
  accumulated: Micro,
  jenjang: JenjangFungsional,
  rules: AngkaKreditRules,
): { pangkat: Micro; jenjang: Micro | null } {
  const { minimumPangkat, minimumJenjang } = rules.jenjang[jenjang];
  const missing = (minimum: number): Micro => Math.max(0, toMicro(minimum) - accumulated);
  return { pangkat: missing(minimumPangkat), jenjang: minimumJenjang === null ? null : missing(minimumJenjang) };
}
