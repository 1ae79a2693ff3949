import { screen } from '@testing-library/vue';
import { describe, expect, it, vi } from 'vitest';
import { computed, defineComponent, h, nextTick, ref } from 'vue';
import ErrorSummary, { type FormError } from '../../ui/ErrorSummary.vue';
import { noNetwork, show } from '../../testing/app.ts';
import { useHandIn, type HandIn } from './use-hand-in.ts';

const problems = ref<FormError[]>([]);

/** A page with a draft; what it does on the server is given. */
async function openDraft(submit: () => Promise<unknown>) {
  const finish = vi.fn<() => void>();
  let handIn!: HandIn;
  const Page = defineComponent({
    setup() {
      handIn = useHandIn({
        draft: { state: ref('clean'), flush: () => Promise.resolve(), finish },
        errors: computed(() => problems.value),
        topic: 'rules',
        submit,
        submitted: 'Diajukan',
        afterSubmit: '/after',
        discard: () => Promise.resolve(),
        afterDiscard: '/list',
      });
      return () => h(ErrorSummary, { errors: handIn.summary.value });
    },
  });
  const { router } = await show(Page);
  return { handIn, router, finish };
}

describe('handing in a draft', () => {
  it('lists what stands against it; what is mended leaves the list and the focus stays where one is typing', async () => {
    problems.value = [
      { fieldId: 'a', text: 'Isi judul.' },
      { fieldId: 'b', text: 'Isi nomor.' },
    ];
    const submit = vi.fn<() => Promise<unknown>>();
    const { handIn } = await openDraft(submit);
    await handIn.submit();
    expect(await screen.findByText('Isi judul.')).toBeTruthy();
    expect(submit).not.toHaveBeenCalled();
    await nextTick();
    (document.activeElement as HTMLElement).blur();
    problems.value = [{ fieldId: 'b', text: 'Isi nomor.' }];
    await nextTick();
    await nextTick();
    expect(screen.queryByText('Isi judul.')).toBeNull();
    expect(document.activeElement).toBe(document.body);
  });

  it('hands in once, leaves nothing to send and goes on', async () => {
    problems.value = [];
    const submit = vi.fn<() => Promise<unknown>>(() => Promise.resolve());
    const { handIn, router, finish } = await openDraft(submit);
    await Promise.all([handIn.submit(), handIn.submit()]);
    expect([submit.mock.calls.length, finish.mock.calls.length, router.currentRoute.value.path]).toEqual([
      1,
      1,
      '/after',
    ]);
  });

  it('says why it could not be handed in, and keeps the draft', async () => {
    problems.value = [];
    const { handIn, router, finish } = await openDraft(async () => noNetwork());
    await handIn.submit();
    expect(handIn.summary.value).toHaveLength(1);
    expect([finish.mock.calls.length, router.currentRoute.value.path]).toEqual([0, '/']);
  });
});
