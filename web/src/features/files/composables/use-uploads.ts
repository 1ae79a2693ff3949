import { computed, onScopeDispose, ref } from 'vue';
import {
  FILE_KINDS,
  kindRefusal,
  sizeRefusal,
  UPLOADS,
  type FileKind,
  type UploadPurposeName,
} from '#domain/files/uploads.ts';
import { newCommandId } from '../../../command-id.ts';
import { problemFrom } from '../../../problem.ts';
import { shrinkPicture } from './shrink-picture.ts';
import { passes, tusTransport, type Transfer, type Transport } from './upload-transport.ts';

/**
 * One file on its way. `held` waits for its form, `paused` goes on by itself when the network is back, `failed` needs the person,
 * `refused` will never be taken.
 */
type UploadState = 'held' | 'waiting' | 'uploading' | 'paused' | 'failed' | 'refused';
export type UploadProblem = { code: string; detail: Record<string, unknown> };
export type UploadItem = {
  id: string;
  name: string;
  bytes: number;
  data: UploadData;
  state: UploadState;
  percent: number;
  problem: UploadProblem | null;
};
/** What the purpose must know besides the file. */
export type UploadData = Readonly<Record<string, string>>;

export type UploadOptions = {
  /** A file is taken; `answer` is what the API wrote for it. */
  onUploaded: (name: string, answer: unknown) => void;
  /** Files wait until `send` says what they belong to. */
  isHeld?: boolean;
  transport?: Transport;
};

/** How long to wait before a paused upload is tried again, also when the browser noticed no change. */
const TRY_AGAIN_MS = [3_000, 10_000, 30_000] as const;

