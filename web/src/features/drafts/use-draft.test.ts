import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, type EffectScope } from 'vue';
import { fakeApi, noNetwork, problem, type Answer } from '../../testing/app.ts';
import { id } from '../../testing/sample.ts';
import { useDraft } from './use-draft.ts';

type Sent = { version: number; content: { text: string } };
const KEY = { cycleId: id(10), kind: 'selfAssessment' as const, periodNo: 0 };
const STORED = `e-kinerja/draft/${id(3)}/${id(10)}/selfAssessment/0`;
let scope: EffectScope;

beforeEach(() => {
  setActivePinia(createPinia());
  localStorage.clear();
  vi.useFakeTimers();
  scope = effectScope();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

async function open(save: (body: Sent) => Answer, on = { version: 1, content: { text: 'awal' } }) {
  const saved: Sent[] = [];
  fakeApi({
    'GET /api/cycles/:id/drafts/:kind/:no': () => ({
      body: { ...on, updatedAt: '2026-11-24T05:00:00.000Z', updatedBy: { id: id(3), name: 'Budi' } },
    }),
    'PUT /api/cycles/:id/drafts/:kind/:no': ({ body }) => (saved.push(body as Sent), save(body as Sent)),
  });
  const draft = scope.run(() => useDraft(KEY, id(3)))!;
  await vi.waitFor(() => expect(draft.content.value).not.toBeNull());
  return { draft, saved };
}
const type = async (draft: Awaited<ReturnType<typeof open>>['draft'], text: string): Promise<void> => {
  draft.content.value!.text = text;
  await nextTick();
};
const accept = ({ version }: { version: number }): Answer => ({
  body: { version: version + 1, updatedAt: '2026-11-24T05:03:00.000Z' },
});

describe('a draft', () => {
  it('is kept on the device at once and sent after a pause', async () => {
    const { draft, saved } = await open(accept);
    await type(draft, 'awal dan');
    expect(JSON.parse(localStorage.getItem(STORED)!)).toEqual({ version: 1, content: { text: 'awal dan' } });
    await vi.advanceTimersByTimeAsync(1000);
    await type(draft, 'awal dan akhir');
    expect(saved).toEqual([]);
    await vi.advanceTimersByTimeAsync(1600);
    expect(saved).toEqual([{ version: 1, content: { text: 'awal dan akhir' } }]);
    expect([draft.state.value, draft.savedAt.value]).toEqual(['clean', '2026-11-24T05:03:00.000Z']);
    expect(localStorage.getItem(STORED)).toBeNull();
  });

  it('is sent again by itself when the network was away', async () => {
    let isUp = false;
    const { draft, saved } = await open((body) => (isUp ? accept(body) : noNetwork()));
    await type(draft, 'tanpa jaringan');
    await vi.advanceTimersByTimeAsync(1600);
    expect(draft.state.value).toBe('unsent');
    isUp = true;
    await vi.advanceTimersByTimeAsync(5100);
    expect(draft.state.value).toBe('clean');
    expect(saved.at(-1)).toEqual({ version: 1, content: { text: 'tanpa jaringan' } });
  });

  it('comes back from the device after the page was closed too early', async () => {
    localStorage.setItem(STORED, JSON.stringify({ version: 1, content: { text: 'dari perangkat' } }));
    const { draft, saved } = await open(accept);
    expect(draft.content.value).toEqual({ text: 'dari perangkat' });
    expect(draft.wasRestored.value).toBe(true);
    await vi.advanceTimersByTimeAsync(1600);
    expect(saved).toHaveLength(1);
  });

  it('shows both versions when somebody saved in between; the own one can win', async () => {
    const current = {
      version: 5,
      content: { text: 'dari tab lain' },
      updatedAt: '2026-11-24T05:02:00.000Z',
      updatedBy: { id: id(3), name: 'Budi' },
    };
    const { draft, saved } = await open((body) =>
      body.version === 5 ? accept(body) : problem(409, 'draft.conflict', { current }),
    );
    await type(draft, 'milik saya');
    await vi.advanceTimersByTimeAsync(1600);
    expect(draft.state.value).toBe('conflict');
    expect(draft.other.value).toMatchObject({ version: 5, content: { text: 'dari tab lain' } });
    await draft.resolve('mine');
    expect(saved.at(-1)).toEqual({ version: 5, content: { text: 'milik saya' } });
    expect(draft.state.value).toBe('clean');
  });

  it('or the other one is taken', async () => {
    const current = { version: 5, content: { text: 'dari tab lain' }, updatedAt: null, updatedBy: null };
    const { draft, saved } = await open(() => problem(409, 'draft.conflict', { current }));
    await type(draft, 'milik saya');
    await vi.advanceTimersByTimeAsync(1600);
    await draft.resolve('theirs');
    await vi.advanceTimersByTimeAsync(3000);
    expect(draft.content.value).toEqual({ text: 'dari tab lain' });
    expect([draft.state.value, saved.length, localStorage.getItem(STORED)]).toEqual(['clean', 1, null]);
  });

  it('leaves nothing behind once it was handed in', async () => {
    const { draft, saved } = await open(noNetwork);
    await type(draft, 'selesai');
    draft.finish();
    await vi.advanceTimersByTimeAsync(20_000);
    expect([saved.length, localStorage.getItem(STORED)]).toEqual([0, null]);
  });
});
