import { onScopeDispose, ref, shallowRef } from 'vue';
import type { TrainingReceipt } from '#contracts/training.schemas.ts';
import { api } from '../../../api.ts';
import { newCommandId } from '../../../command-id.ts';
import { ApiProblem, toProblem } from '../../../problem.ts';

const FIRST_POLL_MS = 2000;
const LONGEST_POLL_MS = 15_000;

/**
 * An organiser's decision: it is sent with an id of its own, so that sending again is harmless. `accepted` means stored for good but not
 * carried out yet; the receipt is asked for until it is.
 */
export function useCommand(onApplied: () => void) {
  const state = ref<'editing' | 'sending' | 'accepted' | 'applied'>('editing');
  const problem = shallowRef<ApiProblem | null>(null);
  let commandId = newCommandId();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  async function send(deliver: (id: string) => Promise<{ status: number; body: TrainingReceipt }>): Promise<void> {
    if (state.value === 'sending') return;
    state.value = 'sending';
    problem.value = null;
    try {
      take((await deliver(commandId)).body);
    } catch (error) {
      problem.value = toProblem(error);
      // Without an answer the same id is sent again; a refusal asks for a new one.
      if (problem.value.status < 500) commandId = newCommandId();
      state.value = 'editing';
    }
  }

  function take(receipt: TrainingReceipt): void {
    if (receipt.state === 'accepted') {
      state.value = 'accepted';
      poll(FIRST_POLL_MS);
    } else if (receipt.outcome?.kind === 'refused') {
      problem.value = new ApiProblem(receipt.outcome.code ?? 'server.error', {
        status: 409,
        message: '',
        data: { detail: receipt.outcome.detail ?? {} },
      });
      commandId = newCommandId();
      state.value = 'editing';
    } else {
      state.value = 'applied';
      onApplied();
    }
  }

  function poll(wait: number): void {
    timer = setTimeout(async () => {
      try {
        take(await api.training.receipt({ commandId }));
      } catch {
        poll(Math.min(LONGEST_POLL_MS, wait * 1.5));
      }
    }, wait);
  }

  return { state, problem, send };
}
