import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import { stringify } from 'csv-stringify/sync';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { findCertificate } from '#persistence/training/certificates.repository.ts';
import { listUncovered } from '#persistence/training/coverage.queries.ts';
import { findJpEntry, setJpFile } from '#persistence/training/jp.repository.ts';
import { addMaterial, findMaterial } from '#persistence/training/training.queries.ts';
import { allows } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { newRequestContext, signIn, type Dependencies, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { fileNameOf, keepFile, sniffMediaType } from '../reporting/evidence-store.ts';
import { certificatePdf } from './certificate-pdf.ts';
import { requireOrganisedEvent, requireVisibleEvent } from './event.presenter.ts';
import { coverageOf } from './records.routes.ts';

const MAX_BYTES = 25 * 1024 * 1024;
const SLIDES = ['application/vnd.openxmlformats-officedocument.presentationml.presentation'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MOST_ROWS = 100_000;

/** Files of trainings: materials, evidence of JP, certificates, the list of who is missing. Judged by content, given out as attachments. */
export function trainingFileRoutes(deps: Dependencies): Router {
  const router = Router();
  const incoming = join(deps.config.evidenceDir, 'incoming');
  mkdirSync(incoming, { recursive: true });
  const signedInContext = async (request: Request, response: Response): Promise<SignedInContext> => {
    const context = newRequestContext(deps, request, response);
    return { ...context, ...(await signIn(context)) };
  };

  router.post('/api/training/events/:id/materials', async (request, response) => {
    const context = await signedInContext(request, response);
    const event = await requireOrganisedEvent(context, idOf(request));
    const file = await receive(request, incoming, deps.config.evidenceDir);
    const { id } = await addMaterial(context.em, { eventId: event.id, uploadedById: context.actor.employeeId, ...file });
    response.json({ id, fileName: file.fileName, mediaType: file.mediaType, sizeBytes: file.sizeBytes });
  });
  router.get('/api/training/materials/:id/file', async (request, response) => {
    const context = await signedInContext(request, response);
    const file = found(await findMaterial(context.em, idOf(request)));
    await requireVisibleEvent(context, file.eventId);
    await give(response, deps, file);
  });
  router.post('/api/training/jp-entries/:id/file', async (request, response) => {
    const context = await signedInContext(request, response);
    const entry = await findJpEntry(context.em, idOf(request));
    if (entry?.employeeId !== context.actor.employeeId) throw notFound();
    if (entry.state !== 'proposed') throw new Problem('training.jp.decided');
    const file = await receive(request, incoming, deps.config.evidenceDir);
    if (!(await setJpFile(context.em, entry.id, file))) throw new Problem('training.jp.decided');
    response.json({ name: file.fileName, sizeBytes: file.sizeBytes });
  });
  router.get('/api/training/jp-entries/:id/file', async (request, response) => {
    const context = await signedInContext(request, response);
    const entry = found(await findJpEntry(context.em, idOf(request)));
    const isReader = allows(context.ability, 'read', 'TrainingRecord', { employeeId: entry.employeeId, unitId: entry.unitId, superiorPositionId: entry.superiorPositionId });
    if (!isReader || !entry.storageKey || !entry.file) throw notFound();
    await give(response, deps, { fileName: entry.file.name, sizeBytes: Number(entry.file.sizeBytes), mediaType: entry.mediaType!, storageKey: entry.storageKey });
  });
  router.get('/api/training/certificates/:id/pdf', async (request, response) => {
    const context = await signedInContext(request, response);
    const certificate = found(await findCertificate(context.em, { id: idOf(request) }));
    const isReader = certificate.employeeId === context.actor.employeeId || allows(context.ability, 'read', 'TrainingEvent', { unitId: certificate.unitId, employeeId: null });
    if (!isReader) throw notFound();
    const pdf = await certificatePdf(certificate, deps.config.publicUrl);
    attach(response, `sertifikat-${certificate.number.replaceAll('/', '-')}.pdf`, 'application/pdf', pdf.length);
    response.send(pdf);
  });
  router.get('/api/training/coverage.csv', async (request, response) => {
    const context = await signedInContext(request, response);
    if (!context.ability.can('export', 'TrainingRecord')) throw new Problem('access.denied');
    const text = (name: string): string | undefined => (typeof request.query[name] === 'string' ? request.query[name] : undefined);
    const [topic = '', eventId, unitId] = [text('topic'), text('eventId'), text('unitId')];
    if ([eventId, unitId].some((id) => id !== undefined && !UUID.test(id))) throw notFound();
    const of = await coverageOf(context, { topic, eventId });
    const rows = await listUncovered(context.em, accessibleBy(context.ability, 'export', 'TrainingRecord'), of, { unitId: unitId ?? null, limit: MOST_ROWS });
    await appendAuditEvent(context.em, { kind: 'trainingCoverageExported', at: new Date(), actorId: context.actor.employeeId, data: { ...of, unitId: unitId ?? null, rows: rows.length } });
    const csv = missingCsv(rows);
    attach(response, 'pelatihan-belum-selesai.csv', 'text/csv; charset=utf-8', Buffer.byteLength(csv));
    response.send(csv);
  });
  return router;
}

/** For Excel in Indonesia: semicolons and a byte order mark; no cell begins with a sign that a sheet would calculate. */
export function missingCsv(rows: readonly { employee: { name: string; number: string; unitName: string }; superior: string | null; isInvited: boolean; isWaived: boolean }[]): string {
  const yes = (is: boolean): string => (is ? 'ya' : 'tidak');
  return stringify(
    [
      ['NIP', 'Nama', 'Unit', 'Atasan', 'Diundang', 'Dikecualikan'],
      ...rows.map(({ employee, superior, isInvited, isWaived }) => [`${employee.number}`, employee.name, employee.unitName, superior ?? '', yes(isInvited), yes(isWaived)].map(neutral)),
    ],
    { delimiter: ';', bom: true, record_delimiter: '\r\n' },
  );
}

const neutral = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

function idOf(request: Request): string {
  const id = String(request.params['id']);
  if (!UUID.test(id)) throw notFound();
  return id;
}

/** Reads a file that is the body of a request; its name is in the address. */
async function receive(request: Request, incoming: string, store: string): Promise<{ fileName: string; mediaType: string; sizeBytes: number; sha256: string; storageKey: string }> {
  const path = join(incoming, randomUUID());
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(size > MAX_BYTES ? new Problem('evidence.tooLarge') : null, chunk);
    },
  });
  try {
    await pipeline(request, measure, createWriteStream(path));
    const mediaType = await sniffMediaType(path, SLIDES);
    if (!mediaType) throw new Problem('evidence.mediaType');
    return { fileName: fileNameOf(String(request.query['name'] ?? '')), mediaType, ...(await keepFile(path, store)) };
  } finally {
    await rm(path, { force: true });
  }
}

async function give(response: Response, deps: Dependencies, file: { fileName: string; mediaType: string; sizeBytes: number; storageKey: string }): Promise<void> {
  attach(response, file.fileName, file.mediaType, file.sizeBytes);
  await pipeline(createReadStream(join(deps.config.evidenceDir, file.storageKey)), response);
}

function attach(response: Response, fileName: string, mediaType: string, size: number): void {
  response.set({
    'content-type': mediaType,
    'content-length': String(size),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  });
}
