import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Dependencies } from '../http/context.ts';

export type StoredFile = { fileName: string; mediaType: string; sizeBytes: number; storageKey: string };

/** Says that what follows is a file to keep: no browser shows or runs it, whatever it holds. */
export function announceFile(response: Response, fileName: string, mediaType: string, sizeBytes?: number): void {
  response.set({
    'content-type': mediaType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    ...(sizeBytes !== undefined && { 'content-length': String(sizeBytes) }),
  });
}

/** Gives a file out of the store. */
export async function giveFile(
  response: Response,
  { config }: Pick<Dependencies, 'config'>,
  file: StoredFile,
): Promise<void> {
  announceFile(response, file.fileName, file.mediaType, file.sizeBytes);
  await pipeline(createReadStream(join(config.evidenceDir, file.storageKey)), response);
}
