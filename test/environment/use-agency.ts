import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll } from 'vitest';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { createAgency, type Agency } from '#test/factories/agency.ts';
import { createTestDatabase } from './database.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

export type UsedDatabase = {
  databaseUrl: string;
  orm: Orm;
  /** A session of its own, as each request and each activity has one. */
  em(): EntityManager;
};

/**
 * A migrated, empty database for the test file that awaits it at its top; it goes after the file's last test.
 *
 * @param poolMax most connections at once; missing: as the product has them
 */
export async function useDatabase({ poolMax }: { poolMax?: number } = {}): Promise<UsedDatabase> {
  const database = await createTestDatabase();
  afterAll(() => database.drop());
  const orm = await openOrm(database.url, poolMax === undefined ? {} : { poolMax });
  afterAll(() => orm.close());
  return { databaseUrl: database.url, orm, em: () => orm.em.fork() as EntityManager };
}

/** The same with the small agency in it. */
export async function useAgency(options: { poolMax?: number } = {}): Promise<UsedDatabase & { agency: Agency }> {
  const database = await useDatabase(options);
  return { ...database, agency: await createAgency(database.em()) };
}

/** The real workers on such a database, in a namespace of their own; they stop before the database goes. */
export async function useEngine(orm: Orm, options: { sweepIntervalSeconds?: number } = {}): Promise<TestEngine> {
  const engine = await startTestEngine(orm, options);
  afterAll(() => engine.stop());
  return engine;
}
