import { nipWarnings, parseNip, type EmploymentKind, type Nip, type NipError, type Sex } from '../accounts/nip.ts';
import { parseCalendarDate, type CalendarDate } from '../calendar/calendar-date.ts';
import type { Detail } from '../result.ts';
import {
  ROSTER_COLUMNS,
  type RosterCode,
  type RosterColumn,
  type RosterProblem,
  type RosterRow,
  isError,
  problemAt,
} from './roster-row.ts';

/** A row that can be imported. `held`: imported, but its account stays closed until somebody has settled the warnings. */
export type RosterEntry = {
  readonly row: number;
  readonly state: 'ready' | 'held';
  readonly nip: Nip;
  readonly name: string;
  readonly bornOn: CalendarDate;
  readonly sex: Sex;
  readonly email: string;
  readonly employment: EmploymentKind;
  readonly golongan: string;
  readonly unitCode: string;
  readonly jabatan: string;
  readonly jenisJabatan: string;
  readonly jenjang: string;
  /** Digits of the superior's NIP; null at the top, and where the superior's own row is refused. */
  readonly superiorNip: string | null;
  readonly status: string;
  readonly note: string;
};

export type RosterUnit = { readonly code: string; readonly parentCode: string | null };

export type RosterCheck = { readonly entries: readonly RosterEntry[]; readonly problems: readonly RosterProblem[] };

export type RosterContext = {
  readonly units: readonly RosterUnit[];
  readonly today: CalendarDate;
  /** NIP of employees that are already in the system and may be named as superiors. */
  readonly knownNips?: ReadonlySet<string>;
  /** Status of known people whose service has ended, by their NIP. */
  readonly endedNips?: ReadonlyMap<string, string>;
  /** Line of each given row, when only some rows of a file are checked again; else the first one is line 2. */
  readonly rowNumbers?: readonly number[];
  /** Numbers and addresses that other rows of the same file hold, with their line. */
  readonly others?: { readonly nips: ReadonlyMap<string, number>; readonly emails: ReadonlyMap<string, number> };
};

/** Status of people whose service has ended; a roster may say so of somebody who is known. */
export const ENDED_STATUSES: readonly string[] = ['pensiun', 'berhenti', 'meninggal'];
export const isEnded = (status: string): boolean => ENDED_STATUSES.includes(status);

/** A row that can be read by itself; its place in the tree is judged afterwards. */
type ReadRow = { readonly entry: RosterEntry; readonly superior: string };

const KNOWN_VALUES: Partial<Record<RosterColumn, readonly string[]>> = {
  jenis_kelamin: ['L', 'P'],
  status_kepegawaian: ['PNS', 'CPNS', 'PPPK'],
  jenis_jabatan: ['JPT Utama', 'JPT Madya', 'JPT Pratama', 'Pejabat Administrasi', 'Fungsional', 'Pelaksana'],
  status: ['aktif', 'cuti di luar tanggungan negara', 'tugas belajar', 'diberhentikan sementara', ...ENDED_STATUSES],
};

const OPTIONAL: readonly RosterColumn[] = ['nip', 'jenjang', 'nip_atasan', 'catatan'];

const REQUIRED = ROSTER_COLUMNS.filter((column) => !OPTIONAL.includes(column));

