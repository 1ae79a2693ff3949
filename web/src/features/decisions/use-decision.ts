import { useQueryClient } from '@tanstack/vue-query';
import { computed } from 'vue';
import type { DecisionArguments, Receipt } from '#contracts/decisions.contract.ts';
import { api } from '../../api.ts';
import type { ApiProblem } from '../../problem.ts';
import { useCommand, type CommandState } from './use-command.ts';

/** The states of a command and `taken`: somebody else decided first. */
export type DecisionState = CommandState | 'taken';
export type Taken = { by: string | null; at: string | null; decision: string | null };

const TAKEN_CODES = new Set(['process.taskDecided', 'process.stepNotOpen', 'process.finished']);
/** The first parts of the keys of what a decision changes. */
const TOPICS = ['inbox', 'cycle', 'cycles', 'team', 'procedures'];

/** One decision on one task, from the open form to the receipt. */
export function useDecision(taskId: string) {
  const queries = useQueryClient();
  const command = useCommand<Receipt>({
    receiptOf: (commandId) => api.decisions.receipt({ commandId }),
    heard: (what) => {
      if (what === 'refused' && !taken.value) return;
      for (const topic of TOPICS) void queries.invalidateQueries({ queryKey: [topic] });
    },
  });
  const taken = computed(() => takenOf(command.problem.value));
  const state = computed<DecisionState>(() => (taken.value ? 'taken' : command.state.value));
  const send = (given: DecisionArguments): Promise<void> =>
    command.send((commandId) => api.decisions.decide({ taskId, commandId, arguments: given }));

  return { ...command, state, taken, send };
}

export type DecisionFlow = ReturnType<typeof useDecision>;

function takenOf(problem: ApiProblem | null): Taken | null {
  if (problem?.status !== 409 || !TAKEN_CODES.has(problem.code)) return null;
  const { by, at, decision } = problem.detail;
  return { by: textOf(by), at: textOf(at), decision: textOf(decision) };
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string')
    return value.name;
  return null;
}
