import type { EntityManager } from '@mikro-orm/postgresql';
import type { Orm } from '#persistence/orm.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';

/** What activities need from outside; made once per worker process. */
export type ActivityDependencies = {
  orm: Orm;
  ruleBook: ReturnType<typeof createRuleBook>;
  /** Starts a workflow of a cycle or does nothing when it runs already. */
  startCycleWorkflow(input: { cycleId: string; workflowId: string; gen: number }): Promise<'started' | 'running'>;
};

/** A fresh identity map for one activity; nothing leaks from one attempt to the next. */
export const forkOf = (deps: ActivityDependencies): EntityManager => deps.orm.em.fork() as EntityManager;
