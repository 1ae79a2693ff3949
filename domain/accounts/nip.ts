import {
  dateFromParts,
  isCalendarDate,
  monthsBetween,
  yearOf,
  yearsBetween,
  type CalendarDate,
} from '../calendar/calendar-date.ts';
import { err, ok, warning, type Problem, type Result } from '../result.ts';

/** Kind of civil servant; CPNS carry the number of a PNS. */
export type EmploymentKind = 'PNS' | 'PPPK';
export type Sex = 'male' | 'female';

/** What the 18 digits of a NIP or NI PPPK say. Never a primary key: it changes with the contract of a PPPK. */
export type Nip = {
  readonly digits: string;
  readonly kind: EmploymentKind;
  readonly bornOn: CalendarDate;
  /** Year of the CPNS appointment, or of the first appointment as PPPK. */
  readonly appointedYear: number;
  /** Month of the CPNS appointment; null for a PPPK. */
  readonly appointedMonth: number | null;
  /** Number of the work agreement of a PPPK; null for a PNS. */
  readonly contractNumber: number | null;
  readonly sex: Sex;
  readonly serial: number;
};

export type NipError = 'nip.format' | 'nip.lahir' | 'nip.tahun' | 'nip.jk' | 'nip.urut' | 'nip.bulan';

const AGE = { minimum: 15, maximum: 75 };
const FIRST_YEAR = 1960;
const FIRST_CONTRACT_NUMBER = 21;
const ADULT_MONTHS = 18 * 12;

/** The digits of a number as people type it: spaces, dots and dashes do not count. */
export const normalizeNip = (text: string): string => text.replace(/[\s.-]/g, '');

/**
 * Reads a NIP or NI PPPK (Perka BKN 22/2007); the first failing check decides, in the order format, birth, year, sex,
 * serial, month. The number has no check digit: what passes may still be somebody else's.
 */
export function parseNip(text: string, today: CalendarDate): Result<Nip, NipError> {
  const digits = normalizeNip(text);
  if (!/^\d{18}$/.test(digits)) return err('nip.format', { length: digits.length });
  const bornOn = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  if (!isCalendarDate(bornOn) || !isWorkingAge(bornOn, today)) return err('nip.lahir', { value: digits.slice(0, 8) });
  const appointedYear = Number(digits.slice(8, 12));
  if (appointedYear < FIRST_YEAR || appointedYear > yearOf(today) + 1)
    return err('nip.tahun', { value: appointedYear });
  const sexDigit = digits[14];
  if (sexDigit !== '1' && sexDigit !== '2') return err('nip.jk', { value: sexDigit ?? '' });
  const serial = Number(digits.slice(15));
  if (serial === 0) return err('nip.urut');
  const kindDigits = Number(digits.slice(12, 14));
  const isPns = kindDigits >= 1 && kindDigits <= 12;
  if (!isPns && kindDigits < FIRST_CONTRACT_NUMBER) return err('nip.bulan', { value: digits.slice(12, 14) });
  return ok({
    digits,
    kind: isPns ? 'PNS' : 'PPPK',
    bornOn,
    appointedYear,
    appointedMonth: isPns ? kindDigits : null,
    contractNumber: isPns ? null : kindDigits,
    sex: sexDigit === '1' ? 'male' : 'female',
    serial,
  });
}

/** What a person should settle although the number is well formed: an appointment before 18, a difference from the master data. */
export function nipWarnings(nip: Nip, master: { readonly bornOn?: CalendarDate; readonly sex?: Sex } = {}): Problem[] {
  const warnings: Problem[] = [];
  if (monthsBetween(nip.bornOn, latestAppointment(nip)) < ADULT_MONTHS)
    warnings.push(warning('nip.appointedBefore18', 'nip'));
  if (master.bornOn && master.bornOn !== nip.bornOn) {
    warnings.push(warning('nip.birthDateDiffers', 'bornOn', { inNumber: nip.bornOn, inMaster: master.bornOn }));
  }
  if (master.sex && master.sex !== nip.sex)
    warnings.push(warning('nip.sexDiffers', 'sex', { inNumber: nip.sex, inMaster: master.sex }));
  return warnings;
}

/** A number in groups, as it is printed: `19860926 201505 1 001`. */
export const formatNip = (digits: string): string =>
  `${digits.slice(0, 8)} ${digits.slice(8, 14)} ${digits.slice(14, 15)} ${digits.slice(15)}`;

function isWorkingAge(bornOn: CalendarDate, today: CalendarDate): boolean {
  if (bornOn > today) return false;
  const age = yearsBetween(bornOn, today);
  return age >= AGE.minimum && age <= AGE.maximum;
}

/** The last day on which the appointment can have been: for a PPPK the number tells only its year. */
function latestAppointment(nip: Nip): CalendarDate {
  return nip.appointedMonth === null
    ? dateFromParts(nip.appointedYear, 12, 31)
    : dateFromParts(nip.appointedYear, nip.appointedMonth, 1);
}
