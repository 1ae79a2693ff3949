import { computed, shallowRef } from 'vue';
import { notify } from '../notify.ts';
import { useProblemText } from '../problem-text.ts';

/**
 * What a button does without a form: one act at a time; when it fails, a notice says why.
 * Where several buttons share the state, `busyWith` tells which of them is at work.
 */
export function useAction<What = true>() {
  const { of } = useProblemText();
  const busyWith = shallowRef<What | null>(null);

  /** Whether `work` succeeded; false too when another act was under way. */
  async function run(
    what: What,
    work: () => Promise<unknown>,
    failed: (text: string) => void = (text) => notify(text, 'bad'),
  ): Promise<boolean> {
    if (busyWith.value !== null) return false;
    busyWith.value = what;
    try {
      await work();
      return true;
    } catch (error) {
      failed(of(error));
      return false;
    } finally {
      busyWith.value = null;
    }
  }
  return { busyWith, isBusy: computed(() => busyWith.value !== null), run };
}
