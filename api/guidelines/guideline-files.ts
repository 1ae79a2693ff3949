import { stringify } from 'csv-stringify/sync';
import { Router } from 'express';
import { z } from 'zod';
import { Uuid } from '#contracts/primitives.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { addAttachment, findAttachment, listAttachments } from '#persistence/guidelines/guidelines.queries.ts';
import { listReaders } from '#persistence/guidelines/readers.repository.ts';
import { announceFile, giveFile } from '../files/give-file.ts';
import { uploadPurpose } from '../files/upload-purpose.ts';
import { signedInRequest, type Dependencies } from '../http/context.ts';
import { UUID } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { readableVersion, requireVersion, watched } from './guidelines.routes.ts';

const MAX_FILES = 20;
const CSV_PAGE = 1000;

/** Files of a draft, kept with their SHA-256. */
export const guidelineAttachment = uploadPurpose({
  name: 'guidelineAttachment',
  data: z.object({ guidelineId: Uuid, version: z.coerce.number().int().min(1) }),
  async claim(person, { guidelineId, version }) {
    const row = await requireVersion(person, { id: guidelineId, version });
    if (row.status !== 'draf') throw new Problem('guideline.notDraft');
    if ((await listAttachments(person.em, row.id)).length >= MAX_FILES) throw new Problem('guideline.tooManyFiles');
    return row;
  },
  async write({ em, actor }, { id, guidelineId, version }, { fileName, mediaType, sizeBytes, sha256, storageKey }) {
    const added = await addAttachment(em, {
      versionId: id,
      fileName,
      mediaType,
      sizeBytes,
      sha256,
      storageKey,
      uploadedById: actor.employeeId,
    });
    if (!added) throw new Problem('guideline.notDraft');
    await appendAuditEvent(em, {
      kind: 'guidelineFileAdded',
      at: new Date(),
      actorId: actor.employeeId,
      data: { guidelineId, version, sha256 },
    });
    return added;
  },
});

/** Files of guidelines as they go out, and the list of readers as CSV. */
export function guidelineFileRoutes(deps: Dependencies): Router {
  const router = Router();
  router.get('/api/guideline-attachments/:id/file', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    if (!UUID.test(request.params.id)) throw notFound();
    const file = found(await findAttachment(context.em, request.params.id));
    if (
      !['berlaku', 'diubah', 'dicabut'].includes(file.status) &&
      !context.ability.can('administer', 'Guideline') &&
      !context.ability.can('approve', 'Guideline')
    )
      throw notFound();
    await giveFile(response, deps, file);
  });
  router.get('/api/guidelines/:id/versions/:version/readers.csv', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const { id, version } = versionOf(request.params);
    const row = await readableVersion(context, id, version);
    const filter = watched(context);
    announceFile(response, `pembaca-v${version}.csv`, 'text/csv; charset=utf-8');
    response.write(
      `\uFEFF${stringify([['nip', 'nama', 'kode_unit', 'unit', 'diumumkan', 'batas_baca', 'dibaca', 'pengingat']], { delimiter: ';' })}`,
    );
    for (let after: { name: string; id: string } | null = null, isMore = true; isMore;) {
      const { items, next } = await listReaders(context.em, row.id, filter, {}, after, CSV_PAGE);
      const lines = items.map((one) =>
        [
          one.number,
          one.employee.name,
          one.unit.code,
          one.unit.name,
          one.announcedAt,
          one.dueAt,
          one.acknowledgedAt ?? '',
          one.reminders,
        ].map(harmless),
      );
      response.write(stringify(lines, { delimiter: ';' }));
      after = next;
      isMore = next !== null;
    }
    response.end();
  });
  return router;
}

/** A cell that a spreadsheet would run as a formula is made a text. */
const harmless = (value: string | number): string | number =>
  typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;

function versionOf({ id, version }: { id: string; version: string }): { id: string; version: number } {
  if (!UUID.test(id) || !/^\d{1,6}$/.test(version)) throw notFound();
  return { id, version: Number(version) };
}
