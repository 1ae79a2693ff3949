import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { newCommandId } from '../../command-id.ts';
import { ApiProblem, toProblem } from '../../problem.ts';

/**
 * `editing` the form is open · `sending` under way · `unsent` no answer came, it may or may not have arrived ·
 * `accepted` stored for good, not yet carried out · `applied` carried out.
 */
export type CommandState = 'editing' | 'sending' | 'unsent' | 'accepted' | 'applied';

/** What every receipt has in common. */
export type AnyReceipt = {
  state: 'accepted' | 'answered';
  outcome: {
    kind: 'applied' | 'refused';
    code?: string | undefined;
    detail?: Record<string, unknown> | undefined;
  } | null;
};
type Deliver<Receipt> = (commandId: string) => Promise<{ body: Receipt }>;
type Plan<Receipt> = {
  /** Asks for the receipt of a command that was stored but not carried out yet. */
  receiptOf: (commandId: string) => Promise<Receipt>;
  /** Called with each new state that others may see: something that was read before is no longer true. */
  heard: (state: 'accepted' | 'applied' | 'refused') => void;
};

const FIRST_POLL_MS = 2000;
const LONGEST_POLL_MS = 10_000;

/**
 * One command, from the open form to the receipt. Its id is made with the form, so that sending it again is harmless; a refused one is
 * followed by another command with an id of its own. `problem` says why the last try was refused.
 */
export function useCommand<Receipt extends AnyReceipt>({ receiptOf, heard }: Plan<Receipt>) {
  const state = ref<CommandState>('editing');
  const problem = shallowRef<ApiProblem | null>(null);
  const receipt = shallowRef<Receipt | null>(null);
  let commandId = newCommandId();
  let last: Deliver<Receipt> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isDisposed = false;
  onScopeDispose(() => {
    isDisposed = true;
    clearTimeout(timer);
  });

  async function send(deliver: Deliver<Receipt>): Promise<void> {
    if (state.value !== 'editing') return;
    last = deliver;
    await hand(deliver);
  }

  /** The same command under the same id, after no answer came. */
  async function sendAgain(): Promise<void> {
    if (state.value === 'unsent' && last) await hand(last);
  }

  async function hand(deliver: Deliver<Receipt>): Promise<void> {
    state.value = 'sending';
    problem.value = null;
    try {
      take((await deliver(commandId)).body);
    } catch (error) {
      fail(toProblem(error));
    }
  }

  /** Back to the form. What was sent may still count; a task can be decided once only. */
  function change(): void {
    commandId = newCommandId();
    problem.value = null;
    state.value = 'editing';
  }

  function take(answer: Receipt): void {
    receipt.value = answer;
    const { outcome } = answer;
    if (answer.state === 'accepted') {
      state.value = 'accepted';
      heard('accepted');
      poll(FIRST_POLL_MS);
    } else if (outcome?.kind === 'refused') {
      const data = { detail: outcome.detail ?? {} };
      refuse(new ApiProblem(outcome.code ?? 'server.error', { status: 409, message: '', data }));
    } else {
      state.value = 'applied';
      heard('applied');
    }
  }

  function fail(given: ApiProblem): void {
    if (given.status < 500) return refuse(given);
    problem.value = given;
    state.value = 'unsent';
  }

  function refuse(given: ApiProblem): void {
    commandId = newCommandId();
    problem.value = given;
    state.value = 'editing';
    heard('refused');
  }

  function poll(wait: number): void {
    if (isDisposed) return;
    timer = setTimeout(async () => {
      try {
        const answer = await receiptOf(commandId);
        if (answer.state === 'answered') return take(answer);
      } catch {
        // The receipt is stored; its answer is asked for again.
      }
      poll(Math.min(LONGEST_POLL_MS, wait * 1.5));
    }, wait);
  }

  /** Whether it is under way or stored: the form takes no second one. */
  const isBusy = computed(() => state.value === 'sending' || state.value === 'accepted');
  /** Whether it is stored for good, carried out or not. */
  const isDone = computed(() => state.value === 'accepted' || state.value === 'applied');
  return { state, problem, receipt, isBusy, isDone, send, sendAgain, change };
}

export type CommandFlow = Pick<ReturnType<typeof useCommand>, 'sendAgain' | 'change'>;
