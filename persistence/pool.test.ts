import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '#scripts/services/postgres.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { openOrm, type Orm } from './orm.ts';

let database: TestDatabase;
let orm: Orm;

beforeAll(async () => {
  database = await createTestDatabase();
  orm = await openOrm(database.url, { poolMax: 2 });
});
afterAll(async () => {
  await orm?.close();
  await database?.drop();
});

it('a connection that dies in a transaction gives its place in the pool back', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 5; round += 1) {
    await expect(
      orm.em.fork().transactional(async (em) => {
        const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
        await withClient(database.url, (client) => client.query('select pg_terminate_backend($1)', [row!.pid]));
        await em.execute('select 1');
      }),
    ).rejects.toThrow();
  }
  expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
});
