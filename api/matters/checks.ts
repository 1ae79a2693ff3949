import type { EntityManager } from '@mikro-orm/postgresql';
import type { Arguments } from '#domain/process/decisions.ts';
import type { Decision } from '#domain/process/tasks.ts';

/**
 * What a stage asks of a decision before it is stored: cheap, and a problem with words for people. The step makes the binding checks in its
 * transaction.
 */
export type Check<D extends Decision> = (em: EntityManager, matterId: string, args: Arguments[D]) => Promise<void>;

/** The checks of the decisions that have some; each stage hands in its own. */
export type Checks = { readonly [D in Decision]?: Check<D> };
