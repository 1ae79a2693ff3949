import type { EntityManager } from '@mikro-orm/postgresql';
import { select, sql } from '../sql.ts';

/** `alone`: personnel data are changed in bulk; acts about single people (`shared`) wait meanwhile, and two imports do not mix. */
export const lockPersonnel = (em: EntityManager, mode: 'alone' | 'shared'): Promise<unknown> =>
  select(
    em,
    mode === 'alone'
      ? sql`select pg_advisory_xact_lock(hashtext('personnel'))`
      : sql`select pg_advisory_xact_lock_shared(hashtext('personnel'))`,
  );