const EMAIL = /^[^\s@"(),:;<>[\\\]]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/**
 * The dry run of a roster import (S3.1): every row is read, nothing is changed. A name that looks like a formula is plain
 * text. The first holder of a NIP keeps it: a later row with the same number is refused.
 */
export function checkRoster(rows: readonly RosterRow[], context: RosterContext): RosterCheck {
  const problems: RosterProblem[] = [];
  const read = new Map<string, ReadRow>();
  const mentioned = new Set<string>(context.others?.nips.keys());
  const unitCodes = new Set(context.units.map(({ code }) => code));
  const sheet: Sheet = new Map(rows.map((row, index) => [context.rowNumbers?.[index] ?? index + 2, row]));
  for (const [rowNumber, row] of sheet) {
    const nip = parseNip(row.nip ?? '', context.today);
    const found = cellProblems(row, rowNumber, unitCodes);
    if (!nip.ok) found.unshift(problemAt(rowNumber, 'nip', nip.code satisfies NipError, row, nip.detail));
    else if (mentioned.has(nip.value.digits))
      found.unshift(
        problemAt(rowNumber, 'nip', 'roster.nipDuplicate', row, firstHolder(nip.value.digits, read, context)),
      );
    else mentioned.add(nip.value.digits);
    if (nip.ok && isEndOfNobody(row, nip.value, context))
      found.push(problemAt(rowNumber, 'status', 'roster.endedUnknown', row));
    if (nip.ok && !found.some(isError)) {
      found.push(
        ...masterDataProblems(row, rowNumber, nip.value),
        ...returnProblems(row, rowNumber, nip.value, context),
      );
      read.set(nip.value.digits, {
        entry: entryOf(row, rowNumber, nip.value),
        superior: (row.nip_atasan ?? '').replace(/[\s.-]/g, ''),
      });
    }
    problems.push(...found);
  }
  problems.push(...sharedEmailProblems(read, sheet, context), ...superiorProblems(read, mentioned, sheet, context));
  return { entries: settle(read, problems), problems: problems.sort((a, b) => a.row - b.row) };
}

/** Rows by their line. */
type Sheet = ReadonlyMap<number, RosterRow>;

const isEndOfNobody = (row: RosterRow, nip: Nip, { knownNips }: RosterContext): boolean =>
  knownNips !== undefined && isEnded((row.status ?? '').trim()) && !knownNips.has(nip.digits);

/** Whoever left the service comes back by a person's word, not by a roster alone. */
function returnProblems(row: RosterRow, rowNumber: number, nip: Nip, { endedNips }: RosterContext): RosterProblem[] {
  const ended = endedNips?.get(nip.digits);
  if (ended === undefined || isEnded((row.status ?? '').trim())) return [];
  return [problemAt(rowNumber, 'status', 'roster.serviceEnded', row, { status: ended })];
}

export type UnitTreeProblem = {
  readonly code: string;
  readonly problem: 'unit.duplicate' | 'unit.parentUnknown' | 'unit.cycle';
};

/** What cannot be in a tree of units: a code twice, an unknown parent, a unit above itself. */
export function unitTreeProblems(units: readonly RosterUnit[]): UnitTreeProblem[] {
  const parents = new Map(units.map(({ code, parentCode }) => [code, parentCode]));
  const problemOf = ({ code, parentCode }: RosterUnit, index: number): UnitTreeProblem['problem'] | null => {
    if (units.findIndex((unit) => unit.code === code) !== index) return 'unit.duplicate';
    if (parentCode !== null && !parents.has(parentCode)) return 'unit.parentUnknown';
    return isInCycle(code, (unit) => parents.get(unit) ?? null) ? 'unit.cycle' : null;
  };
  return units.flatMap((unit, index) => {
    const found = problemOf(unit, index);
    return found ? [{ code: unit.code, problem: found }] : [];
  });
}

function cellProblems(row: RosterRow, rowNumber: number, unitCodes: ReadonlySet<string>): RosterProblem[] {
  const cell = (column: RosterColumn): string => (row[column] ?? '').trim();
  const found = REQUIRED.filter((column) => cell(column) === '').map((column) =>
    problemAt(rowNumber, column, 'roster.valueMissing', row),
  );
  const add = (column: RosterColumn, code: RosterCode, isWrong: boolean): void => {
    if (isWrong && cell(column) !== '') found.push(problemAt(rowNumber, column, code, row));
  };
  for (const [column, known] of Object.entries(KNOWN_VALUES) as [RosterColumn, readonly string[]][]) {
    add(column, 'roster.valueUnknown', !known.includes(cell(column)));
  }
  add('tanggal_lahir', 'roster.birthDate', !parseCalendarDate(cell('tanggal_lahir')).ok);
  add('surel', 'roster.email', cell('surel').length > 254 || !EMAIL.test(cell('surel')));
  add('kode_unit', 'roster.unitUnknown', !unitCodes.has(cell('kode_unit')));
  return found;
}

function masterDataProblems(row: RosterRow, rowNumber: number, nip: Nip): RosterProblem[] {
  const { bornOn, sex } = entryOf(row, rowNumber, nip);
  const columns = { nip: 'nip', bornOn: 'tanggal_lahir', sex: 'jenis_kelamin' } as const;
  const found = nipWarnings(nip, { bornOn, sex }).map(({ code, path, detail }) =>
    problemAt(rowNumber, columns[path as keyof typeof columns], code as RosterCode, row, detail),
  );
  const employment = employmentOf(row);
  if (employment !== nip.kind)
    found.push(problemAt(rowNumber, 'status_kepegawaian', 'roster.employmentDiffers', row, { inNumber: nip.kind }));
  return found;
}

function sharedEmailProblems(
  read: ReadonlyMap<string, ReadRow>,
  sheet: Sheet,
  { others }: RosterContext,
): RosterProblem[] {
  const firstRowBy = new Map<string, number>(others?.emails);
  return [...read.values()].flatMap(({ entry }) => {
    const first = firstRowBy.get(entry.email);
    if (first === undefined) firstRowBy.set(entry.email, entry.row);
    return first === undefined
      ? []
      : [problemAt(entry.row, 'surel', 'roster.emailShared', sheet.get(entry.row)!, { firstRow: first })];
  });
}

function superiorProblems(
  read: ReadonlyMap<string, ReadRow>,
  mentioned: ReadonlySet<string>,
  sheet: Sheet,
  context: RosterContext,
): RosterProblem[] {
  const rootUnits = new Set(context.units.filter(({ parentCode }) => parentCode === null).map(({ code }) => code));
  const superiorOf = (digits: string): string | null => read.get(digits)?.superior || null;
  const codeFor = (digits: string, { entry, superior }: ReadRow): RosterCode | null => {
    if (superior === '') return rootUnits.has(entry.unitCode) ? null : 'roster.superiorMissing';
    if (superior === digits) return 'roster.superiorIsSelf';
    if (read.has(superior)) return isInCycle(digits, superiorOf) ? 'roster.superiorCycle' : null;
    if (context.knownNips?.has(superior) && !isRefusedHere(superior, read, mentioned, context)) return null;
    return mentioned.has(superior) ? 'roster.superiorRefused' : 'roster.superiorUnknown';
  };
  const found = [...read].flatMap(([digits, row]) => {
    const code = codeFor(digits, row);
    return code ? [problemAt(row.entry.row, 'nip_atasan', code, sheet.get(row.entry.row)!)] : [];
  });
  const refusedRows = new Set(found.filter(isError).map(({ row }) => row));
  const orphaned = [...read.values()].filter(({ entry, superior }) => {
    const above = read.get(superior)?.entry.row;
    return above !== undefined && refusedRows.has(above) && !refusedRows.has(entry.row);
  });
  return [
    ...found,
    ...orphaned.map(({ entry }) => problemAt(entry.row, 'nip_atasan', 'roster.superiorRefused', sheet.get(entry.row)!)),
  ];
}

/** The rows without an error, in the order of the file, held where a warning waits. */
function settle(read: ReadonlyMap<string, ReadRow>, problems: readonly RosterProblem[]): RosterEntry[] {
  const byRow = Map.groupBy(problems, ({ row }) => row);
  return [...read.values()].flatMap(({ entry }) => {
    const own = byRow.get(entry.row) ?? [];
    if (own.some(isError)) return [];
    const isOrphan = own.some(({ code }) => code === 'roster.superiorRefused');
    return [
      { ...entry, state: own.length > 0 ? 'held' : 'ready', superiorNip: isOrphan ? null : entry.superiorNip } as const,
    ];
  });
}

function entryOf(row: RosterRow, rowNumber: number, nip: Nip): RosterEntry {
  const cell = (column: RosterColumn): string => (row[column] ?? '').trim().replace(/\s+/g, ' ');
  return {
    row: rowNumber,
    state: 'ready',
    nip,
    name: cell('nama'),
    bornOn: cell('tanggal_lahir') as CalendarDate,
    sex: cell('jenis_kelamin') === 'P' ? 'female' : 'male',
    email: cell('surel').toLowerCase(),
    employment: employmentOf(row),
    golongan: cell('golongan'),
    unitCode: cell('kode_unit'),
    jabatan: cell('jabatan'),
    jenisJabatan: cell('jenis_jabatan'),
    jenjang: cell('jenjang'),
    superiorNip: (row.nip_atasan ?? '').replace(/[\s.-]/g, '') || null,
    status: cell('status'),
    note: cell('catatan'),
  };
}

const employmentOf = (row: RosterRow): EmploymentKind =>
  (row.status_kepegawaian ?? '').trim() === 'PPPK' ? 'PPPK' : 'PNS';

/** Whether following the links from a node leads back to it. */
function isInCycle(start: string, next: (node: string) => string | null): boolean {
  const seen = new Set<string>();
  for (let node = next(start); node !== null && !seen.has(node); node = next(node)) {
    if (node === start) return true;
    seen.add(node);
  }
  return false;
}

/** Whether a superior stands in this file with a row that cannot be taken, though they may be known from before. */
const isRefusedHere = (
  digits: string,
  read: ReadonlyMap<string, ReadRow>,
  mentioned: ReadonlySet<string>,
  { others }: RosterContext,
): boolean => mentioned.has(digits) && !read.has(digits) && !others?.nips.has(digits);

function firstHolder(
  digits: string,
  read: ReadonlyMap<string, ReadRow>,
  { others }: RosterContext,
): Detail | undefined {
  const first = read.get(digits)?.entry.row ?? others?.nips.get(digits);
  return first === undefined ? undefined : { firstRow: first };
}
