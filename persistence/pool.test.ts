import type { EntityManager } from '@mikro-orm/postgresql';
import { expect, it } from 'vitest';
import { withClient } from '#scripts/services/postgres.ts';
import { useDatabase } from '#test/environment/use-agency.ts';
import { select, sql } from './sql.ts';

const { orm, databaseUrl } = await useDatabase({ poolMax: 2 });

it('a connection that dies in a transaction gives its place in the pool back', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 5; round += 1) {
    await expect(
      orm.em.fork().transactional(async (em) => {
        const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
        await withClient(databaseUrl, (client) => client.query('select pg_terminate_backend($1)', [row!.pid]));
        await em.execute('select 1');
      }),
    ).rejects.toThrow();
  }
  expect(await orm.em.fork().execute('select 1 as alive')).toEqual([{ alive: 1 }]);
});

it('a query is parsed once per connection, whatever its values, and reads its own transaction', async () => {
  await orm.em.fork().transactional(async (em) => {
    const inner = em as EntityManager;
    await select(
      inner,
      sql`insert into unit (code, name, path, time_zone) values (${'prepared'}, ${"O'Neil ? $1"}, ${'/prepared'}, ${'Asia/Jakarta'})`,
    );
    for (const name of ["O'Neil ? $1", 'nobody']) {
      expect(await select(inner, sql`select name from unit where name = ${name}`)).toEqual(
        name === 'nobody' ? [] : [{ name }],
      );
    }
    const [row] = await select<{ count: number }>(
      inner,
      sql`select count(*)::int as count from pg_prepared_statements where statement = ${'select name from unit where name = $1'}`,
    );
    expect(row).toEqual({ count: 1 });
  });
});
