import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, select, selectOne, sql } from '../sql.ts';

export type EvidenceRow = {
  id: string;
  periodNo: number;
  indicatorId: string | null;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  uploadedAt: string;
};
type Raw = Omit<EvidenceRow, 'sizeBytes'> & { sizeBytes: string };

const COLUMNS = sql`id, period_no as "periodNo", indicator_id as "indicatorId", file_name as "fileName", media_type as "mediaType", size_bytes as "sizeBytes", sha256, uploaded_at as "uploadedAt"`;
const present = (row: Raw): EvidenceRow => ({
  ...row,
  sizeBytes: Number(row.sizeBytes),
  uploadedAt: instantOf(row.uploadedAt),
});

/** Files of a cycle, or of one period, in the order they came. */
export async function listEvidence(
  em: EntityManager,
  cycleId: string,
  periodNo: number | null = null,
): Promise<EvidenceRow[]> {
  const found = await select<Raw>(
    em,
    sql`select ${COLUMNS} from evidence where cycle_id = ${cycleId} and removed_at is null and (${periodNo}::int is null or period_no = ${periodNo}) order by period_no, uploaded_at, id`,
  );
  return found.map(present);
}

export type NewEvidence = {
  cycleId: string;
  employeeId: string;
  periodNo: number;
  indicatorId: string | null;
  fileName: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
  storageKey: string;
};

/** Writes the row of a stored file. The same file of the same upload is written once (its storage key is the upload's). */
export async function addEvidence(em: EntityManager, file: NewEvidence): Promise<EvidenceRow> {
  const row = await selectOne<Raw>(
    em,
    sql`insert into evidence (cycle_id, employee_id, period_no, indicator_id, file_name, media_type, size_bytes, sha256, storage_key)
        values (${file.cycleId}, ${file.employeeId}, ${file.periodNo}, ${file.indicatorId}, ${file.fileName}, ${file.mediaType}, ${file.sizeBytes}, ${file.sha256}, ${file.storageKey})
        returning ${COLUMNS}`,
  );
  return present(row!);
}

export type StoredEvidence = {
  id: string;
  cycleId: string;
  employeeId: string;
  periodNo: number;
  fileName: string;
  mediaType: string;
  storageKey: string;
  sizeBytes: number;
};

/** Where a file lies and whose it is; null when it does not exist or was removed. */
export async function findEvidence(em: EntityManager, id: string): Promise<StoredEvidence | null> {
  const row = await selectOne<Omit<StoredEvidence, 'sizeBytes'> & { sizeBytes: string }>(
    em,
    sql`select id, cycle_id as "cycleId", employee_id as "employeeId", period_no as "periodNo", file_name as "fileName", media_type as "mediaType",
          storage_key as "storageKey", size_bytes as "sizeBytes" from evidence where id = ${id} and removed_at is null`,
  );
  return row && { ...row, sizeBytes: Number(row.sizeBytes) };
}

/** Hides a file; the row stays for the record. */
export async function removeEvidence(em: EntityManager, id: string): Promise<void> {
  await select(em, sql`update evidence set removed_at = now() where id = ${id} and removed_at is null`);
}

/** The state of a report period of a person's cycle; null when the cycle is not theirs or has no such period. */
export async function findOwnPeriodState(
  em: EntityManager,
  cycleId: string,
  periodNo: number,
  employeeId: string,
): Promise<string | null> {
  const row = await selectOne<{ state: string }>(
    em,
    sql`select p.state from period p join cycle c on c.id = p.cycle_id where c.id = ${cycleId} and c.employee_id = ${employeeId} and p.number = ${periodNo}`,
  );
  return row?.state ?? null;
}

/** How much a person has stored for a period. */
export async function countEvidence(em: EntityManager, cycleId: string, periodNo: number): Promise<number> {
  const row = await selectOne<{ files: number }>(
    em,
    sql`select count(*)::int as files from evidence where cycle_id = ${cycleId} and period_no = ${periodNo} and removed_at is null`,
  );
  return row!.files;
}
