import type { EntityManager } from '@mikro-orm/postgresql';
import { selectOne, sql } from '../sql.ts';

/** The unit with a code; null when there is none. */
export async function findUnitId(em: EntityManager, code: string): Promise<string | null> {
  return (await selectOne<{ id: string }>(em, sql`select id from unit where code = ${code}`))?.id ?? null;
}
