import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  makeContinueAsNewFunc,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DecisionActivities, ProcessActivities, StepInput } from '#activities/process/step.contract.ts';
import {
  decide,
  evolve,
  newProcess,
  stageOf,
  stepOf,
  type CycleProcess,
  type Transition,
  type Trigger,
} from '#domain/process/cycle.ts';
import type { Reply } from '#domain/process/reply.ts';
import { CYCLE_DECISIONS, type CycleDecision } from '#domain/process/tasks.ts';
import {
  cycleState,
  decisionUpdates,
  employeeDied,
  employeeRetired,
  employeeTransferred,
  ruleSetAmended,
  superiorChanged,
  type AgendaItem,
  type CommandRef,
  type PerformanceCycleInput,
  type PersonnelFact,
} from './performance-cycle.messages.ts';

/** On the queue of the cycle itself: a worker that takes the step's workflow task gets the activity in the same breath. */
const activities = proxyActivities<DecisionActivities & ProcessActivities>({
  startToCloseTimeout: '10 seconds',
  retry: {
    initialInterval: '200 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    nonRetryableErrorTypes: ['FENCED'],
  },
});

/**
 * The performance year of one employee in one post. It waits for decisions (updates), for the calendar (its agenda: one
 * timer at a time) and for facts about the person (signals). Each step is one activity and one transaction; steps of a
 * cycle are done one after the other.
 */
