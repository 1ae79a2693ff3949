import { oc } from '@orpc/contract';
import { z } from 'zod';
import { PERSONNEL_ACT_KINDS, type PersonnelActKind } from '#domain/organisation/personnel.ts';
import { ROSTER_COLUMNS } from '#domain/organisation/roster-row.ts';
import { DateOnly, Instant, page, PageQuery, Person, UnitRef, Uuid } from './primitives.ts';

const Cells = z.partialRecord(z.enum(ROSTER_COLUMNS), z.string().max(500));

export const RosterImportRow = z.object({
  id: Uuid,
  fileName: z.string(),
  format: z.enum(['csv', 'xlsx']),
  uploadedBy: Person,
  uploadedAt: Instant,
  postsFrom: DateOnly,
  state: z.enum(['waiting', 'working', 'checked', 'applied', 'failed']),
  want: z.enum(['check', 'apply']),
  phase: z.enum(['reading', 'checking', 'applying']),
  totalRows: z.number().int(),
  doneRows: z.number().int(),
  failure: z.string().nullable(),
  failureDetail: z.record(z.string(), z.unknown()).nullable(),
  appliedAt: Instant.nullable(),
  /** Rows of the reader's own units by what becomes of them. `held` and `refused` are still open; `missing` are people without a row. */
  counts: z.object({
    added: z.number().int(),
    changed: z.number().int(),
    ended: z.number().int(),
    unchanged: z.number().int(),
    held: z.number().int(),
    refused: z.number().int(),
    applied: z.number().int(),
    missing: z.number().int(),
  }),
  /** Whether the reader may apply it, or only settle rows of the own units. */
  mayApply: z.boolean(),
});
export type RosterImportRow = z.infer<typeof RosterImportRow>;

export const ImportedRow = z.object({
  /** Line in the sheet; the header is 1. */
  number: z.number().int(),
  cells: Cells,
  /** What stood in the file, when it was corrected since. */
  originalCells: Cells.nullable(),
  state: z.enum(['new', 'ready', 'held', 'refused', 'applied']),
  change: z.enum(['added', 'changed', 'ended', 'unchanged']).nullable(),
  changes: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
  problems: z.array(
    z.object({
      column: z.string(),
      code: z.string(),
      severity: z.enum(['error', 'warning']),
      value: z.string(),
      detail: z.record(z.string(), z.unknown()).nullable(),
      /** Who repairs it: the role, and who holds it for the row's unit today. */
      owner: z.object({ role: z.enum(['personnelOfficer', 'agencyAdmin', 'employee']), names: z.array(z.string()) }),
    }),
  ),
  confirmedBy: z.string().nullable(),
  correctedBy: z.string().nullable(),
});
export type ImportedRow = z.infer<typeof ImportedRow>;

/** Somebody who serves in the units of the file and stands in no row of it; `act` is what was recorded about them since. */
const MissingPerson = Person.extend({
  number: z.string(),
  status: z.string(),
  unit: UnitRef,
  positionTitle: z.string().nullable(),
  act: z
    .object({
      kind: z.enum(PERSONNEL_ACT_KINDS as [PersonnelActKind, ...PersonnelActKind[]]),
      effectiveOn: DateOnly,
      state: z.enum(['scheduled', 'applied']),
    })
    .nullable(),
});

const forImport = z.object({ id: Uuid });
const forRow = z.object({ id: Uuid, number: z.coerce.number().int().min(1) });
/** `isChecking`: the file is large and is checked again in the background. */
const Settled = z.object({ row: ImportedRow, isChecking: z.boolean() });

export const rosterContract = {
  rosterImports: oc
    .route({ method: 'GET', path: '/roster-imports', summary: 'Roster imports, the newest first' })
    .output(z.array(RosterImportRow)),
  rosterImport: oc
    .route({ method: 'GET', path: '/roster-imports/{id}', summary: 'State and progress of a roster import' })
    .input(forImport)
    .output(RosterImportRow),
  rosterRows: oc
    .route({ method: 'GET', path: '/roster-imports/{id}/rows', summary: 'Rows of a roster import' })
    .input(
      PageQuery.extend({
        id: Uuid,
        show: z.enum(['open', 'added', 'changed', 'ended', 'applied', 'all']).default('open'),
      }),
    )
    .output(page(ImportedRow)),
  rosterMissing: oc
    .route({
      method: 'GET',
      path: '/roster-imports/{id}/missing',
      summary: 'People who serve in the units of a roster and are not in it; nothing is done about them',
    })
    .input(PageQuery.extend({ id: Uuid }))
    .output(page(MissingPerson)),
  correctRosterRow: oc
    .route({ method: 'PUT', path: '/roster-imports/{id}/rows/{number}', summary: 'Correct a row and try it again' })
    .input(forRow.extend({ cells: Cells }))
    .output(Settled),
  confirmRosterRow: oc
    .route({
      method: 'POST',
      path: '/roster-imports/{id}/rows/{number}/confirmation',
      summary: 'Say that a held row is right as it stands',
    })
    .input(forRow)
    .output(Settled),
  applyRoster: oc
    .route({
      method: 'POST',
      path: '/roster-imports/{id}/application',
      summary: 'Apply all rows that are ready, in one act',
    })
    .input(forImport)
    .output(RosterImportRow),
  discardRoster: oc
    .route({ method: 'DELETE', path: '/roster-imports/{id}', summary: 'Remove an import that was not applied' })
    .input(forImport)
    .output(z.object({ discarded: z.literal(true) })),
};
