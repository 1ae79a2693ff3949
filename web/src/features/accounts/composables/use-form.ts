import { computed, ref, shallowRef } from 'vue';
import { toProblem, type ApiProblem } from '../../../problem.ts';
import type { FormError } from '../../../ui/ErrorSummary.vue';
import { useProblemText } from '../../../ui/problem-text.ts';

/**
 * The state of a small form: what is wrong, whether it is under way, one submission at a time.
 *
 * @param check what is missing before anything is sent
 * @param send the call; when it fails, the error stands at the field that `fieldOf` names for its code
 */
export function useForm(
  check: () => FormError[],
  send: () => Promise<void>,
  fieldOf: (code: string) => string | undefined = () => undefined,
) {
  const { of } = useProblemText();
  const errors = ref<FormError[]>([]);
  const problem = shallowRef<ApiProblem | null>(null);
  const isBusy = ref(false);
  const errorAt = (fieldId: string): string | null =>
    errors.value.find((error) => error.fieldId === fieldId)?.text ?? null;

  async function submit(): Promise<void> {
    if (isBusy.value) return;
    problem.value = null;
    errors.value = check();
    if (errors.value.length > 0) return;
    isBusy.value = true;
    try {
      await send();
    } catch (error) {
      problem.value = toProblem(error);
      errors.value = [{ fieldId: fieldOf(problem.value.code), text: of(error) }];
    } finally {
      isBusy.value = false;
    }
  }
  return { errors, problem, code: computed(() => problem.value?.code ?? null), isBusy, errorAt, submit };
}
