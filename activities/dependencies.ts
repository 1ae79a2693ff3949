import type { EntityManager } from '@mikro-orm/postgresql';
import type { Orm } from '#persistence/orm.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';

/** What activities need from outside; made once per worker process. */
export type ActivityDependencies = {
  orm: Orm;
  ruleBook: ReturnType<typeof createRuleBook>;
  /** Starts a workflow of a cycle or does nothing when it runs already. */
  startCycleWorkflow(input: { cycleId: string; workflowId: string; gen: number }): Promise<'started' | 'running'>;
  /** Sends a fact to the workflow of a cycle; 'gone' when it does not run any more. Throws when the engine is away. */
  signalCycle(input: { workflowId: string; signal: string; argument: object }): Promise<'delivered' | 'gone'>;
};

/** A fresh identity map for one activity; nothing leaks from one attempt to the next. */
export const forkOf = (deps: ActivityDependencies): EntityManager => deps.orm.em.fork() as EntityManager;
