import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { calendarDate, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { FIVE_DAY_WEEKEND, type WorkingCalendar } from '#domain/calendar/working-days.ts';
import type { GuidelineContent } from '#domain/guidelines/guideline.ts';
import type { RuleSet } from '#domain/rule-sets/rule-set.ts';
import { polarityOf, type LibraryIndicator } from '#domain/skp/library.ts';

/** Reads the data files of this folder for seeders and tests. */

export type Holiday = { on: CalendarDate; kind: 'libur' | 'cuti bersama'; name: string };

/** One row of a CSV file with a header, all values as the text that stands there. */
export type CsvRow = Readonly<Record<string, string>>;

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');

/** Splits a CSV text with a header line; quoted commas and line ends are kept. */
const parseCsv = (text: string): CsvRow[] => parse<CsvRow>(text, { columns: true, bom: true, skip_empty_lines: true });

/** The holidays and days of joint leave of 2026 (SKB 3 Menteri 1497/2025, 2/2025, 5/2025). */
export function readHolidays2026(): Holiday[] {
  return parseCsv(read('holidays-2026.csv')).map((row) => ({
    on: calendarDate(row.tanggal!),
    kind: row.jenis as Holiday['kind'],
    name: row.nama!,
  }));
}

/** The days of 2027 that are free by their civil date; the SKB of 2027 replaces this list when it is published. */
export const FIXED_HOLIDAYS_2027: readonly CalendarDate[] = [
  '2027-01-01',
  '2027-05-01',
  '2027-06-01',
  '2027-08-17',
  '2027-12-25',
].map(calendarDate);

/** The national five-day calendar of 2026 and, as far as it is known, 2027. */
export function nationalCalendar(): WorkingCalendar {
  return {
    weekend: FIVE_DAY_WEEKEND,
    holidays: new Set([...readHolidays2026().map(({ on }) => on), ...FIXED_HOLIDAYS_2027]),
  };
}

/** The rows of the demo agency's staff roster as a personnel officer would hand them in, errors included. */
export const readDemoRoster = (): CsvRow[] => parseCsv(read('demo-agency', 'roster.csv'));

/** The rows of the demo agency's tree of units. */
export const readDemoUnits = (): CsvRow[] => parseCsv(read('demo-agency', 'units.csv'));

/** The indicator library of the demo agency. */
export const readLibraryIndicators = (): LibraryIndicator[] =>
  parseCsv(read('library', 'indicators.csv')).map((row) => ({
    job: row.jabatan!,
    indikator: row.indikator!,
    aspek: row.aspek as LibraryIndicator['aspek'],
    satuan: row.satuan!,
    measure: row.cara_ukur!,
    target: row.target!,
    polarity: polarityOf(row.arah_ukuran ?? ''),
  }));

/** Templates for SKPs: results with the texts of their indicators in the library. */
export const readLibraryTemplates = (): {
  job: string;
  name: string;
  results: { rencana: string; indicators: string[] }[];
}[] => JSON.parse(read('library', 'templates.json')) as never;

/** Guidelines of the demo agency. */
export const readDemoGuidelines = (): { status: 'berlaku' | 'draf'; content: Partial<GuidelineContent> }[] =>
  JSON.parse(read('library', 'guidelines.json')) as never;

/** The national default rule sets, one for each frequency of periodic reports; they differ in nothing else. */
export function readRuleSet(code: 'permenpanrb-6-2022-bulanan' | 'permenpanrb-6-2022-triwulanan'): RuleSet {
  const quarterly = JSON.parse(read('rule-sets', 'permenpanrb-6-2022-triwulanan.json')) as RuleSet;
  if (code === quarterly.code) return quarterly;
  return {
    ...quarterly,
    code,
    name: 'Pengelolaan kinerja ASN, evaluasi bulanan (PermenPANRB 6/2022)',
    reporting: { ...quarterly.reporting, frequency: 'bulanan' },
  };
}
