import type { EntityManager } from '@mikro-orm/postgresql';
import { periodOf, type CycleBoundaryKind, type CycleFact, type CycleFactKind } from '#domain/process/cycle.ts';
import type { Opening } from '#domain/process/matter.ts';
import type { CycleDecision, CycleTaskKind } from '#domain/process/tasks.ts';
import { taskDueAt } from '#domain/rule-sets/task-due.ts';
import { Cycle, Period } from '#persistence/cycles/cycles.entities.ts';
import type {
  BoundaryHandler,
  DecisionHandlers,
  FactHandler,
  MatterHandlers,
  NewTask,
  StepContext,
} from '../matters/handler.ts';
import { addresseeOf } from './addressees.ts';
import { segmentOf } from './agenda.ts';

export type CycleContext = StepContext<Cycle>;
export type CycleDecisionHandlers<D extends CycleDecision> = DecisionHandlers<Cycle, D>;
export type CycleBoundaryHandlers = Readonly<Record<CycleBoundaryKind, BoundaryHandler<Cycle>>>;
export type CycleFactHandlers = {
  readonly [K in CycleFactKind]: FactHandler<Cycle, Extract<CycleFact, { kind: K }>>;
};

/** The year as a kind of matter: what it keeps, whom its tasks ask, until when, and how it ends. Its decisions come from the stages. */
export const cycleMatter = (parts: {
  decisions: CycleDecisionHandlers<CycleDecision>;
  boundaries: CycleBoundaryHandlers;
  facts: CycleFactHandlers;
}): MatterHandlers<Cycle> => ({
  load: (em, { id }) => em.findOneOrFail(Cycle, { id }),
  newTask,
  periodOf: ({ slot }) => periodOf(slot),
  // A year is opened with its first task and its agenda written (`open-cycles.ts`); a run has nothing left to start.
  started: async () => ({}),
  decisions: parts.decisions as MatterHandlers<Cycle>['decisions'],
  boundaries: parts.boundaries,
  facts: parts.facts,
  finished: async ({ at }) => ({ story: [{ kind: 'cycleFinished', at, data: {} }] }),
});

async function newTask(context: CycleContext, { slot, kind, round }: Opening): Promise<NewTask> {
  const { em, row: cycle, inForce, at } = context;
  const periodNo = periodOf(slot);
  const timing = {
    kind: kind as CycleTaskKind,
    round,
    openedAt: at.getTime(),
    year: { number: cycle.year, segment: segmentOf(cycle) },
    periodDueAt: periodNo === null || round > 1 ? null : await periodDueAt(em, cycle.id, periodNo),
  };
  return {
    assignee: await addresseeOf(context, timing.kind),
    dueAt: taskDueAt(timing, inForce.rules, inForce.calendar),
  };
}

async function periodDueAt(em: EntityManager, cycleId: string, number: number): Promise<number> {
  return (await em.findOneOrFail(Period, { cycleId, number })).dueAt.getTime();
}
