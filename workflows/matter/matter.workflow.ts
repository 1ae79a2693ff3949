import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Deciders } from '#domain/process/deciders.ts';
import { changesAnything, stepped, type AgendaItem, type Fact, type Trigger } from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';
import { createTurns } from '../turns.ts';
import { isFenced, steps } from './steps.ts';
import { decisionUpdate, factSignal, matterState, type CommandRef, type MatterInput } from './matter.messages.ts';

/**
 * The life of a matter of any kind. It waits for decisions (updates), for the calendar (its agenda: one timer at a time) and for facts
 * (signals). The kind's decider says what happens next; each step is one activity and one transaction, one after the other.
 */
export const matterWorkflow = (deciders: Deciders) =>
  async function matter(input: MatterInput): Promise<void> {
    const { matterId, kind, gen } = input;
    const decider = deciders[kind]!;
    const { inTurn, isBusy } = createTurns();
    const facts: Fact[] = [...(input.facts ?? [])];
    let { state } = input;
    let isRestDue = false;
    let isBeside = false;
    let isReplaced = false;

    // Messages
    for (const decision of decider.decisions)
      setHandler(decisionUpdate(decision), (command) => inTurn(() => decideTask(decision, command)), {
        validator: (command) => refuseEarly(decision, command),
      });
    setHandler(factSignal, (fact) => void (facts.some(({ factId }) => factId === fact.factId) || facts.push(fact)));
    setHandler(matterState, () => state);

    // The life
    await attempt(begin);
    while (!isOver()) {
      await somethingToDo();
      if (isBeside) await inTurn(rejoin);
      else if (facts.length) await attempt(() => settleFact(facts[0]!));
      else if (isDue(state.agenda[0])) await attempt(() => cross(state.agenda[0]!));
      if (!isOver() && !isBeside && facts.length === 0 && (isRestDue || workflowInfo().continueAsNewSuggested))
        await carryOn();
    }
    await condition(allHandlersFinished);

    /** Waits for the head of the agenda, a fact or the end. Decisions do not touch the timer unless they change the agenda. */
    async function somethingToDo(): Promise<void> {
      const head = state.agenda[0];
      const changed = (): boolean => isOver() || isBeside || facts.length > 0 || state.agenda[0]?.at !== head?.at;
      if (head) await condition(changed, Math.max(1, head.at - Date.now()));
      else await condition(changed);
    }

    async function begin(): Promise<void> {
      // Only the input may decide: an unversioned worker tells its own build while it replays what another one did.
      const build = workflowInfo().currentDeploymentVersion?.buildId ?? 'unversioned';
      if (!input.build) await steps.noteBuild({ matterId, gen, build });
      const transition = transitionFor({ kind: 'started' });
      if (transition && changesAnything(transition))
        await inStep(async () => done({ transition }, await steps.startMatter(stepFor(transition))));
    }

    /**
     * Refused without a trace in history: what comes after the end, and, to be delivered again, what comes while it is not known yet what is
     * waited for. People may have seen a step's result before this run did.
     */
    function refuseEarly(decision: string, { slot }: CommandRef): void {
      const isWaitedFor = decider.decide(state.process, { kind: 'decision', decision, slot }).ok;
      if (isOver() && !isReplaced) throw refusal(decision, 'process.finished');
      if (isReplaced || isBeside || (!isWaitedFor && isBusy())) throw refusal(decision, 'process.busy');
    }

    /**
     * Decisions on one task queue up: the first that is carried out answers it, the others are told so when their turn comes. A run whose history
     * was reset may not know yet that a task is open, so it looks at the row before it refuses; and it never ends an update with a failure that
     * a later run, or this one once it has rejoined its row, would answer otherwise: the engine would repeat the failure for ever.
     */
    async function decideTask(decision: string, command: CommandRef): Promise<Reply> {
      const reply = await tryToDecide(decision, command);
      if (reply) return reply;
      if (isOver() && !isReplaced) return { kind: 'refused', code: 'process.finished' };
      await rejoin();
      const second = isReplaced ? null : await tryToDecide(decision, command);
      if (isReplaced || isBeside) throw refusal(decision, 'process.busy');
      return second ?? { kind: 'refused', code: 'process.stepNotOpen' };
    }

    /** Null when the run, as it knows itself, does not wait for the decision or turns out to be beside its row. */
    async function tryToDecide(decision: string, { commandId, taskId, slot }: CommandRef): Promise<Reply | null> {
      const transition = transitionFor({ kind: 'decision', decision, slot });
      if (!transition) return null;
      try {
        const { reply, ...found } = await inStep(() =>
          steps.decideTask({ ...stepFor(transition), decision, commandId, taskId, slot }),
        );
        if (reply.kind === 'applied') done({ transition }, { ...found, seq: reply.seq });
        return reply;
      } catch (error) {
        if (!isBeside) throw error;
        return null;
      }
    }

    async function cross(item: AgendaItem): Promise<void> {
      isRestDue ||= item.isRestPoint ?? false;
      const transition = transitionFor({ kind: 'boundary', boundary: item.boundary });
      if (!transition || !changesAnything(transition)) return putOff(item);
      await inStep(async () => {
        const result = await steps.crossBoundary({ ...stepFor(transition), item });
        if ('postponedUntil' in result) putOff(item, result.postponedUntil);
        else done({ transition, crossed: item }, result);
      });
    }

    async function settleFact(fact: Fact): Promise<void> {
      const transition = transitionFor({ kind: 'fact', fact });
      if (transition)
        await inStep(async () => done({ transition }, await steps.settleFact({ ...stepFor(transition), fact })));
      facts.shift();
    }

    /** The run goes on as a new one: short histories, and the newest code from there on. */
    async function carryOn(): Promise<void> {
      await condition(allHandlersFinished);
      if (isOver() || isBeside || facts.length) return;
      await makeContinueAsNewFunc<typeof matter>({ initialVersioningBehavior: 'AUTO_UPGRADE' })({
        ...input,
        state,
        build: null,
        facts: [],
      });
    }

    /** The row is at another step: this history was reset. The run goes on from the row, or ends where another generation has it. */
    async function rejoin(): Promise<void> {
      const current = await steps.readState({ matterId, gen });
      isBeside = false;
      if (current) state = current.seq === state.seq ? state : current;
      else {
        isReplaced = true;
        state = { ...state, process: { ...state.process, finished: true } };
      }
    }

    /** A step of the run's own accord; one that finds the run beside its row is tried again once it has rejoined. */
    async function attempt(work: () => Promise<void>): Promise<void> {
      try {
        await inTurn(work);
      } catch (error) {
        if (!isBeside) throw error;
      }
    }

    /** A step that is fenced changes nothing; what asked for it is asked again once the run has rejoined its row. */
    async function inStep<Result>(step: () => Promise<Result>): Promise<Result> {
      try {
        return await step();
      } catch (error) {
        if (!isFenced(error)) throw error;
        isBeside = true;
        throw error;
      }
    }

    function done(step: Parameters<typeof stepped>[1], found: { seq: number; sets?: object; agenda?: object }): void {
      // A repeat of what an earlier run did gets its answer of then; a run that was reset behind it has more to catch up with.
      isBeside ||= found.seq > state.seq;
      if (found.seq !== state.seq) return;
      state = stepped(state, { ...step, ...found } as Parameters<typeof stepped>[1]);
    }

    function putOff(item: AgendaItem, until?: number): void {
      const rest = state.agenda.slice(1);
      const later = until ? [{ ...item, at: until, since: item.since ?? item.at }] : [];
      state = { ...state, agenda: [...rest, ...later].sort((a, b) => a.at - b.at) };
    }

    function transitionFor(trigger: Trigger) {
      const decided = decider.decide(state.process, trigger);
      return decided.ok ? decided.transition : null;
    }

    function stepFor(transition: NonNullable<ReturnType<typeof transitionFor>>) {
      return { matterId, seq: state.seq, gen, at: Date.now(), transition };
    }

    function isOver(): boolean {
      return state.process.finished;
    }
  };

const refusal = (decision: string, code: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`${decision} is not waited for`, code);

const isDue = (item: AgendaItem | undefined): item is AgendaItem => item !== undefined && item.at <= Date.now();
