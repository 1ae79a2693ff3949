import { addDays, type CalendarDate } from '../calendar/calendar-date.ts';
import { ROSTER_COLUMNS, type RosterColumn, type RosterRow } from './roster-row.ts';

const NUMBER_COLUMNS: readonly RosterColumn[] = ['nip', 'nip_atasan'];

/** Spreadsheets keep 15 digits of a number; of a longer one the rest is lost. */
const EXACT_DIGITS = 15;

/** The day of a spreadsheet's serial number 0. */
const SERIAL_EPOCH = '1899-12-30' as CalendarDate;

/**
 * A cell that a spreadsheet keeps as a number, as the text that the roster means (R-ROSTER-4). A NIP kept as a number has
 * lost its last digits: it is shown in the spreadsheet's own form, which no check takes for a NIP, instead of being
 * filled up with wrong digits. A birth date kept as a serial number becomes a date.
 */
export function numericCellText(column: RosterColumn, raw: string): string {
  const value = Number(raw);
  if (!Number.isFinite(value)) return raw;
  if (NUMBER_COLUMNS.includes(column) && Math.abs(value) >= 10 ** EXACT_DIGITS) return value.toExponential();
  if (column === 'tanggal_lahir' && value > 1000 && value < 100_000) return serialDate(value);
  // 0101 as a number is 101: unit codes are short, the leading zeros come back when the code is looked up.
  return String(value);
}

const serialDate = (serial: number): string => addDays(SERIAL_EPOCH, Math.floor(serial));

/** Characters that make a spreadsheet take a text for a formula. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A text as it may stand in a CSV file: what looks like a formula gets an apostrophe in front (R-ROSTER-5). */
export const neutralised = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The text that was neutralised, so that a file that was handed out can come back unchanged. */
export const withoutApostrophe = (text: string): string =>
  text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;

/** A row with the known columns only. Unknown columns of a file are left out. */
export function rosterRowOf(cells: Readonly<Record<string, string | undefined>>): RosterRow {
  const row: Partial<Record<RosterColumn, string>> = {};
  for (const column of ROSTER_COLUMNS) {
    const text = cells[column];
    if (text) row[column] = withoutApostrophe(text).slice(0, 500);
  }
  return row;
}

/** A header as people write it, `Kode Unit`, as the column it means. */
export const columnName = (header: string): string =>
  header
    .trim()
    .toLowerCase()
    .replace(/[\s.-]+/g, '_');

/** Columns without which a file is no roster. */
const REQUIRED_HEADERS: readonly RosterColumn[] = [
  'nip',
  'nama',
  'tanggal_lahir',
  'jenis_kelamin',
  'surel',
  'status_kepegawaian',
  'golongan',
  'kode_unit',
  'jabatan',
  'jenis_jabatan',
  'status',
];

/** Columns that a header lacks. */
export const missingHeaders = (header: readonly string[]): RosterColumn[] =>
  REQUIRED_HEADERS.filter((column) => !header.includes(column));
