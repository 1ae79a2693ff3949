import { useQueryClient } from '@tanstack/vue-query';
import { ref, watch, type Ref } from 'vue';
import { useRouter, type RouteLocationRaw } from 'vue-router';
import type { FormError } from '../../ui/ErrorSummary.vue';
import { useAction } from '../../ui/form/use-action.ts';
import { notify } from '../../ui/notify.ts';

/** What handing in or discarding a draft needs: what stands against it, the two calls, and where one goes afterwards. */
export type HandInPlan = {
  draft: { state: Readonly<Ref<string>>; flush: () => Promise<unknown>; finish: () => void };
  errors: Readonly<Ref<readonly FormError[]>>;
  submit: () => Promise<unknown>;
  /** Said once it is handed in. */
  submitted: string;
  discard: () => Promise<unknown>;
  /** The first part of the keys of all that is read about such drafts. */
  topic: string;
  afterSubmit?: RouteLocationRaw;
  afterDiscard: RouteLocationRaw;
};

/** A draft is checked as it lies on the server, then handed in for others to decide; or it is discarded. */
export function useHandIn({
  draft,
  errors,
  submit: send,
  submitted,
  discard: drop,
  topic,
  afterSubmit,
  afterDiscard,
}: HandInPlan) {
  const queries = useQueryClient();
  const router = useRouter();
  const summary = ref<FormError[]>([]);
  const wasChecked = ref(false);
  const { isBusy, run } = useAction();
  // What is mended leaves the list, within the list: a new one would take the focus from whoever is mending.
  watch(errors, (left) => {
    const open = summary.value.filter(
      ({ fieldId, text }) => fieldId === undefined || left.some((one) => one.fieldId === fieldId && one.text === text),
    );
    summary.value.splice(0, summary.value.length, ...open);
  });

  async function check(): Promise<boolean> {
    wasChecked.value = true;
    await draft.flush();
    summary.value = [...errors.value];
    return summary.value.length === 0 && draft.state.value === 'clean';
  }

  /** Nothing of the draft is left to send once an act has succeeded. */
  const act = (call: () => Promise<unknown>, next: RouteLocationRaw | undefined, failed?: (text: string) => void) =>
    run(
      true,
      async () => {
        await call();
        draft.finish();
        await queries.invalidateQueries({ queryKey: [topic] });
        if (next) await router.push(next);
      },
      failed,
    );

  async function submit(): Promise<void> {
    if (isBusy.value || !(await check())) return;
    if (await act(send, afterSubmit, (text) => (summary.value = [{ text }]))) notify(submitted);
  }
  async function discard(): Promise<void> {
    await act(drop, afterDiscard);
  }

  return { summary, wasChecked, isBusy, check, submit, discard };
}

export type HandIn = ReturnType<typeof useHandIn>;
