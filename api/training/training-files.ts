import { Router, type Request } from 'express';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { Uuid } from '#contracts/primitives.ts';
import { appendAuditEvent } from '#persistence/audit/audit.repository.ts';
import { findCertificate } from '#persistence/training/certificates.repository.ts';
import { listUncovered } from '#persistence/training/coverage.queries.ts';
import { findJpEntry, setJpFile } from '#persistence/training/jp.repository.ts';
import { addMaterial, findMaterial } from '#persistence/training/training.queries.ts';
import { allows } from '../access/ability.ts';
import { announceFile, giveFile } from '../files/give-file.ts';
import { uploadPurpose } from '../files/upload-purpose.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedInRequest, type Dependencies } from '../http/context.ts';
import { UUID } from '../http/cursor.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { certificatePdf } from './certificate-pdf.ts';
import { requireOrganisedEvent, requireVisibleEvent } from './event.presenter.ts';
import { coverageOf } from './records.routes.ts';

const MOST_ROWS = 100_000;

/** Materials of an event, from those who organise it. */
export const trainingMaterial = uploadPurpose({
  name: 'trainingMaterial',
  data: z.object({ eventId: Uuid }),
  claim: (person, { eventId }) => requireOrganisedEvent(person, eventId),
  async write({ em, actor }, event, { fileName, mediaType, sizeBytes, sha256, storageKey }) {
    const { id } = await addMaterial(em, {
      eventId: event.id,
      uploadedById: actor.employeeId,
      fileName,
      mediaType,
      sizeBytes,
      sha256,
      storageKey,
    });
    return { id, fileName, mediaType, sizeBytes };
  },
});

/** What proves JP gained elsewhere: to one's own proposal, until it is decided. */
export const jpEvidence = uploadPurpose({
  name: 'jpEvidence',
  data: z.object({ entryId: Uuid }),
  async claim({ em, actor, today }, { entryId }) {
    const entry = await findJpEntry(em, entryId, today);
    if (entry?.employeeId !== actor.employeeId) throw notFound();
    if (entry.state !== 'proposed') throw new Problem('training.jp.decided');
    return entry;
  },
  async write({ em }, entry, { fileName, mediaType, sizeBytes, sha256, storageKey }) {
    if (!(await setJpFile(em, entry.id, { fileName, mediaType, sizeBytes, sha256, storageKey })))
      throw new Problem('training.jp.decided');
    return { name: fileName, sizeBytes };
  },
});

/** Files of trainings as they go out: materials, evidence of JP, certificates, the list of who is missing. */
export function trainingFileRoutes(deps: Dependencies): Router {
  const router = Router();
  router.get('/api/training/materials/:id/file', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const file = found(await findMaterial(context.em, idOf(request)));
    await requireVisibleEvent(context, file.eventId);
    await giveFile(response, deps, file);
  });
  router.get('/api/training/jp-entries/:id/file', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const entry = found(await findJpEntry(context.em, idOf(request), context.today));
    const isReader = allows(context.ability, 'read', 'TrainingRecord', {
      employeeId: entry.employeeId,
      unitId: entry.unitId,
      superiorPositionId: entry.superiorPositionId,
    });
    if (!isReader || !entry.storageKey || !entry.file) throw notFound();
    await giveFile(response, deps, {
      fileName: entry.file.name,
      sizeBytes: Number(entry.file.sizeBytes),
      mediaType: entry.mediaType!,
      storageKey: entry.storageKey,
    });
  });
  router.get('/api/training/certificates/:id/pdf', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const certificate = found(await findCertificate(context.em, { id: idOf(request) }));
    const isReader =
      certificate.employeeId === context.actor.employeeId ||
      allows(context.ability, 'read', 'TrainingEvent', { unitId: certificate.unitId, employeeId: null });
    if (!isReader) throw notFound();
    const pdf = await certificatePdf(certificate, deps.config.publicUrl);
    announceFile(response, `sertifikat-${certificate.number.replaceAll('/', '-')}.pdf`, 'application/pdf', pdf.length);
    response.send(pdf);
  });
  router.get('/api/training/coverage.csv', async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    if (!context.ability.can('export', 'TrainingRecord')) throw new Problem('access.denied');
    const text = (name: string): string | undefined =>
      typeof request.query[name] === 'string' ? request.query[name] : undefined;
    const [topic = '', eventId, unitId] = [text('topic'), text('eventId'), text('unitId')];
    if ([eventId, unitId].some((id) => id !== undefined && !UUID.test(id))) throw notFound();
    const of = await coverageOf(context, { topic, eventId });
    const rows = await listUncovered(
      context.em,
      accessibleBy(context.ability, 'export', 'TrainingRecord'),
      of,
      { unitId: unitId ?? null, limit: MOST_ROWS },
      context.today,
    );
    await appendAuditEvent(context.em, {
      kind: 'trainingCoverageExported',
      at: new Date(),
      actorId: context.actor.employeeId,
      data: { ...of, unitId: unitId ?? null, rows: rows.length },
    });
    const csv = missingCsv(rows);
    announceFile(response, 'pelatihan-belum-selesai.csv', 'text/csv; charset=utf-8', Buffer.byteLength(csv));
    response.send(csv);
  });
  return router;
}

/** For Excel in Indonesia: semicolons and a byte order mark; no cell begins with a sign that a sheet would calculate. */
export function missingCsv(
  rows: readonly {
    employee: { name: string; number: string; unitName: string };
    superior: string | null;
    isInvited: boolean;
    isWaived: boolean;
  }[],
): string {
  const yes = (is: boolean): string => (is ? 'ya' : 'tidak');
  return stringify(
    [
      ['NIP', 'Nama', 'Unit', 'Atasan', 'Diundang', 'Dikecualikan'],
      ...rows.map(({ employee, superior, isInvited, isWaived }) =>
        [`${employee.number}`, employee.name, employee.unitName, superior ?? '', yes(isInvited), yes(isWaived)].map(
          neutral,
        ),
      ),
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
