import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileTypeFromFile } from 'file-type';
import { FILE_KINDS, type FileKind } from '#domain/files/uploads.ts';

/** What is known of the bytes of a file. */
export type FileFacts = { sizeBytes: number; sha256: string };

/** The folder of files that are still coming in; it must be on the same disk as the store. */
export const incomingFolder = (evidenceDir: string): string => join(evidenceDir, 'incoming');

/** Where the file of an upload lies in the store: below two of its own letters, so that no folder grows without end. */
export const storageKeyOf = (uploadId: string): string => `${uploadId.slice(0, 2)}/${uploadId}`;

/** The kind of a file by its content, whatever its name says; null when it is none of ours. */
export async function kindByContent(path: string): Promise<FileKind | null> {
  const type = await fileTypeFromFile(path);
  return (Object.keys(FILE_KINDS) as FileKind[]).find((kind) => FILE_KINDS[kind] === type?.mime) ?? null;
}

/** Reads a file once: its size and its SHA-256. Its bytes are on the disk when this returns. */
export async function readFacts(path: string): Promise<FileFacts> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** Puts a complete file into the store under a second name; the first one stays until the rows are written. Harmless when repeated. */
export async function keepFile(path: string, folder: string, storageKey: string): Promise<void> {
  const kept = join(folder, storageKey);
  await mkdir(dirname(kept), { recursive: true });
  await link(path, kept).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Removes a file whose rows were not written. */
export const dropFile = (folder: string, storageKey: string): Promise<void> =>
  rm(join(folder, storageKey), { force: true });

/** A file name as it is shown and offered: without folders, control characters or signs that change the reading direction. */
export function fileNameOf(given: string | null | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1)!;
  const clean = last
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}"<>|:*?]/gu, '')
    .trim();
  return clean.slice(-200) || 'berkas';
}
