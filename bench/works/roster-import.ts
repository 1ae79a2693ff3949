import { setTimeout as delay } from 'node:timers/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { ROSTER_COLUMNS, type RosterColumn } from '#domain/organisation/roster-row.ts';
import { keepUpload, queueImport } from '#persistence/organisation/roster-import.repository.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import writeXlsx from 'write-excel-file/node';
import type { Database, Environment } from '../environment.ts';
import type { Size } from '../size.ts';
import { print, round } from '../measure.ts';

const UNITS = 200;

/**
 * A roster of 100,000 people, as CSV and as a spreadsheet: from the upload to the check, then applied, then the same file again. The
 * memory is the most that the import's own process and the worker ever held.
 */
export async function rosterImport({ database, worker }: Environment, { n }: Size): Promise<void> {
  const rows = n(100_000);
  for (const format of ['csv', 'xlsx'] as const) {
    const on = await database(`roster_${format}`);
    const adminId = await createUnits(on);
    const file = new Blob([(format === 'csv' ? csvOf(rows) : await xlsxOf(rows)) as never]);
    const process = await worker(on, { WORKER_SERVICES: 'jobs', PGPOOL_MAX: '5' });
    for (const round of ['first', 'again'] as const)
      await importOnce(on, { file, format, rows, adminId, round, pid: process.pid });
    await process.stop();
  }
}

type Run = { file: Blob; format: 'csv' | 'xlsx'; rows: number; adminId: string; round: 'first' | 'again'; pid: number };

async function importOnce({ em }: Database, { file, format, rows, adminId, round: which, pid }: Run): Promise<void> {
  const seen = new Set<string>();
  let peak = 0;
  const waitFor = async (id: string, state: string): Promise<void> => {
    for (;;) {
      const [row] = await em().execute<{ state: string; phase: string; done_rows: number; failure: string | null }[]>(
        `select state, phase, done_rows, failure from roster_import where id = ?`,
        [id],
      );
      seen.add(`${row!.phase} ${row!.done_rows}`);
      for (const child of childrenOf(pid)) peak = Math.max(peak, peakMb(child) ?? 0);
      if (row!.state === state) return;
      if (row!.state === 'failed') throw new Error(`the import failed: ${row!.failure}`);
      await delay(100);
    }
  };
  const startedAt = performance.now();
  const id = await em().transactional((inner) =>
    keepUpload(inner as EntityManager, file, {
      fileName: `roster.${format}`,
      format,
      uploadedById: adminId,
      unitIds: [],
      postsFrom: '2026-01-01',
    }).then(
      async (made) => (await inner.execute(`update roster_import set unit_ids = null where id = ?`, [made]), made),
    ),
  );
  await waitFor(id, 'checked');
  const checkedAt = performance.now();
  await queueImport(em(), id, 'apply', adminId);
  await waitFor(id, 'applied');
  const appliedAt = performance.now();
  const counts = await em().execute<{ change: string; n: string }[]>(
    `select change, count(*) as n from roster_import_row where import_id = ? group by change`,
    [id],
  );
  print({
    work: 'rosterImport',
    format,
    round: which,
    rows,
    fileMb: round(file.size / 1e6),
    secondsToCheck: round((checkedAt - startedAt) / 1000),
    secondsToApply: round((appliedAt - checkedAt) / 1000),
    seconds: round((appliedAt - startedAt) / 1000),
    progressSteps: seen.size,
    importProcessPeakMb: peak || null,
    workerPeakMb: peakMb(pid),
    became: Object.fromEntries(counts.map(({ change, n }) => [change, Number(n)])),
  });
}

/** The most resident memory a process ever had; null where there is no /proc. */
function peakMb(pid: number): number | null {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? round(Number(kilobytes) / 1024) : null;
  } catch {
    return null;
  }
}

/** The processes that a process started. */
function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

async function createUnits({ em }: Database): Promise<string> {
  await em().execute(
    `insert into unit (code, name, path, time_zone) values ('00', 'Kementerian', '/00/', 'Asia/Jakarta')`,
  );
  await em().execute(
    `insert into unit (code, name, parent_id, path, time_zone) select lpad(g::text, 4, '0'), 'Unit ' || g, (select id from unit where code = '00'), '/00/' || lpad(g::text, 4, '0') || '/', 'Asia/Jakarta' from generate_series(1, ?) g`,
    [UNITS],
  );
  const [admin] = await em().execute<{ id: string }[]>(
    `insert into employee (name, born_on, sex, email, employment, grade, unit_id) values ('Admin', '1980-01-01', 'P', 'admin@contoh.go.id', 'PNS', 'III/d', (select id from unit where code = '00')) returning id`,
  );
  return admin!.id;
}

/** Invented people: heads of units below one leader, everybody else below the head of the unit. */
function* people(rows: number): Generator<Record<RosterColumn, string>, void> {
  for (let index = 0; index < rows; index += 1) {
    const unit = (index % UNITS) + 1;
    const isHead = index > 0 && index <= UNITS;
    yield {
      nip: numberOf(index),
      nama: `Pegawai Nomor ${index}, S.E.`,
      tanggal_lahir: '1985-03-01',
      jenis_kelamin: 'L',
      surel: `pegawai.${index}@contoh.go.id`,
      status_kepegawaian: 'PNS',
      golongan: 'III/c',
      kode_unit: index === 0 ? '00' : String(unit).padStart(4, '0'),
      jabatan: isHead ? `Kepala Unit ${unit}` : 'Analis SDM Aparatur',
      jenis_jabatan: 'Fungsional',
      jenjang: index <= UNITS ? 'Pimpinan' : 'Ahli Muda',
      nip_atasan: index === 0 ? '' : isHead ? numberOf(0) : numberOf(unit === UNITS ? UNITS : unit),
      status: 'aktif',
      catatan: '',
    };
  }
}

/** Different numbers with the same birth date: year and month of the appointment, then the serial. */
function numberOf(index: number): string {
  const serial = (index % 999) + 1;
  const months = Math.floor(index / 999);
  return `19850301${2006 + Math.floor(months / 12)}${String((months % 12) + 1).padStart(2, '0')}1${String(serial).padStart(3, '0')}`;
}

const csvOf = (rows: number): string =>
  [
    ROSTER_COLUMNS.join(';'),
    ...Array.from(people(rows), (person) => ROSTER_COLUMNS.map((column) => `"${person[column]}"`).join(';')),
  ].join('\n');

const xlsxOf = (rows: number): Promise<Buffer> =>
  writeXlsx(
    [
      ROSTER_COLUMNS.map((value) => ({ value, type: String })),
      ...Array.from(people(rows), (person) =>
        ROSTER_COLUMNS.map((column) => ({ value: person[column], type: String })),
      ),
    ] as never,
    { sheet: 'Pegawai' } as never,
  ).toBuffer();
