import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import { api } from '../../api.ts';
import { toProblem, type ApiProblem } from '../../problem.ts';
import type { DraftContents, DraftKind } from '../../types.ts';
import { now } from '../../ui/now.ts';

/** `loading` · `clean` as on the server · `pending` typed, waits for a pause · `saving` · `unsent` will be tried again · `conflict` · `blocked` the server says no. */
export type DraftState = 'loading' | 'clean' | 'pending' | 'saving' | 'unsent' | 'conflict' | 'blocked';
export type OtherVersion<Content> = {
  version: number;
  content: Content;
  updatedAt: string | null;
  updatedBy: { name: string } | null;
};
type Copy<Content> = { version: number; content: Content };
export type DraftKey<Kind extends DraftKind = DraftKind> = { cycleId: string; kind: Kind; periodNo: number };

const PAUSE_MS = 1500;
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;

/** Where a draft lies: its place on this device, and how the server gives and takes it. */
export type DraftPlace<Content> = {
  stored: string;
  load: () => Promise<OtherVersion<Content>>;
  save: (version: number, content: Content) => Promise<{ version: number; updatedAt: string }>;
};

/** The draft of a step of a cycle. */
export const useDraft = <Kind extends DraftKind>(key: DraftKey<Kind>, ownerId: string) =>
  useDraftAt<DraftContents[Kind]>({
    stored: `e-kinerja/draft/${ownerId}/${key.cycleId}/${key.kind}/${key.periodNo}`,
    load: async () => (await api.cycles.draft(key)) as OtherVersion<DraftContents[Kind]>,
    save: (version, content) => api.cycles.saveDraft({ ...key, version, content }),
  });

/**
 * A draft that is never lost: each change goes to the device's storage at once and to the server after a pause in typing.
 * A version that was saved elsewhere in between is shown beside the own one, and the person chooses.
 */
export function useDraftAt<Content extends object>({ stored, load: read, save: write }: DraftPlace<Content>) {
  const content = ref(null) as Ref<Content | null>;
  const state = ref<DraftState>('loading');
  const savedAt = ref<string | null>(null);
  const problem = shallowRef<ApiProblem | null>(null);
  const loadError = shallowRef<ApiProblem | null>(null);
  const other = shallowRef<OtherVersion<Content> | null>(null);
  const wasRestored = ref(false);
  let version = 0;
  let known = '';
  let running: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let isDisposed = false;

  async function load(): Promise<void> {
    loadError.value = null;
    try {
      const draft = await read();
      version = draft.version;
      savedAt.value = draft.updatedAt;
      meet(draft, readCopy());
    } catch (error) {
      loadError.value = toProblem(error);
    }
  }

  /** The server's version meets what this device still has to send. */
  function meet(draft: OtherVersion<Content>, copy: Copy<Content> | null): void {
    known = JSON.stringify(draft.content);
    if (!copy || JSON.stringify(copy.content) === known) {
      content.value = draft.content;
      state.value = 'clean';
      dropCopy();
      return;
    }
    content.value = copy.content;
    wasRestored.value = true;
    if (copy.version === draft.version) schedule(0);
    else {
      other.value = draft;
      state.value = 'conflict';
    }
  }

  watch(
    content,
    (value) => {
      if (value === null || state.value === 'loading') return;
      const text = JSON.stringify(value);
      if (text === known) return;
      writeCopy({ version, content: value });
      if (state.value !== 'conflict') schedule(PAUSE_MS);
    },
    { deep: true },
  );

  function schedule(ms: number): void {
    clearTimeout(timer);
    if (state.value !== 'unsent') state.value = 'pending';
    timer = setTimeout(() => void save(), ms);
  }

  /** Sends what is there now; when more was typed meanwhile, that too. */
  async function save(): Promise<void> {
    clearTimeout(timer);
    if (running) {
      await running;
      if (isDirty() && state.value === 'pending') await save();
      return;
    }
    if (content.value === null || !isDirty() || state.value === 'conflict') return;
    running = send(content.value).finally(() => (running = null));
    await running;
  }

  async function send(value: Content): Promise<void> {
    const text = JSON.stringify(value);
    state.value = 'saving';
    try {
      const answer = await write(version, JSON.parse(text) as Content);
      version = answer.version;
      savedAt.value = answer.updatedAt;
      known = text;
      problem.value = null;
      retryMs = FIRST_RETRY_MS;
      if (isDirty()) schedule(PAUSE_MS);
      else {
        state.value = 'clean';
        dropCopy();
      }
    } catch (error) {
      failed(toProblem(error));
    }
  }

  function failed(given: ApiProblem): void {
    problem.value = given;
    if (given.code === 'draft.conflict') {
      other.value = (given.detail.current as OtherVersion<Content> | undefined) ?? null;
      state.value = 'conflict';
      if (!other.value) void fetchOther();
      return;
    }
    if (given.status >= 500 || given.status === 401 || given.status === 429) {
      state.value = 'unsent';
      if (isDisposed) return;
      timer = setTimeout(() => void save(), retryMs);
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
      return;
    }
    state.value = 'blocked';
  }

  async function fetchOther(): Promise<void> {
    other.value = await read().catch(() => null);
  }

  /** Ends a conflict: the own version is saved over the other, or the other one is taken. */
  async function resolve(choice: 'mine' | 'theirs'): Promise<void> {
    const theirs = other.value;
    if (!theirs) return;
    version = theirs.version;
    known = JSON.stringify(theirs.content);
    savedAt.value = theirs.updatedAt;
    other.value = null;
    problem.value = null;
    state.value = 'clean';
    if (choice === 'theirs') {
      content.value = theirs.content;
      dropCopy();
    } else {
      state.value = 'pending';
      await save();
    }
  }

  /** Saves at once; true when the server has all of it. */
  async function flush(): Promise<boolean> {
    await save();
    return state.value === 'clean';
  }

  const isDirty = (): boolean => content.value !== null && JSON.stringify(content.value) !== known;
  /** After the content was handed in: nothing is left to send. */
  function finish(): void {
    clearTimeout(timer);
    known = JSON.stringify(content.value);
    state.value = 'clean';
    dropCopy();
  }

  const warn = (event: BeforeUnloadEvent): void => {
    if (isDirty()) event.preventDefault();
  };
  const again = (): void => void (state.value === 'unsent' && save());
  addEventListener('beforeunload', warn);
  addEventListener('online', again);
  onScopeDispose(() => {
    isDisposed = true;
    removeEventListener('beforeunload', warn);
    removeEventListener('online', again);
    clearTimeout(timer);
    if (isDirty()) void save();
  });

  function readCopy(): Copy<Content> | null {
    try {
      const text = localStorage.getItem(stored);
      return text ? (JSON.parse(text) as Copy<Content>) : null;
    } catch {
      return null;
    }
  }
  function writeCopy(copy: Copy<Content>): void {
    try {
      localStorage.setItem(stored, JSON.stringify(copy));
    } catch {
      // A full or closed storage costs the second net only; the server still gets the draft.
    }
  }
  function dropCopy(): void {
    try {
      localStorage.removeItem(stored);
    } catch {
      // As above.
    }
  }

  void load();
  return {
    content,
    state: computed(() => state.value),
    savedAt,
    problem,
    loadError,
    other,
    wasRestored,
    load,
    resolve,
    flush,
    finish,
    at: now,
  };
}

export type Draft<Content extends object> = ReturnType<typeof useDraftAt<Content>>;
