import { hasPendingCommand } from '#persistence/commands/commands.repository.ts';
import { noteBuild, readState } from '#persistence/matters/matters.repository.ts';
import type { StepFacts } from '#persistence/matters/step.repository.ts';
import { forkOf } from '../dependencies.ts';
import type { DecisionContext, Outcome, Refused, StepContext } from './handler.ts';
import type { BoundaryResult, DecisionInput, DecisionResult, MatterActivities, StepResult } from './matter.contract.ts';
import { inStep, type Ended, type Kernel } from './step.ts';
import type { Decision } from '#domain/process/tasks.ts';

/** How long a boundary waits for a decision that is on its way; the relay delivers it within seconds of the engine's return. */
const POSTPONED_MS = 5_000;

/** The steps of every kind of matter; what a kind does of its own is in its handlers. */
export const matterActivities = (kernel: Kernel): MatterActivities => ({
  async startMatter(input) {
    const key = `start:${input.matterId}:${input.gen}`;
    return resultOf(await inStep(kernel, input, { key }, (context) => handlersFor(kernel, context).started(context)));
  },

  async decideTask(input) {
    const step = { key: `command:${input.commandId}`, commandId: input.commandId, taskId: input.taskId };
    const ended = await inStep(kernel, input, step, (context, facts) => decide(kernel, context, facts, input));
    return decisionResultOf(ended);
  },

  async crossBoundary({ item, ...input }): Promise<BoundaryResult> {
    const key = `boundary:${input.matterId}:${input.gen}:${input.seq}`;
    const ended = await inStep(kernel, input, { key, crossed: item }, async (context) => {
      const closes = input.transition.closes;
      // What was accepted in time counts, however late the engine hears of it: the boundary that would pass over it waits.
      // The date of a boundary is the first instant that is too late.
      const acceptedBefore = new Date(item.since ?? item.at);
      if (closes.length && (await hasPendingCommand(context.em, input.matterId, closes, acceptedBefore)))
        return { postponedUntil: input.at + POSTPONED_MS };
      return (await handlersFor(kernel, context).boundaries[item.boundary.kind]?.(context, item)) ?? {};
    });
    return ended.kind === 'postponed' ? { postponedUntil: ended.until } : resultOf(ended);
  },

  async settleFact({ fact, ...input }) {
    const key = `fact:${input.matterId}:${fact.factId}`;
    return resultOf(
      await inStep(
        kernel,
        input,
        { key },
        async (context) => (await handlersFor(kernel, context).facts[fact.kind]?.(context, fact)) ?? {},
      ),
    );
  },

  noteBuild: (input) => noteBuild(forkOf(kernel.deps), input),

  readState: (input) => readState(forkOf(kernel.deps), input),
});

const handlersFor = (kernel: Kernel, { matter }: StepContext) => kernel.handlersOf(matter.kind);

function resultOf(ended: Ended): StepResult {
  if (ended.kind === 'done') return ended.result;
  if (ended.kind === 'repeated') return ended.reply as StepResult;
  throw new Error(`a step that nobody decides cannot end ${ended.kind}`);
}

function decisionResultOf(ended: Ended): DecisionResult {
  switch (ended.kind) {
    case 'done':
      return ended.decided!;
    case 'repeated':
      return ended.reply as DecisionResult;
    case 'refused':
      return { reply: ended.reply };
    case 'postponed':
      throw new Error('a decision is never postponed');
  }
}

/** Authority is read again here, under the lock: nobody decides on their own item, or what they are barred from. */
async function decide(
  kernel: Kernel,
  context: StepContext,
  { decision }: StepFacts,
  input: DecisionInput,
): Promise<Outcome | Refused> {
  if (!decision) throw new Error(`command ${input.commandId} or task ${input.taskId} is not there`);
  const { command, task } = decision;
  const handlers = handlersFor(kernel, context);
  const isBySender = handlers.bySender?.includes(input.decision) ?? false;
  const refusal = isBySender ? refusalOfSender(decision) : refusalOf(decision);
  if (refusal) return refusal;
  if (task.slot !== input.slot) return { refusal: 'process.stepNotOpen' };
  const handler = handlers.decisions[input.decision];
  if (!handler) throw new Error(`no handler for the decision ${input.decision} of ${context.matter.kind}`);
  return handler({
    ...context,
    task,
    command,
    // The ledger holds what the contract of the API let in for this very decision.
    args: command.arguments as DecisionContext<unknown, Decision>['args'],
    capacity: decision.capacity ?? { kind: 'self' },
    acceptedAt: command.acceptedAt,
    isLate: command.acceptedAt > task.dueAt,
  });
}

type Deciding = NonNullable<StepFacts['decision']>;

/** Why a task cannot be decided by the person who sent a command. */
function refusalOf({ task, command, capacity }: Deciding): Refused | null {
  const decided = refusalOfClosed(task);
  if (decided) return decided;
  if (!capacity) return { refusal: 'access.notAuthorised' };
  if (task.employeeId === command.actorId && !task.isOwnTask) return { refusal: 'access.ownItem' };
  return task.barredIds.includes(command.actorId) ? { refusal: 'process.secondPerson' } : null;
}

/** Whoever sent a task may take it back while it is open. */
function refusalOfSender({ task, command }: Deciding): Refused | null {
  return refusalOfClosed(task) ?? (task.senderId === command.actorId ? null : { refusal: 'access.notAuthorised' });
}

const refusalOfClosed = ({ state, decidedById, closedAt, openedAt }: Deciding['task']): Refused | null =>
  state === 'open'
    ? null
    : { refusal: 'process.taskDecided', detail: { byId: decidedById ?? '', at: (closedAt ?? openedAt).toISOString() } };