/** The files of one purpose that are being uploaded, each with its progress, and all that can become of it. */
export function useUploads(
  purpose: UploadPurposeName,
  { onUploaded, isHeld = false, transport = tusTransport }: UploadOptions,
) {
  const items = ref<UploadItem[]>([]);
  const files = new Map<string, File>();
  const transfers = new Map<string, Transfer>();
  const timers = new Map<string, { attempts: number; timer?: ReturnType<typeof setTimeout> }>();
  const find = (id: string): UploadItem | undefined => items.value.find((item) => item.id === id);

  function add(chosen: Iterable<File>, data: UploadData = {}): void {
    for (const file of chosen) {
      if (isThere(file, data)) continue;
      const id = newCommandId();
      files.set(id, file);
      items.value.push({
        id,
        name: file.name,
        bytes: file.size,
        data,
        state: isHeld ? 'held' : 'waiting',
        percent: 0,
        problem: null,
      });
      const refusal = refusalOf(file);
      if (refusal) refuse(id, refusal);
      else if (!isHeld) void begin(id);
    }
  }

  /** The same file twice for the same thing is one upload. */
  const isThere = (file: File, data: UploadData): boolean =>
    items.value.some(
      (item) =>
        item.name === file.name &&
        item.bytes === file.size &&
        files.get(item.id)?.lastModified === file.lastModified &&
        JSON.stringify(item.data) === JSON.stringify(data),
    );

  function refusalOf(file: File): UploadProblem | null {
    const kind = kindOfName(file.name);
    if (!kind || !(UPLOADS[purpose].kinds as readonly FileKind[]).includes(kind)) return kindRefusal(purpose);
    const canShrink = UPLOADS[purpose].shrinksPictures && FILE_KINDS[kind].startsWith('image/');
    return canShrink && file.size > 0 ? null : sizeRefusal(purpose, file.size);
  }

  /** Sends the files that were held, and those that failed before. */
  function send(data: UploadData): void {
    for (const item of items.value.filter(({ state }) => state === 'held')) {
      change(item.id, { data, state: 'waiting' });
      void begin(item.id);
    }
    for (const item of items.value.filter(({ state }) => state === 'failed' || state === 'paused')) retry(item.id);
  }

  async function begin(id: string): Promise<void> {
    const chosen = files.get(id);
    if (!chosen) return;
    const file = UPLOADS[purpose].shrinksPictures ? await shrinkPicture(chosen) : chosen;
    const refusal = sizeRefusal(purpose, file.size);
    if (refusal) return refuse(id, refusal);
    const transfer = await transport(
      file,
      { ...find(id)?.data, purpose, filename: file.name },
      {
        onProgress: (sent, total) => progress(id, total === 0 ? 0 : Math.floor((sent * 100) / total)),
        onSuccess: (answer) => {
          drop(id);
          onUploaded(file.name, answer);
        },
        onError: (status, body) => fail(id, status, body),
      },
    ).catch(() => null);
    if (!files.has(id)) return;
    if (!transfer) return pause(id, { code: 'network.unreachable', detail: {} });
    transfers.set(id, transfer);
    change(id, { state: 'uploading', problem: null });
    transfer.start();
  }

  function progress(id: string, percent: number): void {
    const { attempts = 0 } = timers.get(id) ?? {};
    if (attempts > 0 && percent > (find(id)?.percent ?? 0)) timers.delete(id);
    change(id, { percent });
  }

  function fail(id: string, status: number | null, body: string): void {
    const problem = problemOf(status, body);
    if (passes(status, body)) pause(id, problem);
    else if (status === 401) change(id, { state: 'failed', problem });
    else refuse(id, problem);
  }

  function pause(id: string, problem: UploadProblem): void {
    if (!files.has(id)) return;
    const attempts = timers.get(id)?.attempts ?? 0;
    clearTimeout(timers.get(id)?.timer);
    timers.set(id, {
      attempts: attempts + 1,
      timer: setTimeout(() => retry(id), TRY_AGAIN_MS[attempts] ?? TRY_AGAIN_MS.at(-1)),
    });
    change(id, { state: 'paused', problem });
  }

  function refuse(id: string, problem: UploadProblem): void {
    transfers.delete(id);
    change(id, { state: 'refused', problem });
  }

  /** Goes on with a file where it stopped. */
  function retry(id: string): void {
    const state = find(id)?.state;
    if (state !== 'paused' && state !== 'failed') return;
    clearTimeout(timers.get(id)?.timer);
    const transfer = transfers.get(id);
    if (!transfer) return void begin(id);
    change(id, { state: 'uploading', problem: null });
    transfer.start();
  }

  async function remove(id: string): Promise<void> {
    const transfer = transfers.get(id);
    drop(id);
    await transfer?.abort().catch(() => undefined);
  }

  function change(id: string, part: Partial<UploadItem>): void {
    items.value = items.value.map((item) => (item.id === id ? { ...item, ...part } : item));
  }
  function drop(id: string): void {
    clearTimeout(timers.get(id)?.timer);
    for (const map of [files, transfers, timers]) map.delete(id);
    items.value = items.value.filter((item) => item.id !== id);
  }

  const isBusy = computed(() =>
    items.value.some(({ state }) => state === 'uploading' || state === 'waiting' || state === 'paused'),
  );
  const goOn = (): void => items.value.filter(({ state }) => state === 'paused').forEach(({ id }) => retry(id));
  const warn = (event: BeforeUnloadEvent): void => {
    if (isBusy.value) event.preventDefault();
  };
  addEventListener('online', goOn);
  addEventListener('beforeunload', warn);
  onScopeDispose(() => {
    removeEventListener('online', goOn);
    removeEventListener('beforeunload', warn);
    for (const { timer } of timers.values()) clearTimeout(timer);
  });

  return { purpose, items, isBusy, add, send, retry, remove };
}
export type Uploads = ReturnType<typeof useUploads>;

function kindOfName(name: string): FileKind | null {
  const ending = name.split('.').pop()?.toLowerCase() ?? '';
  const kind = ending === 'jpeg' ? 'jpg' : ending;
  return kind in FILE_KINDS ? (kind as FileKind) : null;
}

/** What the answer says of the failure; no answer means that the network failed. */
function problemOf(status: number | null, body: string): UploadProblem {
  if (!status) return { code: 'network.unreachable', detail: {} };
  const { code, detail } = problemFrom(parsed(body), status);
  return { code, detail };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
