import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { FileStore } from '@tus/file-store';
import { Server as TusServer, type Upload } from '@tus/server';
import { Router, type Request, type Response } from 'express';
import { sizeRefusal } from '#domain/files/uploads.ts';
import { findUploadReceipt, type UploadReceiptRow } from '#persistence/files/upload-receipts.repository.ts';
import { signedInRequest, type ActingContext, type Dependencies, type SignedInContext } from '../http/context.ts';
import { UUID } from '../http/cursor.ts';
import { toProblemAnswer } from '../http/problem-details.ts';
import { found, notFound, Problem } from '../http/problem.ts';
import { incomingFolder } from './file-store.ts';
import { completeUpload, finishUpload, purposeOf, type CompleteUpload, type Purposes } from './finish-upload.ts';
import { keepUploadsSwept } from './sweep-uploads.ts';
import type { UploadPurpose } from './upload-purpose.ts';

const UPLOADS = '/api/uploads';

/**
 * The one road by which files come in. They come by tus, so that a broken line goes on where it stopped; each upload names what it is
 * for, and that purpose says who may, what is taken and what is written. What is complete is answered with what was written; whoever
 * lost the answer asks for the receipt.
 */
export function uploadRoutes(deps: Dependencies, purposes: readonly UploadPurpose[]): Router {
  const known: Purposes = new Map(purposes.map((purpose) => [purpose.name, purpose]));
  const directory = incomingFolder(deps.config.evidenceDir);
  mkdirSync(directory, { recursive: true });
  const store = new FileStore({ directory });
  const tus = tusHandler(deps, store, known);
  keepUploadsSwept(deps, known);

  const router = Router();
  router.all(UPLOADS, async (request, response) =>
    tus(request, response, await signedInRequest(deps, request, response)),
  );
  router.all(`${UPLOADS}/:id`, async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const receipt = await ownReceipt(context, request.params.id);
    if (receipt && (request.method === 'HEAD' || request.method === 'PATCH')) return answerFinished(response, receipt);
    return tus(request, response, context);
  });
  router.post(`${UPLOADS}/:id/receipt`, async (request, response) => {
    const context = await signedInRequest(deps, request, response);
    const receipt = await ownReceipt(context, request.params.id);
    response.json(
      receipt?.answer ?? (await finishUpload(deps, await requireComplete(store, known, request.params.id, context))),
    );
  });
  return router;
}

async function ownReceipt({ em, actor }: ActingContext, id: string): Promise<UploadReceiptRow | null> {
  if (!UUID.test(id)) throw notFound();
  const receipt = await findUploadReceipt(em, id);
  return receipt?.employeeId === actor.employeeId ? receipt : null;
}

/** To a browser that goes on with a finished upload: all of it is here. */
function answerFinished(response: Response, { sizeBytes, answer }: UploadReceiptRow): void {
  response
    .set({ 'tus-resumable': '1.0.0', 'upload-offset': String(sizeBytes), 'upload-length': String(sizeBytes) })
    .json(answer);
}

async function requireComplete(
  store: FileStore,
  purposes: Purposes,
  id: string,
  { actor }: ActingContext,
): Promise<CompleteUpload> {
  const upload = await store.getUpload(id).catch(() => null);
  if (upload?.metadata?.['employeeId'] !== actor.employeeId || upload.offset !== upload.size) throw notFound();
  return completeUpload(purposes, upload);
}

type TusHandler = (request: Request, response: Response, context: SignedInContext) => Promise<void>;

function tusHandler(deps: Dependencies, datastore: FileStore, purposes: Purposes): TusHandler {
  const senders = new WeakMap<object, ActingContext>();
  const server = new TusServer({
    path: UPLOADS,
    datastore,
    relativeLocation: true,
    disableTerminationForFinishedUploads: true,
    namingFunction: () => randomUUID(),
    async onIncomingRequest(request, id) {
      if (request.method === 'POST' || request.method === 'OPTIONS') return;
      const stored = await datastore.getUpload(id).catch(() => null);
      if (stored?.metadata?.['employeeId'] !== senderOf(request).actor.employeeId) throw refused(notFound());
    },
    async onUploadCreate(request, upload) {
      const sender = senderOf(request);
      await begin(purposes, upload, sender).catch(rethrowRefused);
      return { metadata: { ...upload.metadata, employeeId: sender.actor.employeeId } };
    },
    async onUploadFinish(_request, upload) {
      const complete = completeUpload(purposes, await datastore.getUpload(upload.id));
      const answer = await finishUpload(deps, complete).catch(rethrowRefused);
      return { status_code: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
    },
    onResponseError: (_request, error) => ('status_code' in error ? error : refused(error)),
  });

  /** tus sees a request of its own kind; the Node request behind it knows who sent it. */
  function senderOf(request: { node?: { req?: object }; runtime?: { node?: { req?: object } } }): ActingContext {
    const node = request.runtime?.node?.req ?? request.node?.req;
    return found(node && senders.get(node));
  }

  return async (request, response, context) => {
    senders.set(request, context);
    await server.handle(request, response);
  };
}

async function begin(purposes: Purposes, { size, metadata }: Upload, sender: ActingContext): Promise<void> {
  const purpose = purposeOf(purposes, metadata);
  const refusal = sizeRefusal(purpose.name, size ?? 0);
  if (refusal) throw new Problem(refusal.code, refusal.detail);
  await purpose.check(sender, metadata ?? {});
}

/** tus answers with a status and a text; both come from the one mapper of problems. */
function refused(error: unknown): { status_code: number; body: string } {
  const { status, body } = toProblemAnswer(error);
  return { status_code: status, body: JSON.stringify(body) };
}

const rethrowRefused = (error: unknown): never => {
  throw refused(error);
};
