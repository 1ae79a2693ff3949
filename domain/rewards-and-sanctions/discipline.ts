import { addWorkingDays, type WorkingCalendar } from '../calendar/working-days.ts';
import type { CalendarDate } from '../calendar/calendar-date.ts';

/** Level of a hukuman disiplin (PP 94/2021 Ps. 8). */
export type TingkatHukuman = 'ringan' | 'sedang' | 'berat';

const PUNISHMENTS = {
  teguranLisan: { tingkat: 'ringan', months: null },
  teguranTertulis: { tingkat: 'ringan', months: null },
  pernyataanTidakPuas: { tingkat: 'ringan', months: null },
  potonganTukin6Bulan: { tingkat: 'sedang', months: 6 },
  potonganTukin9Bulan: { tingkat: 'sedang', months: 9 },
  potonganTukin12Bulan: { tingkat: 'sedang', months: 12 },
  tundaKgb1Tahun: { tingkat: 'sedang', months: 12 },
  tundaKenaikanPangkat1Tahun: { tingkat: 'sedang', months: 12 },
  turunPangkat1Tahun: { tingkat: 'sedang', months: 12 },
  penurunanJabatan12Bulan: { tingkat: 'berat', months: 12 },
  pembebasanJabatan12Bulan: { tingkat: 'berat', months: 12 },
  pdhtaps: { tingkat: 'berat', months: null },
} as const satisfies Record<string, { tingkat: TingkatHukuman; months: number | null }>;

/** The punishments of PP 94/2021 Ps. 8 and their transitional substitutes (Ps. 42; Peraturan BKN 6/2022 Ps. 62). */
export type HukumanDisiplin = keyof typeof PUNISHMENTS;

export const HUKUMAN_DISIPLIN = Object.keys(PUNISHMENTS) as HukumanDisiplin[];

export const tingkatOf = (hukuman: HukumanDisiplin): TingkatHukuman => PUNISHMENTS[hukuman].tingkat;

/** Months after which a timed punishment ends by itself, or null. */
export const monthsOf = (hukuman: HukumanDisiplin): number | null => PUNISHMENTS[hukuman].months;

const SUBSTITUTES: Partial<Record<HukumanDisiplin, HukumanDisiplin>> = {
  potonganTukin6Bulan: 'tundaKgb1Tahun',
  potonganTukin9Bulan: 'tundaKenaikanPangkat1Tahun',
  potonganTukin12Bulan: 'turunPangkat1Tahun',
};

/** Discipline as data: the absence table and the limits in hari kerja (PP 94/2021; Peraturan BKN 6/2022; PP 79/2021). */
export type DisciplineRules = {
  /** False as long as the regulation on pay is awaited: the tukin cuts are replaced by their substitutes. */
  readonly isTukinCutInForce: boolean;
  /** Ascending by days of absence without valid reason in one year. */
  readonly absenceBands: readonly { readonly fromDays: number; readonly hukuman: HukumanDisiplin }[];
  readonly consecutiveDaysForDismissal: number;
  readonly summonsWorkingDaysBefore: number;
  readonly secondSummonsWorkingDays: number;
  readonly deliveryWorkingDays: number;
  readonly effectiveWorkingDays: number;
  readonly appealWorkingDays: number;
  readonly objectionDecisionWorkingDays: number;
  readonly bpasnDecisionWorkingDays: number;
};

export type AbsenceConsequence = {
  readonly hukuman: HukumanDisiplin;
  readonly tingkat: TingkatHukuman;
  readonly stopsSalaryNextMonth: boolean;
};

/**
 * What absence without valid reason leads to, or null below the table. Days are hari kerja: all of one year, and the
 * longest unbroken run in it, which weighs more than its number.
 */
export function absenceConsequence(
  absence: { readonly daysInYear: number; readonly longestRun: number },
  rules: DisciplineRules,
): AbsenceConsequence | null {
  if (absence.longestRun >= rules.consecutiveDaysForDismissal)
    return { hukuman: 'pdhtaps', tingkat: 'berat', stopsSalaryNextMonth: true };
  const band = rules.absenceBands.findLast(({ fromDays }) => absence.daysInYear >= fromDays);
  if (!band) return null;
  const hukuman = inForce(band.hukuman, rules);
  return { hukuman, tingkat: tingkatOf(hukuman), stopsSalaryNextMonth: false };
}

/** The punishment that can be imposed today: a tukin cut, or its substitute while the cut is not in force. */
function inForce(hukuman: HukumanDisiplin, rules: DisciplineRules): HukumanDisiplin {
  return rules.isTukinCutInForce ? hukuman : (SUBSTITUTES[hukuman] ?? hukuman);
}

/** Latest day on which the summons must have arrived for an examination on a date. */
export const summonsDueOn = (
  examinationOn: CalendarDate,
  rules: DisciplineRules,
  calendar: WorkingCalendar,
): CalendarDate => addWorkingDays(examinationOn, -rules.summonsWorkingDaysBefore, calendar);

/** Latest day of the second summons after an examination that was missed. */
export const secondSummonsDueOn = (
  missedOn: CalendarDate,
  rules: DisciplineRules,
  calendar: WorkingCalendar,
): CalendarDate => addWorkingDays(missedOn, rules.secondSummonsWorkingDays, calendar);

/** Latest day of handing over a decision. */
export const deliveryDueOn = (
  decidedOn: CalendarDate,
  rules: DisciplineRules,
  calendar: WorkingCalendar,
): CalendarDate => addWorkingDays(decidedOn, rules.deliveryWorkingDays, calendar);

/** Day on which a decision takes effect; the day of receipt is day 0. */
export const effectiveOn = (
  receivedOn: CalendarDate,
  rules: DisciplineRules,
  calendar: WorkingCalendar,
): CalendarDate => addWorkingDays(receivedOn, rules.effectiveWorkingDays, calendar);

/** Last day of an upaya administratif (keberatan or banding administratif). */
export const appealDueOn = (
  receivedOn: CalendarDate,
  rules: DisciplineRules,
  calendar: WorkingCalendar,
): CalendarDate => addWorkingDays(receivedOn, rules.appealWorkingDays, calendar);
