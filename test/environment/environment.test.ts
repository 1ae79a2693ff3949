import { Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { withClient } from '../../scripts/services/postgres.ts';
import { createTestDatabase } from './database.ts';

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
