import type { EntityManager } from '@mikro-orm/postgresql';
import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import type { RosterRow } from '#domain/organisation/roster-row.ts';
import { select, selectOne, sql } from '../sql.ts';
import type { RosterFormat, RosterLine } from './roster-file.ts';

/** A claim on an import holds for so long without a sign of life. */
const CLAIM_SECONDS = 30;
const CHUNK_BYTES = 1024 * 1024;

export type NewImport = {
  fileName: string;
  format: RosterFormat;
  uploadedById: string;
  unitIds: readonly string[];
  postsFrom: string;
};

/** Keeps an uploaded file in pieces and puts it in line to be checked, in the caller's transaction. */
export async function keepUpload(em: EntityManager, file: Blob, upload: NewImport): Promise<string> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into roster_import (file_name, format, size_bytes, uploaded_by_id, unit_ids, posts_from)
        values (${upload.fileName.slice(0, 200)}, ${upload.format}, ${file.size}, ${upload.uploadedById}, ${upload.unitIds}::uuid[], ${upload.postsFrom}::date) returning id`,
  );
  for (let number = 0, from = 0; from < file.size; number += 1, from += CHUNK_BYTES) {
    const bytes = Buffer.from(await file.slice(from, from + CHUNK_BYTES).arrayBuffer());
    await select(
      em,
      sql`insert into roster_import_chunk (import_id, number, bytes) values (${row!.id}, ${number}, ${bytes})`,
    );
  }
  await em.execute(`notify jobs`);
  return row!.id;
}

/** The bytes of an uploaded file, piece by piece. */
export async function* readUpload(em: EntityManager, importId: string): AsyncGenerator<Uint8Array, void> {
  for (let number = 0; ; number += 1) {
    const piece = await selectOne<{ bytes: Buffer }>(
      em,
      sql`select bytes from roster_import_chunk where import_id = ${importId} and number = ${number}`,
    );
    if (!piece) return;
    yield piece.bytes;
  }
}

/** An import as its worker needs it. */
export type ImportInWork = {
  id: string;
  fileName: string;
  format: RosterFormat;
  unitIds: string[] | null;
  postsFrom: string;
  want: 'check' | 'apply';
  isParsed: boolean;
  totalRows: number;
  actorId: string;
  /** The zone of the unit of whoever gave the order. */
  timeZone: IndonesianZone;
  attempts: number;
};

const IN_WORK = sql`id, file_name as "fileName", format, unit_ids::text[] as "unitIds", posts_from as "postsFrom", want, parsed_at is not null as "isParsed",
  total_rows as "totalRows", coalesce(applied_by_id, uploaded_by_id) as "actorId", attempts,
  (select u.time_zone from employee e join unit u on u.id = e.unit_id where e.id = coalesce(applied_by_id, uploaded_by_id)) as "timeZone"`;

/** Imports that wait for a worker, or whose worker was not heard of for too long. */
export async function importsToDo(em: EntityManager): Promise<string[]> {
  const rows = await select<{ id: string }>(
    em,
    sql`select id from roster_import where state in ('waiting', 'working') and (claimed_until is null or claimed_until < now()) order by uploaded_at limit 20`,
  );
  return rows.map(({ id }) => id);
}

/** Takes an import into work; null when somebody else has it or there is nothing to do. */
export const claimImport = (em: EntityManager, id: string): Promise<ImportInWork | null> =>
  selectOne<ImportInWork>(
    em,
    sql`update roster_import set state = 'working', claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS}), attempts = attempts + 1
        where id = ${id} and state in ('waiting', 'working') and (claimed_until is null or claimed_until < now()) returning ${IN_WORK}`,
  );

export type Progress = { phase: 'reading' | 'checking' | 'applying'; done: number; total?: number };

/** Shows how far an import is and renews the claim on it; false when another worker has taken it over. */
export async function noteProgress(
  em: EntityManager,
  { id, attempts }: Pick<ImportInWork, 'id' | 'attempts'>,
  { phase, done, total }: Progress,
): Promise<boolean> {
  const noted = await select(
    em,
    sql`update roster_import set phase = ${phase}, done_rows = ${done}, total_rows = coalesce(${total ?? null}::int, total_rows), claimed_until = now() + make_interval(secs => ${CLAIM_SECONDS})
        where id = ${id} and state = 'working' and attempts = ${attempts} returning id`,
  );
  return noted.length > 0;
}

/** Takes away what a worker that died had read. */
export async function forgetRows(em: EntityManager, importId: string): Promise<void> {
  await select(em, sql`delete from roster_import_row where import_id = ${importId}`);
}

/** Keeps rows as they were read. */
export async function keepRows(em: EntityManager, importId: string, lines: readonly RosterLine[]): Promise<void> {
  await select(
    em,
    sql`insert into roster_import_row (import_id, number, cells)
        select ${importId}, number, "row" from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) as r(number int, "row" jsonb)`,
  );
}

/** All rows are read; the file itself is needed no more. */
export async function noteParsed(em: EntityManager, importId: string, total: number): Promise<void> {
  await select(em, sql`update roster_import set parsed_at = now(), total_rows = ${total} where id = ${importId}`);
  await select(em, sql`delete from roster_import_chunk where import_id = ${importId}`);
}

/** How an import's work ended, if it is still this worker's. */
export async function finishImport(
  em: EntityManager,
  { id, attempts }: Pick<ImportInWork, 'id' | 'attempts'>,
  state: 'checked' | 'applied',
): Promise<void> {
  await select(
    em,
    sql`update roster_import set state = ${state}, claimed_until = null, done_rows = total_rows, failure = null, failure_detail = null,
          checked_at = now(), applied_at = case when ${state} = 'applied' then now() else applied_at end
        where id = ${id} and attempts = ${attempts}`,
  );
}

/** Why an import cannot be done. */
export async function failImport(em: EntityManager, id: string, code: string, detail: object): Promise<void> {
  await select(
    em,
    sql`update roster_import set state = 'failed', claimed_until = null, failure = ${code}, failure_detail = ${JSON.stringify(detail)}::jsonb where id = ${id}`,
  );
}

/** Gives an import back, to be taken up again in a moment. */
export async function releaseImport(em: EntityManager, id: string, retryAfterSeconds: number): Promise<void> {
  await select(
    em,
    sql`update roster_import set state = 'waiting', claimed_until = now() + make_interval(secs => ${retryAfterSeconds}) where id = ${id} and state = 'working'`,
  );
}

/** Puts a checked import in line, to be checked again or applied. False when it is not in a state for that. */
export async function queueImport(
  em: EntityManager,
  id: string,
  want: 'check' | 'apply',
  actorId: string,
): Promise<boolean> {
  const queued = await select(
    em,
    sql`update roster_import set state = 'waiting', want = ${want}, attempts = 0, claimed_until = null, done_rows = 0, phase = 'checking',
          applied_by_id = case when ${want} = 'apply' then ${actorId}::uuid else applied_by_id end
        where id = ${id} and state = 'checked' returning id`,
  );
  if (queued.length) await em.execute(`notify jobs`);
  return queued.length > 0;
}

export type ImportForAct = {
  id: string;
  state: string;
  unitIds: string[] | null;
  totalRows: number;
  fileName: string;
  postsFrom: string;
};

/** An import, locked until the caller's transaction ends; null when unknown. */
export const lockImport = (em: EntityManager, id: string): Promise<ImportForAct | null> =>
  selectOne<ImportForAct>(
    em,
    sql`select id, state, unit_ids::text[] as "unitIds", total_rows as "totalRows", file_name as "fileName", posts_from as "postsFrom" from roster_import where id = ${id} for update`,
  );

export type RowForAct = { number: number; state: string; unitId: string | null; cells: RosterRow };

/** A row of an import, or null. */
export const findRow = (em: EntityManager, importId: string, number: number): Promise<RowForAct | null> =>
  selectOne<RowForAct>(
    em,
    sql`select number, state, unit_id as "unitId", cells from roster_import_row where import_id = ${importId} and number = ${number}`,
  );

/** Other cells for a row; what it was in the file is kept. A confirmation of the old ones is void. */
export async function correctRow(
  em: EntityManager,
  importId: string,
  number: number,
  cells: RosterRow,
  actorId: string,
): Promise<void> {
  await select(
    em,
    sql`update roster_import_row set original_cells = coalesce(original_cells, cells), cells = ${JSON.stringify(cells)}::jsonb, corrected_by_id = ${actorId}, corrected_at = now(),
          confirmed_by_id = null, confirmed_at = null
        where import_id = ${importId} and number = ${number}`,
  );
}

/** A person says that the row is right as it stands. */
export async function confirmRow(em: EntityManager, importId: string, number: number, actorId: string): Promise<void> {
  await select(
    em,
    sql`update roster_import_row set confirmed_by_id = ${actorId}, confirmed_at = now() where import_id = ${importId} and number = ${number}`,
  );
}

/** Removes an import that was not applied, with its rows. */
export async function discardImport(em: EntityManager, id: string): Promise<void> {
  await select(em, sql`delete from roster_import where id = ${id} and state <> 'applied'`);
}
