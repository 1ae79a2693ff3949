import type { EntityManager } from '@mikro-orm/postgresql';
import type { Orm } from '#persistence/orm.ts';
import type { MatterStart } from '#persistence/matters/matters.repository.ts';
import type { RuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';

/** What activities need from outside; made once per worker process. */
export type ActivityDependencies = {
  orm: Orm;
  ruleBook: RuleBook;
  /** The build of the workflow code that this process would start a run on. */
  build: string;
  /** Starts the run of a matter, or does nothing when it runs already. Throws when the engine is away. */
  startMatter(start: MatterStart): Promise<void>;
};

/** A fresh identity map for one activity; nothing leaks from one attempt to the next. */
export const forkOf = (deps: ActivityDependencies): EntityManager => deps.orm.em.fork();
