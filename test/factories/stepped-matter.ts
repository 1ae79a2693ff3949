import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ActivityDependencies } from '#activities/dependencies.ts';
import { createActivities, createKernel } from '#activities/index.ts';
import { matterActivities } from '#activities/matters/matter.activities.ts';
import type { BoundaryResult, DecisionResult, StepInput, StepResult } from '#activities/matters/matter.contract.ts';
import type { Kernel } from '#activities/matters/step.ts';
import { DECIDERS, type Deciders } from '#domain/process/deciders.ts';
import { stepped, type AgendaItem, type Boundary, type MatterState, type Trigger } from '#domain/process/matter.ts';
import type { Reply } from '#domain/process/reply.ts';
import { answers } from '#domain/process/tasks.ts';
import { acceptCommand } from '#persistence/commands/commands.repository.ts';
import { readStarts } from '#persistence/matters/matters.repository.ts';
import { Task } from '#persistence/matters/matters.entities.ts';
import type { Orm } from '#persistence/orm.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';
import { ARGUMENTS } from './decisions.ts';

/** One activity call that is ready to be made, as often and as wrongly as a test likes. */
export type PreparedStep = {
  name: string;
  input: StepInput;
  /** Calls the activity; `wrong` overrides what the workflow would have said. */
  run(wrong?: Partial<StepInput>): Promise<unknown>;
  /** Tells the stepped matter what the activity answered, as the workflow would take note of it. */
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

/** What activities need, on a real database and outside of any engine. */
export const dependenciesOn = (orm: Orm, change: Partial<ActivityDependencies> = {}): ActivityDependencies => ({
  orm,
  build: 'build-1',
  ruleBook: createRuleBook(),
  startMatter: async () => undefined,
  ...change,
});

/** Activities on a real database, outside of any engine. */
export const activitiesOn = (orm: Orm, change: Partial<ActivityDependencies> = {}) =>
  createActivities(dependenciesOn(orm, change));

export type SteppedOptions = {
  at?: Date;
  /** Another generation than the row's. */
  gen?: number;
  kernel?: Kernel;
  deciders?: Deciders;
};

/**
 * Stands in for the run of one matter: it starts from the matter's row, computes its state as the workflow does and makes the input of each
 * activity, but leaves it to the test how often that is called. `at` is the workflow's clock.
 */
export async function stepMatter(orm: Orm, matterId: string, options: SteppedOptions = {}) {
  const em = (): EntityManager => orm.em.fork() as EntityManager;
  const [start] = await readStarts(em(), [matterId]);
  if (!start) throw new Error(`matter ${matterId} does not run`);
  const { kind } = start.input;
  const decider = (options.deciders ?? DECIDERS)[kind]!;
  const activities = matterActivities(options.kernel ?? createKernel(dependenciesOn(orm)));
  const gen = options.gen ?? start.input.gen;
  let state: MatterState = start.input.state;
  let at = options.at ?? new Date();

  function transitionOf(trigger: Trigger) {
    const decided = decider.decide(state.process, trigger);
    if (!decided.ok) throw new Error(`${JSON.stringify(trigger)} is refused: ${decided.code}`);
    return decided.transition;
  }

  function prepared<Extra extends object>(
    name: string,
    call: (input: StepInput & Extra) => Promise<unknown>,
    trigger: Trigger,
    rest: Extra,
    crossed?: AgendaItem,
  ): PreparedStep {
    const transition = transitionOf(trigger);
    const step: StepInput = { matterId, seq: state.seq, gen, at: at.getTime(), transition };
    const input = { ...step, ...rest };
    return {
      name,
      input,
      run: (wrong) => call({ ...input, ...wrong }),
      settle(result) {
        if ((result as { postponedUntil?: number }).postponedUntil !== undefined) return;
        const { reply, ...found } = result as DecisionResult & StepResult;
        if (reply?.kind === 'refused') return;
        state = stepped(state, { transition, crossed, ...found });
      },
    };
  }

  return {
    matterId,
    em,
    activities,
    get state() {
      return state;
    },
    get agenda() {
      return state.agenda;
    },
    /** Moves the workflow's clock. */
    moveTo(instant: Date) {
      at = instant;
    },
    start: () => prepared('startMatter', activities.startMatter, { kind: 'started' }, {}),
    /** A boundary of the agenda, or one that a test invents. */
    boundary(boundary: Boundary): PreparedStep {
      const item = state.agenda.find(
        (one) => one.boundary.kind === boundary.kind && one.boundary.periodNo === boundary.periodNo,
      ) ?? { at: at.getTime(), boundary };
      const name = `crossBoundary ${boundary.kind}`;
      return prepared(name, activities.crossBoundary, { kind: 'boundary', boundary }, { item }, item);
    },
    fact(content: { kind: string; factId?: string } & Record<string, unknown>): PreparedStep {
      const fact = { factId: randomUUID(), ...content };
      return prepared(`settleFact ${fact.kind}`, activities.settleFact, { kind: 'fact', fact }, { fact });
    },

    /** Stores the command and makes the call that carries it out. */
    async decision(decision: string, options: DecisionOptions): Promise<PreparedStep> {
      const { actorId, periodNo, args, acceptedAt, onBehalfOfPositionId, commandId = randomUUID() } = options;
      const task = options.task ?? (await openTaskOf(em(), matterId, decision, periodNo));
      if (!task) throw new Error(`no open task for ${decision}`);
      await acceptCommand(em(), {
        id: commandId,
        actorId,
        onBehalfOfPositionId: onBehalfOfPositionId ?? null,
        matterId,
        taskId: task.id,
        workflowId: start!.workflowId,
        name: decision,
        arguments: args ?? (ARGUMENTS as Record<string, Record<string, unknown>>)[decision] ?? {},
      });
      await em().execute(`update command set accepted_at = ? where id = ?`, [acceptedAt ?? at, commandId]);
      const trigger = { kind: 'decision', decision, slot: task.slot } as const;
      return prepared(decision, activities.decideTask, trigger, {
        decision,
        commandId,
        taskId: task.id,
        slot: task.slot,
      });
    },
  };
}

export type SteppedMatter = Awaited<ReturnType<typeof stepMatter>>;

/** The open task of a matter that a decision answers, the oldest first. */
async function openTaskOf(
  em: EntityManager,
  matterId: string,
  decision: string,
  periodNo?: number,
): Promise<Task | null> {
  const where = { matterId, state: 'open' as const, ...(periodNo !== undefined && { periodNo }) };
  const open = await em.fork().find(Task, where, { orderBy: { openedAt: 1, id: 1 } });
  return open.find(({ kind }) => answers(decision, kind)) ?? null;
}

/** Makes a step once, as it should be, and lets the matter take note of it. */
export async function take<Result = StepResult & BoundaryResult>(step: PreparedStep): Promise<Result> {
  const result = await step.run();
  step.settle(result);
  return result as Result;
}

/** Takes a decision once and returns its reply. */
export async function decideIn(matter: SteppedMatter, decision: string, options: DecisionOptions): Promise<Reply> {
  const { reply } = await take<DecisionResult>(await matter.decision(decision, options));
  return reply;
}
