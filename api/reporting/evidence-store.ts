import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileTypeFromFile } from 'file-type';

/** Kinds of file that are taken; judged by content, whatever the name says. */
const MEDIA_TYPES = new Set([
  'application/pdf',
  'image/jpeg',
  'image/png',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
]);

/** The media type of a file by its content, or null when it is not one of those that are taken; `also` names further ones. */
export async function sniffMediaType(path: string, also: readonly string[] = []): Promise<string | null> {
  const type = await fileTypeFromFile(path);
  return type && (MEDIA_TYPES.has(type.mime) || also.includes(type.mime)) ? type.mime : null;
}

/** Moves a complete upload to a random place in the store; returns where it lies, its size and its SHA-256. */
export async function keepFile(path: string, folder: string): Promise<{ storageKey: string; sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const { size } = await stat(path);
  const name = randomUUID();
  const storageKey = `${name.slice(0, 2)}/${name}`;
  await mkdir(join(folder, name.slice(0, 2)), { recursive: true });
  await rename(path, join(folder, storageKey));
  await rm(`${path}.json`, { force: true });
  return { storageKey, sizeBytes: size, sha256: hash.digest('hex') };
}

/** A file name as it is shown and offered: without folders, control characters or signs that change the reading direction. */
export function fileNameOf(given: string | null | undefined): string {
  const last = (given ?? '').split(/[/\\]/).at(-1)!;
  const clean = last.normalize('NFC').replace(/[\p{Cc}\p{Cf}"<>|:*?]/gu, '').trim();
  return clean.slice(-200) || 'berkas';
}
