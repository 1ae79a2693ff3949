import { rm } from 'node:fs/promises';
import type { Upload } from '@tus/server';
import type { EntityManager } from '@mikro-orm/postgresql';
import { addUploadReceipt, findUploadReceipt, lockUpload } from '#persistence/files/upload-receipts.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import { actAs, type Dependencies } from '../http/context.ts';
import { failpoint } from '../http/failpoint.ts';
import { found, Problem } from '../http/problem.ts';
import { dropFile, fileNameOf, keepFile, readFacts, storageKeyOf } from './file-store.ts';
import { mediaTypeOf, type ReceivedFile, type UploadMetadata, type UploadPurpose } from './upload-purpose.ts';

/** All purposes by their names. */
export type Purposes = ReadonlyMap<string, UploadPurpose>;

/** The purpose that an upload names. */
export function purposeOf(purposes: Purposes, metadata: UploadMetadata | undefined): UploadPurpose {
  const purpose = purposes.get(metadata?.['purpose'] ?? '');
  if (!purpose) throw new Problem('request.invalid', undefined, [{ path: 'purpose', message: 'purpose' }]);
  return purpose;
}

/** An upload whose bytes are all there; `path` leads to them. */
export type CompleteUpload = {
  id: string;
  path: string;
  purpose: UploadPurpose;
  employeeId: string;
  metadata: UploadMetadata;
};

/** An upload of the store as it is finished. */
export const completeUpload = (purposes: Purposes, { id, metadata = {}, storage }: Upload): CompleteUpload => ({
  id,
  path: found(storage?.path),
  purpose: purposeOf(purposes, metadata),
  employeeId: metadata['employeeId'] ?? '',
  metadata,
});

/**
 * Finishes an upload in one transaction: the right is read anew, the content judged, the rows written, and a receipt of what was
 * written. Finishing again — the answer was lost, the process died — finds the receipt and answers the same. What is refused is removed.
 */
export async function finishUpload(
  deps: Pick<Dependencies, 'config' | 'orm' | 'now'>,
  upload: CompleteUpload,
): Promise<object> {
  const answer = await inTransaction(deps.orm.em, async (em) => {
    await lockUpload(em, upload.id);
    return (await findUploadReceipt(em, upload.id))?.answer ?? write(deps, em, upload);
  });
  failpoint('after-upload-receipt');
  await removeIncoming(upload.path);
  return answer;
}

/** Removes what came in of an upload: its bytes and what is known of it. */
export async function removeIncoming(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })]);
}

async function write(
  { config, now }: Pick<Dependencies, 'config' | 'now'>,
  em: EntityManager,
  { id, path, purpose, employeeId, metadata }: CompleteUpload,
): Promise<object> {
  const storageKey = storageKeyOf(id);
  let sizeBytes = 0;
  const receive = async (): Promise<ReceivedFile> => {
    const kind = await purpose.kindOf(path);
    const facts = await readFacts(path);
    if (purpose.keepsFile) await keepFile(path, config.evidenceDir, storageKey);
    sizeBytes = facts.sizeBytes;
    return {
      ...facts,
      fileName: fileNameOf(metadata['filename']),
      kind,
      mediaType: mediaTypeOf(kind),
      path,
      storageKey,
    };
  };
  try {
    const answer = await purpose.finish(await actAs(em, employeeId, now()), metadata, receive);
    await addUploadReceipt(em, { id, purpose: purpose.name, employeeId, sizeBytes, answer });
    failpoint('before-upload-receipt');
    return answer;
  } catch (error) {
    if (error instanceof Problem) await Promise.all([removeIncoming(path), dropFile(config.evidenceDir, storageKey)]);
    throw error;
  }
}
