import type { ErrorCode } from '../error-codes.ts';
import type { Detail } from '../result.ts';

/** The columns of a staff roster, by their header. */
export const ROSTER_COLUMNS = [
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
  'jenjang',
  'nip_atasan',
  'status',
  'catatan',
] as const;
export type RosterColumn = (typeof ROSTER_COLUMNS)[number];

/** A row as it stands in the file; a missing column counts as empty. */
export type RosterRow = Readonly<Partial<Record<RosterColumn, string>>>;

/** Who can repair a problem: it is shown to them, not to everybody. */
type ProblemOwner = 'personnelOfficer' | 'agencyAdmin' | 'employee';

const ROSTER_PROBLEMS = {
  'nip.format': { severity: 'error', owner: 'personnelOfficer' },
  'nip.lahir': { severity: 'error', owner: 'personnelOfficer' },
  'nip.tahun': { severity: 'error', owner: 'personnelOfficer' },
  'nip.jk': { severity: 'error', owner: 'personnelOfficer' },
  'nip.urut': { severity: 'error', owner: 'personnelOfficer' },
  'nip.bulan': { severity: 'error', owner: 'personnelOfficer' },
  'roster.nipDuplicate': { severity: 'error', owner: 'personnelOfficer' },
  'roster.valueMissing': { severity: 'error', owner: 'personnelOfficer' },
  'roster.valueUnknown': { severity: 'error', owner: 'personnelOfficer' },
  'roster.birthDate': { severity: 'error', owner: 'personnelOfficer' },
  'roster.email': { severity: 'error', owner: 'personnelOfficer' },
  'roster.unitUnknown': { severity: 'error', owner: 'agencyAdmin' },
  'roster.endedUnknown': { severity: 'error', owner: 'personnelOfficer' },
  'roster.superiorUnknown': { severity: 'error', owner: 'personnelOfficer' },
  'roster.superiorIsSelf': { severity: 'error', owner: 'personnelOfficer' },
  'roster.superiorCycle': { severity: 'error', owner: 'agencyAdmin' },
  'roster.serviceEnded': { severity: 'warning', owner: 'personnelOfficer' },
  'roster.superiorRefused': { severity: 'warning', owner: 'personnelOfficer' },
  'roster.superiorMissing': { severity: 'warning', owner: 'personnelOfficer' },
  'roster.emailShared': { severity: 'warning', owner: 'employee' },
  'roster.employmentDiffers': { severity: 'warning', owner: 'personnelOfficer' },
  'nip.appointedBefore18': { severity: 'warning', owner: 'personnelOfficer' },
  'nip.birthDateDiffers': { severity: 'warning', owner: 'personnelOfficer' },
  'nip.sexDiffers': { severity: 'warning', owner: 'personnelOfficer' },
} as const satisfies Partial<Record<ErrorCode, { severity: 'error' | 'warning'; owner: ProblemOwner }>>;

/** What can be wrong with a row. An error refuses the row, a warning holds it back for a person to settle. */
export type RosterCode = keyof typeof ROSTER_PROBLEMS;

export type RosterProblem = {
  /** Line in the sheet as people count it: the header is 1, the first employee 2. */
  readonly row: number;
  readonly column: RosterColumn;
  readonly code: RosterCode;
  readonly severity: 'error' | 'warning';
  /** What stands in the cell, untrimmed. */
  readonly value: string;
  /** Translation key of the sentence that says how to repair it. */
  readonly fixKey: `roster.fix.${RosterCode}`;
  readonly owner: ProblemOwner;
  readonly detail?: Detail;
};

/** A problem of a cell, with what its code says about it. */
export function problemAt(
  row: number,
  column: RosterColumn,
  code: RosterCode,
  cells: RosterRow,
  detail?: Detail,
): RosterProblem {
  const { severity, owner } = ROSTER_PROBLEMS[code];
  return {
    row,
    column,
    code,
    severity,
    value: cells[column] ?? '',
    fixKey: `roster.fix.${code}`,
    owner,
    ...(detail && { detail }),
  };
}

export const isError = ({ severity }: RosterProblem): boolean => severity === 'error';
