import { createReadStream } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { Server as TusServer, type Upload } from '@tus/server';
import { Router, type Request, type RequestHandler } from 'express';
import type { EntityManager } from '@mikro-orm/postgresql';
import { addEvidence, countEvidence, findEvidence, findOwnPeriodState } from '#persistence/reporting/evidence.repository.ts';
import { newRequestContext, signIn, type Dependencies } from '../http/context.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { toProblemAnswer } from '../http/problem-details.ts';
import { requireVisibleCycle } from '../process/cycle.presenter.ts';
import { fileNameOf, keepFile, sniffMediaType } from './evidence-store.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_FILES_PER_PERIOD = 50;
const ABANDONED_AFTER_MS = 24 * 3_600_000;
const UPLOADS = '/api/evidence-uploads';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Files that prove a realisation. They come in by tus, so that a broken line goes on where it stopped, and are judged by
 * their content when complete. They go out as attachments that no browser runs, to those who may see the cycle.
 */
export function evidenceRoutes(deps: Dependencies): Router {
  const router = Router();
  const upload = uploads(deps);
  router.all(UPLOADS, upload);
  router.all(`${UPLOADS}/:id`, upload);
  router.get('/api/evidence/:id/file', async (request, response) => {
    const context = newRequestContext(deps, request, response);
    const reader = { ...context, ...(await signIn(context)) };
    if (!UUID.test(request.params.id)) throw notFound();
    const file = found(await findEvidence(context.em, request.params.id));
    await requireVisibleCycle(reader, file.cycleId);
    response.set({
      'content-type': file.mediaType,
      'content-length': String(file.sizeBytes),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    await pipeline(createReadStream(join(deps.config.evidenceDir, file.storageKey)), response);
  });
  return router;
}

/** What a client says about its file, checked against the database when the upload begins. */
type Claim = { cycleId: string; periodNo: number; indicatorId: string | null; fileName: string; employeeId: string };

function uploads(deps: Dependencies): RequestHandler {
  const incoming = join(deps.config.evidenceDir, 'incoming');
  mkdirSync(incoming, { recursive: true });
  const employeeOf = new WeakMap<object, string>();
  const server = new TusServer({
    path: UPLOADS,
    datastore: new FileStore({ directory: incoming, expirationPeriodInMilliseconds: ABANDONED_AFTER_MS }),
    maxSize: MAX_BYTES,
    relativeLocation: true,
    disableTerminationForFinishedUploads: true,
    async onIncomingRequest(request, id) {
      if (request.method === 'POST' || request.method === 'OPTIONS') return;
      const stored = await server.datastore.getUpload(id).catch(() => null);
      if (stored?.metadata?.['employeeId'] !== employeeIdOf(request)) throw refused(notFound());
    },
    async onUploadCreate(request, upload) {
      const claim = await checkClaim(deps.orm.em.fork() as EntityManager, upload, employeeIdOf(request)).catch(rethrowRefused);
      return { metadata: { ...upload.metadata, employeeId: claim.employeeId } };
    },
    async onUploadFinish(_request, upload) {
      const evidence = await finish(deps, incoming, upload).catch(rethrowRefused);
      return { status_code: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(evidence) };
    },
    onResponseError: (_request, error) => ('status_code' in error ? error : refused(error)),
  });
  const cleaning = setInterval(() => void server.cleanUpExpiredUploads().catch(() => {}), 3_600_000);
  cleaning.unref();

  /** tus sees a request of its own kind; the Node request behind it knows who sent it. */
  function employeeIdOf(request: { node?: { req?: object }; runtime?: { node?: { req?: object } } }): string {
    const node = request.runtime?.node?.req ?? request.node?.req;
    return (node && employeeOf.get(node)) ?? '';
  }

  return async (request: Request, response) => {
    const context = newRequestContext(deps, request, response);
    const { actor } = await signIn(context);
    employeeOf.set(request, actor.employeeId);
    await server.handle(request, response);
  };
}

async function checkClaim(em: EntityManager, upload: Upload, employeeId: string): Promise<Claim> {
  const { cycleId, periodNo, indicatorId, filename } = upload.metadata ?? {};
  const claim = { cycleId: cycleId ?? '', periodNo: Number(periodNo), indicatorId: indicatorId?.slice(0, 40) || null, fileName: fileNameOf(filename), employeeId };
  if (!UUID.test(claim.cycleId) || !Number.isInteger(claim.periodNo)) throw new Problem('request.invalid', undefined, [{ path: 'metadata', message: 'cycleId, periodNo' }]);
  const state = await findOwnPeriodState(em, claim.cycleId, claim.periodNo, employeeId);
  if (state === null) throw notFound();
  if (state !== 'open' || (await countEvidence(em, claim.cycleId, claim.periodNo)) >= MAX_FILES_PER_PERIOD) throw new Problem('evidence.periodClosed');
  return claim;
}

/** The file is complete: its content is looked at, it gets a random name in the store, and its row is written. */
async function finish(deps: Dependencies, incoming: string, upload: Upload) {
  const em = deps.orm.em.fork() as EntityManager;
  const claim = await checkClaim(em, upload, upload.metadata?.['employeeId'] ?? '');
  const path = join(incoming, upload.id);
  const mediaType = await sniffMediaType(path);
  if (!mediaType) throw new Problem('evidence.mediaType');
  const kept = await keepFile(path, deps.config.evidenceDir);
  return addEvidence(em, { ...claim, mediaType, ...kept });
}

/** tus answers with a status and a text; both come from the one mapper of problems. */
function refused(error: unknown): { status_code: number; body: string } {
  const { status, body } = toProblemAnswer(error);
  return { status_code: status, body: JSON.stringify(body) };
}

const rethrowRefused = (error: unknown): never => {
  throw refused(error);
};
