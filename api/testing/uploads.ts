import type { UploadPurposeName } from '#domain/files/uploads.ts';
import type { Answer, TestClient } from './test-api.ts';

export type TestUpload = { purpose: UploadPurposeName; name?: string; data?: Record<string, string> };
const TUS = { 'tus-resumable': '1.0.0' };

/** Begins an upload as a browser does; its path is in `location`. */
export function beginUpload(
  client: TestClient,
  size: number,
  { purpose, name = 'berkas.pdf', data = {} }: TestUpload,
): Promise<Response> {
  const metadata = Object.entries({ purpose, filename: name, ...data }).map(
    ([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`,
  );
  return client.fetch('/uploads', {
    method: 'POST',
    headers: { ...TUS, 'upload-length': String(size), 'upload-metadata': metadata.join(',') },
  });
}

/** The path of an upload that was begun, as a client of tests asks for it. */
export const pathOf = (begun: Response): string => begun.headers.get('location')!.replace(/^.*\/api/, '');

/** Sends bytes of an upload from an offset on. */
export const sendBytes = (client: TestClient, path: string, bytes: Uint8Array, offset = 0): Promise<Response> =>
  client.fetch(path, {
    method: 'PATCH',
    body: new Uint8Array(bytes),
    headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
  });

/** How many bytes of an upload have arrived. */
export const offsetOf = async (client: TestClient, path: string): Promise<number> =>
  Number((await client.fetch(path, { method: 'HEAD', headers: TUS })).headers.get('upload-offset'));

/** Uploads a whole file; the answer is the one to the last request. */
export async function uploadFile(client: TestClient, file: Uint8Array | string, upload: TestUpload): Promise<Answer> {
  const bytes = Buffer.from(file);
  const begun = await beginUpload(client, bytes.length, upload);
  const response = begun.status === 201 ? await sendBytes(client, pathOf(begun), bytes) : begun;
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}
