import { computed, ref, shallowRef } from 'vue';
import { toProblem, type ApiProblem } from '../../problem.ts';
import type { FormError } from '../ErrorSummary.vue';
import { useProblemText } from '../problem-text.ts';
import { errorOf } from './checks.ts';

/** Where and how a problem is said: at which field (none: above the form), in which words (none: those of its code). */
type Said = {
  fieldOf?: (code: string, problem: ApiProblem) => string | undefined;
  wordsOf?: (problem: ApiProblem) => string;
};

/**
 * The state of a form: what is wrong, whether it is under way, one submission at a time.
 *
 * @param check what is missing before anything is sent
 * @param send the call; when it fails, the form says why
 */
export function useForm(check: () => FormError[], send: () => Promise<void>, { fieldOf, wordsOf }: Said = {}) {
  const { of } = useProblemText();
  const errors = ref<FormError[]>([]);
  const problem = shallowRef<ApiProblem | null>(null);
  const isBusy = ref(false);
  const errorAt = (fieldId: string): string | null => errorOf(errors.value, fieldId);

  async function submit(): Promise<void> {
    if (isBusy.value) return;
    problem.value = null;
    errors.value = check();
    if (errors.value.length > 0) return;
    isBusy.value = true;
    try {
      await send();
    } catch (error) {
      fail(toProblem(error));
    } finally {
      isBusy.value = false;
    }
  }
  /** Says a problem that came another way than through `send`. */
  function fail(given: ApiProblem): void {
    problem.value = given;
    errors.value = [{ fieldId: fieldOf?.(given.code, given), text: wordsOf?.(given) ?? of(given) }];
  }
  return { errors, problem, code: computed(() => problem.value?.code ?? null), isBusy, errorAt, submit, fail };
}
