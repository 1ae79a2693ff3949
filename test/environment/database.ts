import { inject } from 'vitest';
import { createDatabase, type TestDatabase } from './template.ts';

export type { TestDatabase };

/** A fresh, migrated, empty database on the run's PostgreSQL. */
export const createTestDatabase = (): Promise<TestDatabase> =>
  createDatabase(inject('postgresUrl'), inject('runFolder'));
