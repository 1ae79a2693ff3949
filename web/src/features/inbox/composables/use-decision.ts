import { useQueryClient } from '@tanstack/vue-query';
import { onScopeDispose, ref, shallowRef } from 'vue';
import type { DecisionArguments, Receipt } from '#contracts/decisions.contract.ts';
import { api } from '../../../api.ts';
import { newCommandId } from '../../../command-id.ts';
import { toProblem, type ApiProblem } from '../../../problem.ts';

/**
 * `editing` the form is open · `sending` under way · `unsent` no answer came, it may or may not have arrived ·
 * `accepted` stored for good, not yet carried out · `applied` carried out · `taken` somebody else decided first.
 */
export type DecisionState = 'editing' | 'sending' | 'unsent' | 'accepted' | 'applied' | 'taken';
export type Taken = { by: string | null; at: string | null; decision: string | null };

const FIRST_POLL_MS = 2000;
const LONGEST_POLL_MS = 10_000;
const TAKEN_CODES = new Set(['process.taskDecided', 'process.stepNotOpen', 'process.finished']);

/** One decision on one task, from the open form to the receipt. The command's id is made with the form, so a repeat is harmless. */
export function useDecision(taskId: string) {
  const queries = useQueryClient();
  const state = ref<DecisionState>('editing');
  const problem = shallowRef<ApiProblem | null>(null);
  /** Code of the engine's refusal of the last try. */
  const refusal = shallowRef<{ code: string; detail: Record<string, unknown> } | null>(null);
  const receipt = shallowRef<Receipt | null>(null);
  const taken = shallowRef<Taken>({ by: null, at: null, decision: null });
  let commandId = newCommandId();
  let sent: DecisionArguments | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(timer));

  async function send(given: DecisionArguments): Promise<void> {
    if (state.value === 'sending' || state.value === 'accepted' || state.value === 'applied') return;
    sent = given;
    state.value = 'sending';
    problem.value = null;
    refusal.value = null;
    try {
      const { body } = await api.decisions.decide({ taskId, commandId, arguments: given as never });
      take(body);
    } catch (error) {
      fail(toProblem(error));
    }
  }

  /** The same decision under the same id, after no answer came. */
  const sendAgain = async (): Promise<void> => {
    if (sent) await send(sent);
  };

  /** Back to the form. What was sent may still count; the task can be decided once only. */
  function change(): void {
    commandId = newCommandId();
    problem.value = null;
    state.value = 'editing';
  }

  function take(answer: Receipt): void {
    receipt.value = answer;
    if (answer.state === 'accepted') {
      state.value = 'accepted';
      refresh();
      poll(FIRST_POLL_MS);
      return;
    }
    if (answer.outcome?.kind === 'refused') {
      refuse(answer.outcome.code, answer.outcome.detail ?? {});
      return;
    }
    state.value = 'applied';
    refresh();
  }

  function refuse(code: string, detail: Record<string, unknown>): void {
    commandId = newCommandId();
    if (TAKEN_CODES.has(code)) {
      setTaken(detail);
      return;
    }
    refusal.value = { code, detail };
    state.value = 'editing';
  }

  function fail(given: ApiProblem): void {
    if (given.status === 409 && TAKEN_CODES.has(given.code)) {
      setTaken(given.detail);
      return;
    }
    problem.value = given;
    if (given.status >= 500) {
      state.value = 'unsent';
      return;
    }
    commandId = newCommandId();
    state.value = 'editing';
  }

  function setTaken(detail: Record<string, unknown>): void {
    taken.value = { by: textOf(detail.by), at: textOf(detail.at), decision: textOf(detail.decision) };
    state.value = 'taken';
    refresh();
  }

  function poll(wait: number): void {
    timer = setTimeout(async () => {
      try {
        const answer = await api.decisions.receipt({ commandId });
        if (answer.state === 'answered') {
          take(answer);
          return;
        }
      } catch {
        // The receipt is stored; its answer is asked for again.
      }
      poll(Math.min(LONGEST_POLL_MS, wait * 1.5));
    }, wait);
  }

  function refresh(): void {
    for (const key of ['inbox', 'cycle', 'cycles', 'team', 'procedures'])
      void queries.invalidateQueries({ queryKey: [key] });
  }

  return { state, problem, refusal, receipt, taken, send, sendAgain, change };
}

export type DecisionFlow = ReturnType<typeof useDecision>;

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string')
    return value.name;
  return null;
}
