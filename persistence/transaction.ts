import type { EntityManager, IsolationLevel } from '@mikro-orm/postgresql';

type Options = { isolationLevel?: IsolationLevel; readOnly?: boolean };

/**
 * Does work in one transaction of its own: all of it is written or, when it throws, nothing. What it reads and changes is its own, too: the
 * manager of the caller sees nothing of it.
 */
export const inTransaction = <Result>(
  em: EntityManager,
  work: (em: EntityManager) => Promise<Result>,
  options?: Options,
): Promise<Result> => em.fork().transactional(work, options);
