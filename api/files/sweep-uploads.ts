import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import type { Upload } from '@tus/server';
import { removeOldReceipts } from '#persistence/files/upload-receipts.repository.ts';
import { Problem } from '../http/problem.ts';
import type { Dependencies } from '../http/context.ts';
import { incomingFolder } from './file-store.ts';
import { completeUpload, finishUpload, removeIncoming, type Purposes } from './finish-upload.ts';

type SweepDependencies = Pick<Dependencies, 'config' | 'orm' | 'log' | 'now'>;

const EVERY_MS = 15 * 60_000;
const ABANDONED_AFTER_MS = 24 * 3_600_000;
/** What was complete for so long is no request under way. */
const LEFT_AFTER_MS = 60_000;

/** Sweeps now and then for as long as the process lives. */
export function keepUploadsSwept(deps: SweepDependencies, purposes: Purposes): void {
  const sweep = (): void =>
    void sweepUploads(deps, purposes).catch((error: unknown) =>
      deps.log.error({ err: error }, 'uploads were not swept'),
    );
  setTimeout(sweep, LEFT_AFTER_MS).unref();
  setInterval(sweep, EVERY_MS).unref();
}

/**
 * Finishes uploads whose bytes are all there but whose process died before the rows were written, and removes those that nobody
 * went on with in time.
 */
export async function sweepUploads(
  deps: SweepDependencies,
  purposes: Purposes,
  now = Date.now(),
): Promise<{ finished: number; removed: number }> {
  const folder = incomingFolder(deps.config.evidenceDir);
  const store = new FileStore({ directory: folder });
  const done = { finished: 0, removed: 0 };
  const ids = new Set((await readdir(folder)).map((name) => name.replace(/\.json$/, '')));
  for (const id of ids) {
    const age = now - (await lastTouched(join(folder, id)));
    const upload = await store.getUpload(id).catch(() => null);
    const isComplete = upload !== null && upload.offset === upload.size;
    if (isComplete && age > LEFT_AFTER_MS && (await finishLeft(deps, purposes, upload))) done.finished += 1;
    if (isComplete || age <= ABANDONED_AFTER_MS) continue;
    await removeIncoming(join(folder, id));
    done.removed += 1;
  }
  await removeOldReceipts(deps.orm.em.fork());
  return done;
}

/** False when it was refused, and is gone, or when it could not be finished now and stays. */
async function finishLeft(deps: SweepDependencies, purposes: Purposes, upload: Upload): Promise<boolean> {
  try {
    await finishUpload(deps, completeUpload(purposes, upload));
    return true;
  } catch (error) {
    if (error instanceof Problem)
      deps.log.info({ uploadId: upload.id, code: error.code }, 'an upload was refused that its process had left');
    else deps.log.error({ err: error, uploadId: upload.id }, 'a complete upload could not be finished');
    return false;
  }
}

/** When bytes of an upload last came. */
async function lastTouched(path: string): Promise<number> {
  const times = await Promise.all(
    [path, `${path}.json`].map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.max(...times);
}