export async function performanceCycle(input: PerformanceCycleInput): Promise<void> {
  const { cycleId, gen } = input;
  let process: CycleProcess = input.resumed?.process ?? newProcess();
  let seq = input.resumed?.seq ?? 0;
  let agenda: AgendaItem[] = input.resumed?.agenda ?? [];
  const facts: PersonnelFact[] = input.resumed?.facts ?? [];
  const knownFacts = new Set(input.resumed?.knownFacts ?? facts.map((fact) => fact.factId));
  let isBusy = false;
  let isQuarterOver = false;

  for (const decision of CYCLE_DECISIONS) {
    setHandler(decisionUpdates[decision], (command) => onDecision(decision, command), {
      validator: (command) => refuseEarly(decision, command),
    });
  }
  const onFact = (fact: PersonnelFact): void => {
    if (knownFacts.has(fact.factId)) return;
    knownFacts.add(fact.factId);
    facts.push(fact);
  };
  setHandler(superiorChanged, ({ factId }) => onFact({ kind: 'superiorChanged', factId }));
  setHandler(employeeTransferred, ({ factId }) => onFact({ kind: 'segmentEnded', factId, reason: 'transferred' }));
  setHandler(employeeRetired, ({ factId }) => onFact({ kind: 'segmentEnded', factId, reason: 'retired' }));
  setHandler(employeeDied, ({ factId }) => onFact({ kind: 'employeeDied', factId }));
  setHandler(ruleSetAmended, ({ factId, ruleSetId }) => onFact({ kind: 'ruleSetAmended', factId, ruleSetId }));
  setHandler(cycleState, () => ({ process, seq, agenda }));

  if (input.resumed) await inTurn(noteContinuation);
  else await inTurn(start);

  while (!process.finished) {
    await somethingToDo();
    if (facts.length) await inTurn(() => settleFact(facts.shift()!));
    else if (isDue(agenda[0])) await inTurn(() => cross(agenda.shift()!));
    if (!process.finished && facts.length === 0 && (isQuarterOver || workflowInfo().continueAsNewSuggested))
      await carryOn();
  }
  await condition(allHandlersFinished);

  /** Waits for the head of the agenda, a fact or the end. Decisions do not touch the timer unless they change the agenda. */
  async function somethingToDo(): Promise<void> {
    const head = agenda[0];
    const changed = (): boolean => process.finished || facts.length > 0 || agenda[0] !== head;
    if (head) await condition(changed, Math.max(1, head.at - Date.now()));
    else await condition(changed);
  }

  /**
   * A decision that its strand does not wait for leaves no trace in history. While a step is under way it is not known yet what is
   * waited for: people may have seen the step's result before this run did, so such a decision is delivered again.
   */
  function refuseEarly(decision: CycleDecision, command: CommandRef): void {
    const decided = decide(process, { kind: 'decision', decision, step: stepOf(decision, command.periodNo) });
    if (decided.ok) return;
    throw ApplicationFailure.nonRetryable(
      `${decision} is not waited for`,
      isBusy && !process.finished ? 'process.busy' : decided.code,
    );
  }

  /** Decisions on one task queue up: the first that is carried out answers it, the others are told so when their turn comes. */
  function onDecision(decision: CycleDecision, command: CommandRef): Promise<Reply> {
    return inTurn(() => carryOut(decision, command));
  }

  async function carryOut(decision: CycleDecision, command: CommandRef): Promise<Reply> {
    const trigger: Trigger = { kind: 'decision', decision, step: stepOf(decision, command.periodNo) };
    const decided = decide(process, trigger);
    if (!decided.ok) return { kind: 'refused', code: decided.code };
    const { reply, followUp, boundaries } = await activities[decision]({
      ...stepFor(decided.transition),
      decision,
      ...command,
    });
    // A repeat of a decision that an earlier run carried out gets its answer of then; this run has nothing to take note of.
    if (reply.kind === 'refused' || reply.seq !== seq) return reply;
    done(followUp ? { ...decided.transition, followUp } : decided.transition);
    plan(boundaries ?? []);
    return reply;
  }

  async function start(): Promise<void> {
    const transition = transitionFor({ kind: 'boundary', boundary: { kind: 'cycleStarted' } });
    const { boundaries } = await activities.startCycle({ ...stepFor(transition), workflowBuild: build() });
    done(transition);
    plan(boundaries);
  }

  async function cross({ boundary, isQuarterStart }: AgendaItem): Promise<void> {
    const transition = transitionFor({ kind: 'boundary', boundary });
    if (isQuarterStart) isQuarterOver = true;
    if (!changesAnything(transition)) return;
    const result = await activities.crossBoundary({ ...stepFor(transition), boundary });
    if (result.kind === 'notYet') return plan([{ at: result.until, boundary, isQuarterStart }]);
    done(transition);
    plan(result.boundaries);
  }

  async function settleFact(fact: PersonnelFact): Promise<void> {
    switch (fact.kind) {
      case 'superiorChanged':
        await activities.rerouteTasks({ ...stepFor(NOTHING), factId: fact.factId });
        return done(NOTHING);
      case 'ruleSetAmended': {
        const { boundaries } = await activities.adoptRuleSet({
          ...stepFor(NOTHING),
          factId: fact.factId,
          ruleSetId: fact.ruleSetId,
          process,
        });
        agenda = agenda.filter(
          ({ boundary }) => boundary.kind !== 'periodOpened' && boundary.kind !== 'appraisalOpened',
        );
        plan(boundaries);
        return done(NOTHING);
      }
      case 'employeeDied': {
        const transition = transitionFor({ kind: 'fact', fact: { kind: 'employeeDied' } });
        await activities.endForDeath({ ...stepFor(transition), factId: fact.factId });
        return done(transition);
      }
      case 'segmentEnded': {
        const transition = transitionFor({ kind: 'fact', fact: { kind: 'segmentEnded' } });
        const { nextCycleId, boundaries } = await activities.endSegment({
          ...stepFor(transition),
          factId: fact.factId,
          reason: fact.reason,
        });
        agenda = agenda.filter(
          ({ boundary }) => boundary.kind !== 'periodOpened' && boundary.kind !== 'appraisalOpened',
        );
        plan(boundaries);
        done(transition);
        if (nextCycleId) await activities.startCycleWorkflow(nextCycleId);
      }
    }
  }

  /** The run ends and goes on as a new one at each quarter: short histories, and the newest code from there on. */
  async function carryOn(): Promise<void> {
    await condition(allHandlersFinished);
    if (process.finished || facts.length) return;
    await makeContinueAsNewFunc<typeof performanceCycle>({ initialVersioningBehavior: 'AUTO_UPGRADE' })({
      cycleId,
      gen,
      resumed: { process, seq, agenda, facts, knownFacts: [...knownFacts] },
    });
  }

  async function noteContinuation(): Promise<void> {
    await activities.noteContinuation({ ...stepFor(NOTHING), workflowBuild: build() });
    done(NOTHING);
  }

  /** One step at a time. The loop, not the single wait, makes this a mutex: several waiters can wake in one task. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    while (isBusy) await condition(() => !isBusy);
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  }

  function transitionFor(trigger: Trigger): Transition {
    const decided = decide(process, trigger);
    return decided.ok ? decided.transition : NOTHING;
  }

  function stepFor(transition: Transition): StepInput {
    return { cycleId, seq, gen, at: Date.now(), transition, stage: stageOf(evolve(process, transition)) };
  }

  function done(transition: Transition): void {
    process = evolve(process, transition);
    seq += 1;
  }

  function plan(boundaries: readonly AgendaItem[]): void {
    if (boundaries.length) agenda = [...agenda, ...boundaries].sort((a, b) => a.at - b.at);
  }
}

const NOTHING: Transition = { closes: [], opens: [], finishes: false };

const changesAnything = (transition: Transition): boolean =>
  transition.opens.length > 0 ||
  transition.closes.length > 0 ||
  transition.finishes ||
  transition.appraisal !== undefined;

const isDue = (item: AgendaItem | undefined): boolean => item !== undefined && item.at <= Date.now();

const build = (): string => workflowInfo().currentDeploymentVersion?.buildId ?? 'unversioned';
