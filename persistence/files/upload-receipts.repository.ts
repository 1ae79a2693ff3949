import type { EntityManager } from '@mikro-orm/postgresql';
import { select, selectOne, sql } from '../sql.ts';

const KEPT_DAYS = 7;

export type UploadReceiptRow = { employeeId: string; sizeBytes: number; answer: object };

/** Makes everybody else who finishes this upload wait until the caller's transaction ends. */
export async function lockUpload(em: EntityManager, id: string): Promise<void> {
  await select(em, sql`select pg_advisory_xact_lock(hashtext(${`upload:${id}`}))`);
}

/** What a finished upload has written; null while it is not finished. */
export async function findUploadReceipt(em: EntityManager, id: string): Promise<UploadReceiptRow | null> {
  const row = await selectOne<Omit<UploadReceiptRow, 'sizeBytes'> & { sizeBytes: string }>(
    em,
    sql`select employee_id as "employeeId", size_bytes as "sizeBytes", answer from upload_receipt where id = ${id}`,
  );
  return row && { ...row, sizeBytes: Number(row.sizeBytes) };
}

/** Writes the receipt, in the transaction that writes what the file is for. */
export async function addUploadReceipt(
  em: EntityManager,
  { id, purpose, employeeId, sizeBytes, answer }: UploadReceiptRow & { id: string; purpose: string },
): Promise<void> {
  await select(
    em,
    sql`insert into upload_receipt (id, purpose, employee_id, size_bytes, answer) values (${id}, ${purpose}, ${employeeId}, ${sizeBytes}, ${JSON.stringify(answer)}::jsonb)`,
  );
}

/** Removes receipts that nobody asks for any more. */
export async function removeOldReceipts(em: EntityManager): Promise<void> {
  await select(em, sql`delete from upload_receipt where finished_at < now() - make_interval(days => ${KEPT_DAYS})`);
}
