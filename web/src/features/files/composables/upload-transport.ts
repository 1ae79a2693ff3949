import type { PreviousUpload } from 'tus-js-client';

export type Transfer = {
  /** Begins, or goes on where the server says that it stopped. */ start: () => void;
  abort: () => Promise<void>;
};
export type TransferEvents = {
  onProgress: (sent: number, total: number) => void;
  onSuccess: (answer: unknown) => void;
  onError: (status: number | null, body: string) => void;
};
/** Makes a resumable upload; replaced in tests. */
export type Transport = (file: File, metadata: Record<string, string>, events: TransferEvents) => Promise<Transfer>;

/** Small enough that a slow line sends one before the server gives up on the request. */
const CHUNK_BYTES = 1_000_000;

/** Whether an answer says nothing against the file: the line or the server is in trouble, or two requests for one upload met. */
export function passes(status: number | null, body: string): boolean {
  if (!status || status >= 500) return true;
  return status === 408 || status === 423 || status === 429 || (status === 409 && !body.startsWith('{'));
}

/**
 * Uploads by the tus protocol; the library is loaded with the first file. The browser remembers the upload of a file for one purpose, so
 * that choosing it again after the page was closed goes on with it.
 */
export const tusTransport: Transport = async (file, metadata, events) => {
  const { Upload } = await import('tus-js-client');
  const upload = new Upload(file, {
    endpoint: `${location.origin}/api/uploads`,
    metadata,
    chunkSize: CHUNK_BYTES,
    retryDelays: [0, 1000, 3000],
    onShouldRetry: ({ originalResponse }) =>
      navigator.onLine && passes(originalResponse?.getStatus() ?? null, originalResponse?.getBody() ?? ''),
    removeFingerprintOnSuccess: true,
    fingerprint: async () => ['ekinerja', JSON.stringify(metadata), file.size, file.lastModified].join(' '),
    onProgress: events.onProgress,
    onSuccess: ({ lastResponse }) =>
      void answerOf(lastResponse.getBody(), upload.url!).then(events.onSuccess, (error: Refused) =>
        events.onError(error.status ?? null, error.body ?? ''),
      ),
    onError: (error) => {
      const response = 'originalResponse' in error ? error.originalResponse : null;
      events.onError(response?.getStatus() ?? null, response?.getBody() ?? '');
    },
  });
  const newest = (found: PreviousUpload[]): PreviousUpload | undefined =>
    found.sort((a, b) => b.creationTime.localeCompare(a.creationTime))[0];
  const previous = newest(await upload.findPreviousUploads().catch(() => []));
  if (previous) upload.resumeFromPreviousUpload(previous);
  return { start: () => upload.start(), abort: () => upload.abort(true) };
};

type Refused = { status?: number; body?: string };

/** What the upload has written: the last answer says it, or the receipt when that answer was lost. */
async function answerOf(body: string, url: string): Promise<unknown> {
  if (body) return JSON.parse(body);
  const response = await fetch(`${url}/receipt`, { method: 'POST', credentials: 'same-origin' });
  if (!response.ok)
    throw Object.assign(new Error('refused'), {
      status: response.status,
      body: await response.text(),
    }) satisfies Refused;
  return response.json();
}
