import { Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { withClient } from '../../scripts/services/postgres.ts';
import { createTestDatabase } from './database.ts';
import { ask, offer } from './offer.ts';

it('gives each test file a migrated database of its own', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(first.url).not.toBe(second.url);
  const tables = await withClient(first.url, (client) =>
    client.query(`select table_name from information_schema.tables where table_schema = 'public'`),
  );
  expect(tables.rowCount).toBeGreaterThan(0);
  await Promise.all([first.drop(), second.drop()]);
});

it('has a Temporal server with a namespace', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const { count } = await connection.workflowService.countWorkflowExecutions({ namespace: 'default' });
  expect(Number(count)).toBeGreaterThanOrEqual(0);
  await connection.close();
});

it('starts what is offered when somebody asks, once for all who ask, and stops it', async () => {
  const calls: string[] = [];
  const offered = await offer(async () => {
    calls.push('start');
    return { where: { port: 7 }, stop: async () => void calls.push('stop') };
  });
  expect(calls).toEqual([]);
  expect(await Promise.all([ask(offered.url), ask(offered.url)])).toEqual([{ port: 7 }, { port: 7 }]);
  await offered.stop();
  expect(calls).toEqual(['start', 'stop']);
});

it('tells everybody who asks why it could not be started', async () => {
  const offered = await offer(async () => {
    throw new Error('no such program');
  });
  for (let times = 0; times < 2; times += 1) await expect(ask(offered.url)).rejects.toThrow('no such program');
  await offered.stop();
});
