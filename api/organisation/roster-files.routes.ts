import { openAsBlob } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { Router, type Request, type Response } from 'express';
import writeXlsx, { type SheetData } from 'write-excel-file/node';
import { z } from 'zod';
import { DateOnly } from '#contracts/primitives.ts';
import { FILE_KINDS } from '#domain/files/uploads.ts';
import { neutralised } from '#domain/organisation/roster-cells.ts';
import { ROSTER_COLUMNS, type RosterRow } from '#domain/organisation/roster-row.ts';
import { formatOf as formatByContent, type RosterFormat } from '#persistence/organisation/roster-file.ts';
import { listMissing, listRows, type ShownRow } from '#persistence/organisation/roster-import.queries.ts';
import { keepUpload } from '#persistence/organisation/roster-import.repository.ts';
import { requireSome } from '../access/ability.ts';
import { announceFile } from '../files/give-file.ts';
import { uploadPurpose } from '../files/upload-purpose.ts';
import { signedInRequest, type Dependencies } from '../http/context.ts';
import { UUID } from '../http/cursor.ts';
import { notFound } from '../http/problem.ts';
import { accessOf, ownUnits, visibleImport } from './roster-import.routes.ts';

const MOST_ROWS = 20_000;

/** What a problem table says besides the roster's own columns; an import leaves these out, so that the file can come back. */
const PROBLEM_COLUMNS = ['baris', 'kolom_bermasalah', 'kode_masalah', 'yang_memperbaiki'] as const;

/** People who are not in a file; an act about each is recorded in the system, so the file does not come back. */
const MISSING_COLUMNS = ['nip', 'nama', 'kode_unit', 'unit', 'jabatan', 'status'] as const;

const EXAMPLE: RosterRow = {
  nip: '198503012010012004',
  nama: 'Nama Lengkap, S.E.',
  tanggal_lahir: '1985-03-01',
  jenis_kelamin: 'P',
  surel: 'nama@instansi.go.id',
  status_kepegawaian: 'PNS',
  golongan: 'III/c',
  kode_unit: '0101',
  jabatan: 'Analis SDM Aparatur',
  jenis_jabatan: 'Fungsional',
  jenjang: 'Ahli Muda',
  nip_atasan: '197909042000051001',
  status: 'aktif',
};

/** A roster to be checked, in the name of the units that its sender administers; nothing is changed by it. */
export const rosterFile = uploadPurpose({
  name: 'rosterFile',
  keepsFile: false,
  data: z.object({ postsFrom: DateOnly.optional() }),
  async claim({ ability, today }, { postsFrom }) {
    requireSome(ability, 'administer', 'RosterImport');
    return postsFrom ?? today;
  },
  kindOf: async (path) => formatByContent(await startOf(path)),
  async write(person, postsFrom, { path, fileName, kind }) {
    const upload = {
      fileName,
      format: kind as RosterFormat,
      uploadedById: person.actor.employeeId,
      unitIds: ownUnits(person),
      postsFrom,
    };
    return { id: await keepUpload(person.em, await openAsBlob(path), upload) };
  },
});

async function startOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await openAsBlob(path)).slice(0, 4096).arrayBuffer());
}

/** Files of roster imports as they go out: an empty form with an example, and the rows that are still open. */
export function rosterFileRoutes(deps: Dependencies): Router {
  const router = Router();
  /** Who asks for a file of an import that they may see. */
  async function readerOf(request: Request<{ id: string; format: string }>, response: Response) {
    const reader = await signedInRequest(deps, request, response);
    const { id } = request.params;
    if (!UUID.test(id)) throw notFound();
    const format = formatOf(request.params.format);
    await visibleImport(reader, id);
    return { reader, id, format };
  }
  router.get('/api/roster-template.:format', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    requireSome(context.ability, 'read', 'RosterRow');
    await send(response, formatOf(request.params.format), 'daftar-pegawai', [
      [...ROSTER_COLUMNS],
      ROSTER_COLUMNS.map((column) => EXAMPLE[column] ?? ''),
    ]);
  });
  router.get('/api/roster-imports/:id/problems.:format', async (request, response) => {
    const { reader, id, format } = await readerOf(request, response);
    const rows = await listRows(
      reader.em,
      id,
      accessOf(reader),
      { show: 'open', after: 0, limit: MOST_ROWS },
      reader.today,
    );
    await send(response, format, 'baris-bermasalah', [[...ROSTER_COLUMNS, ...PROBLEM_COLUMNS], ...rows.map(lineOf)]);
  });
  router.get('/api/roster-imports/:id/missing.:format', async (request, response) => {
    const { reader, id, format } = await readerOf(request, response);
    const people = await listMissing(reader.em, id, accessOf(reader), { after: null, limit: MOST_ROWS });
    const lines = people.map(({ number, name, status, unit, positionTitle }) => [
      number,
      name,
      unit.code,
      unit.name,
      positionTitle ?? '',
      status,
    ]);
    await send(response, format, 'tidak-ada-dalam-berkas', [[...MISSING_COLUMNS], ...lines]);
  });
  return router;
}

function formatOf(text: string | undefined): RosterFormat {
  if (text !== 'csv' && text !== 'xlsx') throw notFound();
  return text;
}

function lineOf({ number, cells, problems, officers, admins }: ShownRow): string[] {
  const own = (list: string[]): string => [...new Set(list)].join(' | ');
  const owners = problems.map(({ owner }) =>
    owner === 'employee'
      ? (cells.nama ?? '')
      : (owner === 'personnelOfficer' && officers.length > 0 ? officers : admins).join(', '),
  );
  return [
    ...ROSTER_COLUMNS.map((column) => cells[column] ?? ''),
    String(number),
    own(problems.map(({ column }) => column)),
    own(problems.map(({ code }) => code)),
    own(owners),
  ];
}

/** CSV as Excel in Indonesia opens it (`;`, BOM, nothing that it takes for a formula); XLSX with every cell as text. */
async function send(response: Response, format: RosterFormat, name: string, lines: string[][]): Promise<void> {
  announceFile(response, `${name}.${format}`, format === 'csv' ? 'text/csv; charset=utf-8' : FILE_KINDS.xlsx);
  if (format === 'csv') {
    response.send(
      stringify(
        lines.map((line) => line.map(neutralised)),
        { bom: true, delimiter: ';', record_delimiter: '\r\n' },
      ),
    );
    return;
  }
  const data: SheetData = lines.map((line, index) =>
    line.map((value) => ({ value, type: String, ...(index === 0 && { fontWeight: 'bold' as const }) })),
  );
  const file = await writeXlsx(data, {
    columns: lines[0]!.map(() => ({ width: 22 })),
    stickyRowsCount: 1,
    sheet: name,
  }).toBuffer();
  response.send(file);
}
