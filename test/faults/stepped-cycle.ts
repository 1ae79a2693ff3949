import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { createActivities } from '#activities/index.ts';
import type { ActivityDependencies } from '#activities/dependencies.ts';
import type { DecisionResult, NewBoundary, StepInput } from '#activities/process/step.contract.ts';
import {
  decide,
  evolve,
  newProcess,
  stageOf,
  stepOf,
  type Boundary,
  type CycleProcess,
  type Transition,
  type Trigger,
} from '#domain/process/cycle.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { CycleDecision } from '#domain/process/tasks.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import type { Orm } from '#persistence/orm.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { ARGUMENTS, openTaskFor } from '#test/factories/decisions.ts';

/** One activity call that is ready to be made, as often and as wrongly as a test likes. */
export type PreparedStep = {
  name: string;
  input: StepInput;
  /** Calls the activity; `wrong` overrides what the workflow would have said. */
  run(wrong?: Partial<StepInput>): Promise<unknown>;
  /** Tells the stepped cycle what the activity answered, as the workflow would take note of it. */
  settle(result: unknown): void;
};

export type DecisionOptions = {
  actorId: string;
  periodNo?: number;
  args?: Record<string, unknown>;
  /** When the decision counts as accepted; default: the time of the step. */
  acceptedAt?: Date;
  onBehalfOfPositionId?: string;
  commandId?: string;
  /** Default: the open task that the decision answers. */
  task?: Task;
};

/** Activities on a real database, outside of any engine. */
export function activitiesOn(
  orm: Orm,
  startCycleWorkflow: ActivityDependencies['startCycleWorkflow'] = async () => 'started',
) {
  return createActivities({
    orm,
    ruleBook: createRuleBook(),
    startCycleWorkflow,
    signalCycle: async () => 'delivered',
  });
}

const NOTHING: Transition = { closes: [], opens: [], finishes: false };

/**
 * Stands in for the workflow of one cycle: knows its process and its step number, makes the input of each activity, but
 * leaves it to the test how often it is called. `at` is the workflow's clock.
 */
export function stepCycle(orm: Orm, cycleId: string, options: { at?: Date; gen?: number } = {}) {
  const activities = activitiesOn(orm);
  const gen = options.gen ?? 1;
  let process: CycleProcess = newProcess();
  let seq = 0;
  let at = options.at ?? new Date();
  const agenda: NewBoundary[] = [];
  const em = (): EntityManager => orm.em.fork() as EntityManager;

  function inputFor(transition: Transition): StepInput {
    return { cycleId, seq, gen, at: at.getTime(), transition, stage: stageOf(evolve(process, transition)) };
  }

  function transitionOf(trigger: Trigger): Transition {
    const decided = decide(process, trigger);
    if (!decided.ok) throw new Error(`${JSON.stringify(trigger)} is refused: ${decided.code}`);
    return decided.transition;
  }

  function prepared<Input extends StepInput>(
    name: string,
    call: (input: Input) => Promise<unknown>,
    input: Input,
  ): PreparedStep {
    return {
      name,
      input,
      run: (wrong) => call({ ...input, ...wrong }),
      settle(result) {
        const { reply, followUp, boundaries } = (result ?? {}) as Partial<DecisionResult> & {
          boundaries?: NewBoundary[];
        };
        if (reply?.kind === 'refused') return;
        process = evolve(process, followUp ? { ...input.transition, followUp } : input.transition);
        seq += 1;
        agenda.push(...(boundaries ?? []));
      },
    };
  }

  return {
    cycleId,
    em,
    activities,
    agenda,
    get process() {
      return process;
    },
    get seq() {
      return seq;
    },
    /** Moves the workflow's clock. */
    moveTo(instant: Date) {
      at = instant;
    },
    start: () =>
      prepared('startCycle', activities.startCycle, {
        ...inputFor(transitionOf({ kind: 'boundary', boundary: { kind: 'cycleStarted' } })),
        workflowBuild: 'build-1',
      }),
    boundary: (boundary: Boundary) =>
      prepared(`crossBoundary ${boundary.kind}`, activities.crossBoundary, {
        ...inputFor(transitionOf({ kind: 'boundary', boundary })),
        boundary,
      }),
    rerouteTasks: (factId: string = randomUUID()) =>
      prepared('rerouteTasks', activities.rerouteTasks, { ...inputFor(NOTHING), factId }),
    endSegment: (reason: 'transferred' | 'retired', factId: string = randomUUID()) =>
      prepared('endSegment', activities.endSegment, {
        ...inputFor(transitionOf({ kind: 'fact', fact: { kind: 'segmentEnded' } })),
        factId,
        reason,
      }),
    endForDeath: (factId: string = randomUUID()) =>
      prepared('endForDeath', activities.endForDeath, {
        ...inputFor(transitionOf({ kind: 'fact', fact: { kind: 'employeeDied' } })),
        factId,
      }),
    adoptRuleSet: (ruleSetId: string, factId: string = randomUUID()) =>
      prepared('adoptRuleSet', activities.adoptRuleSet, { ...inputFor(NOTHING), factId, ruleSetId, process }),
    noteContinuation: () =>
      prepared('noteContinuation', activities.noteContinuation, { ...inputFor(NOTHING), workflowBuild: 'build-2' }),

    /** Stores the command and makes the call that carries it out. */
    async decision(
      decision: CycleDecision,
      { actorId, periodNo, args, acceptedAt, onBehalfOfPositionId, commandId = randomUUID(), task }: DecisionOptions,
    ): Promise<PreparedStep> {
      const answered = task ?? (await openTaskFor(em(), cycleId, decision, periodNo));
      if (!answered) throw new Error(`no open task for ${decision}`);
      const cycle = await em().findOneOrFail(Cycle, { id: cycleId });
      await acceptCommand(em(), {
        id: commandId,
        actorId,
        onBehalfOfPositionId: onBehalfOfPositionId ?? null,
        cycleId,
        taskId: answered.id,
        workflowId: cycle.workflowId,
        updateName: decision,
        arguments: args ?? ARGUMENTS[decision],
      });
      await em().execute(`update command set accepted_at = ? where id = ?`, [acceptedAt ?? at, commandId]);
      const transition = transitionOf({
        kind: 'decision',
        decision,
        step: stepOf(decision, answered.periodNo ?? null),
      });
      return prepared(decision, activities[decision], {
        ...inputFor(transition),
        decision,
        commandId,
        taskId: answered.id,
      });
    },
  };
}

export type SteppedCycle = ReturnType<typeof stepCycle>;

/** Makes a step once, as it should be, and lets the cycle take note of it. */
export async function take<Result = unknown>(step: PreparedStep): Promise<Result> {
  const result = await step.run();
  step.settle(result);
  return result as Result;
}

/** Takes a decision once and returns its reply. */
export async function decideIn(cycle: SteppedCycle, decision: CycleDecision, options: DecisionOptions): Promise<Reply> {
  const { reply } = await take<DecisionResult>(await cycle.decision(decision, options));
  return reply;
}
