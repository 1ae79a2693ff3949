import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { Router } from 'express';
import { addAttachment, findAttachment, listAttachments } from '#persistence/guidelines/guidelines.queries.ts';
import { listReaders } from '#persistence/guidelines/readers.repository.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { newRequestContext, signIn, type Dependencies, type SignedInContext } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { fileNameOf, keepFile, sniffMediaType } from '../reporting/evidence-store.ts';
import { readableVersion, requireVersion, watched } from './guidelines.routes.ts';

const MAX_BYTES = 20 * 1024 * 1024;
const MAX_FILES = 20;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const CSV_PAGE = 1000;

/**
 * Files of guidelines, judged by their content and kept with their SHA-256 in the store of evidence, and the list of readers as CSV.
 * Files go out as attachments that no browser runs.
 */
export function guidelineFileRoutes(deps: Dependencies): Router {
  const router = Router();
  router.post('/api/guidelines/:id/versions/:version/attachments', async (request, response) => {
    const context = await signedInContext(deps, request, response);
    const version = await requireVersion(context, versionOf(request.params));
    if (version.status !== 'draf') throw new Problem('guideline.notDraft');
    if ((await listAttachments(context.em, version.id)).length >= MAX_FILES) throw new Problem('guideline.tooManyFiles');
    const file = await receive(deps, request);
    const name = fileNameOf(typeof request.query['name'] === 'string' ? request.query['name'] : null);
    const row = await context.em.fork().transactional(async (inner) => {
      const em = inner as EntityManager;
      const added = await addAttachment(em, { versionId: version.id, fileName: name, ...file, uploadedById: context.actor.employeeId });
      await appendAuditEvent(em, { kind: 'guidelineFileAdded', at: new Date(), actorId: context.actor.employeeId, data: { guidelineId: version.guidelineId, version: version.version, sha256: file.sha256 } });
      return added;
    });
    response.json(row);
  });
  router.get('/api/guideline-attachments/:id/file', async (request, response) => {
    const context = await signedInContext(deps, request, response);
    if (!UUID.test(request.params.id)) throw notFound();
    const file = found(await findAttachment(context.em, request.params.id));
    if (!['berlaku', 'diubah', 'dicabut'].includes(file.status) && !context.ability.can('administer', 'Guideline') && !context.ability.can('approve', 'Guideline')) throw notFound();
    response.set({
      'content-type': file.mediaType,
      'content-length': String(file.sizeBytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    await pipeline(createReadStream(join(deps.config.evidenceDir, file.storageKey)), response);
  });
  router.get('/api/guidelines/:id/versions/:version/readers.csv', async (request, response) => {
    const context = await signedInContext(deps, request, response);
    const { id, version } = versionOf(request.params);
    const row = await readableVersion(context, id, version);
    const filter = watched(context);
    response.set({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="pembaca-v${version}.csv"` });
    response.write(`\uFEFF${stringify([['nip', 'nama', 'kode_unit', 'unit', 'diumumkan', 'batas_baca', 'dibaca', 'pengingat']], { delimiter: ';' })}`);
    for (let after: { name: string; id: string } | null = null, isMore = true; isMore; ) {
      const { items, next } = await listReaders(context.em, row.id, filter, {}, after, CSV_PAGE);
      const lines = items.map((one) => [one.number, one.employee.name, one.unit.code, one.unit.name, one.announcedAt, one.dueAt, one.acknowledgedAt ?? '', one.reminders].map(harmless));
      response.write(stringify(lines, { delimiter: ';' }));
      after = next;
      isMore = next !== null;
    }
    response.end();
  });
  return router;
}

/** A cell that a spreadsheet would run as a formula is made a text. */
const harmless = (value: string | number): string | number => (typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value);

async function signedInContext(deps: Dependencies, request: Parameters<typeof newRequestContext>[1], response: Parameters<typeof newRequestContext>[2]): Promise<SignedInContext> {
  const context = newRequestContext(deps, request, response);
  return { ...context, ...(await signIn(context)) };
}

function versionOf({ id, version }: { id: string; version: string }): { id: string; version: number } {
  if (!UUID.test(id) || !/^\d{1,6}$/.test(version)) throw notFound();
  return { id, version: Number(version) };
}

/** Takes the body of a request as a file, up to the limit; what is not taken leaves nothing behind. */
async function receive(deps: Dependencies, request: NodeJS.ReadableStream): Promise<{ mediaType: string; sizeBytes: number; sha256: string; storageKey: string }> {
  const folder = join(deps.config.evidenceDir, 'incoming');
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  let received = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > MAX_BYTES) done(new Problem('evidence.tooLarge'));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(request, limit, createWriteStream(path));
    const mediaType = await sniffMediaType(path);
    if (!mediaType) throw new Problem('evidence.mediaType');
    return { mediaType, ...(await keepFile(path, deps.config.evidenceDir)) };
  } finally {
    await rm(path, { force: true });
  }
}
