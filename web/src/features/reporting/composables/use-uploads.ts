import { onScopeDispose, ref } from 'vue';
import { newCommandId } from '../../../command-id.ts';
import { shrinkPicture } from './shrink-picture.ts';

export const LARGEST_BYTES = 10_000_000;
export const ACCEPTED: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};
export const ACCEPT_ATTRIBUTE = Object.keys(ACCEPTED).map((ending) => `.${ending}`).join(',');

/** One file on its way. `refused` will never be taken (kind, size), `failed` can be tried again. */
export type UploadItem = { id: string; name: string; indicatorId: string | null; state: 'waiting' | 'uploading' | 'failed' | 'refused'; percent: number; code: string | null };
export type UploadTarget = { cycleId: string; periodNo: number };
export type Transfer = { start: () => void; abort: () => Promise<void> };
export type TransferEvents = { onProgress: (sent: number, total: number) => void; onSuccess: () => void; onError: (status: number | null, body: string) => void };
/** Starts a resumable upload; replaced in tests. */
export type Transport = (file: File, metadata: Record<string, string>, events: TransferEvents) => Promise<Transfer>;

const CHUNK_BYTES = 2_000_000;

/** Resumable uploads by the tus protocol; the library is loaded with the first file. */
export const tusTransport: Transport = async (file, metadata, events) => {
  const { Upload } = await import('tus-js-client');
  const upload = new Upload(file, {
    endpoint: `${location.origin}/api/evidence-uploads`,
    metadata,
    chunkSize: CHUNK_BYTES,
    retryDelays: [0, 1000, 3000, 8000],
    removeFingerprintOnSuccess: true,
    onProgress: events.onProgress,
    onSuccess: () => events.onSuccess(),
    onError: (error) => {
      const response = 'originalResponse' in error ? error.originalResponse : null;
      events.onError(response?.getStatus() ?? null, response?.getBody() ?? '');
    },
  });
  return {
    start: () => upload.start(),
    abort: () => upload.abort(true),
  };
};

/** The files of one report that are being uploaded, each with its progress, retry and removal. */
export function useUploads(target: UploadTarget, onUploaded: (name: string) => void, transport: Transport = tusTransport) {
  const items = ref<UploadItem[]>([]);
  const files = new Map<string, File>();
  const transfers = new Map<string, Transfer>();

  function add(chosen: Iterable<File>, indicatorId: string | null): void {
    for (const file of chosen) {
      const id = newCommandId();
      files.set(id, file);
      items.value.push({ id, name: file.name, indicatorId, state: 'waiting', percent: 0, code: null });
      void begin(id);
    }
  }

  async function begin(id: string): Promise<void> {
    const chosen = files.get(id);
    if (!chosen) return;
    const kind = ACCEPTED[endingOf(chosen.name)];
    if (!kind) return refuse(id, 'evidence.mediaType');
    const file = await shrinkPicture(chosen);
    if (file.size > LARGEST_BYTES) return refuse(id, 'evidence.tooLarge');
    if (!files.has(id)) return;
    change(id, { state: 'uploading', percent: 0, code: null });
    const item = items.value.find((one) => one.id === id);
    const metadata = { cycleId: target.cycleId, periodNo: String(target.periodNo), indicatorId: item?.indicatorId ?? '', filename: file.name, filetype: kind };
    const transfer = await transport(file, metadata, {
      onProgress: (sent, total) => change(id, { percent: total === 0 ? 0 : Math.floor((sent * 100) / total) }),
      onSuccess: () => {
        drop(id);
        onUploaded(file.name);
      },
      onError: (status, body) => fail(id, status, body),
    });
    transfers.set(id, transfer);
    transfer.start();
  }

  function fail(id: string, status: number | null, body: string): void {
    const code = codeIn(body);
    if (status === 413) refuse(id, code ?? 'evidence.tooLarge');
    else if (status === 415) refuse(id, code ?? 'evidence.mediaType');
    else if (status !== null && status >= 400 && status < 500 && status !== 401 && status !== 423 && status !== 429) refuse(id, code ?? 'request.invalid');
    else change(id, { state: 'failed', code: code ?? 'network.unreachable' });
  }

  const refuse = (id: string, code: string): void => change(id, { state: 'refused', code });
  const retry = (id: string): void => void begin(id);

  async function remove(id: string): Promise<void> {
    const transfer = transfers.get(id);
    drop(id);
    await transfer?.abort().catch(() => undefined);
  }

  function change(id: string, part: Partial<UploadItem>): void {
    items.value = items.value.map((item) => (item.id === id ? { ...item, ...part } : item));
  }
  function drop(id: string): void {
    files.delete(id);
    transfers.delete(id);
    items.value = items.value.filter((item) => item.id !== id);
  }

  const warn = (event: BeforeUnloadEvent): void => {
    if (items.value.some(({ state }) => state === 'uploading' || state === 'waiting')) event.preventDefault();
  };
  addEventListener('beforeunload', warn);
  onScopeDispose(() => removeEventListener('beforeunload', warn));

  return { items, add, retry, remove };
}

const endingOf = (name: string): string => name.split('.').pop()?.toLowerCase() ?? '';

/** The code of problem details in an answer's body, or null. */
function codeIn(body: string): string | null {
  try {
    const { code } = JSON.parse(body) as { code?: unknown };
    return typeof code === 'string' ? code : null;
  } catch {
    return null;
  }
}
