import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { withClient } from '../../scripts/services/postgres.ts';
import { runProcess } from '../../scripts/services/process.ts';

const template = 'ekinerja_template';
/** Any number, the same in all workers: only one of them migrates the template. */
const templateLock = 20_260_101;
const projectFolder = resolve(import.meta.dirname, '../..');

export type TestDatabase = {
  /** For `DATABASE_URL` and whatever opens connections. */
  url: string;
  /** Drops it, closing connections that are still open. */
  drop(): Promise<void>;
};

/**
 * Makes a fresh, migrated, empty database (some 50 ms): a copy of a template that `persistence/migrate.ts` fills
 * once per run.
 *
 * @param maintenanceUrl a database of the server that is no copy of the template
 * @param runFolder gets the log of the migration
 */
export async function createDatabase(maintenanceUrl: string, runFolder: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(maintenanceUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [templateLock]);
    await ensureTemplate(client, maintenanceUrl, runFolder);
    await client.query(`create database ${name} template ${template}`);
  });
  return {
    url: urlOf(maintenanceUrl, name),
    drop: () =>
      withClient(maintenanceUrl, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

async function ensureTemplate(client: pg.Client, maintenanceUrl: string, runFolder: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
  if (rowCount) return;

  const unfinished = `${template}_unfinished`;
  await client.query(`drop database if exists ${unfinished} with (force)`);
  await client.query(`create database ${unfinished}`);
  await runProcess({
    name: 'persistence/migrate.ts',
    command: process.execPath,
    args: ['persistence/migrate.ts'],
    cwd: projectFolder,
    env: { ...process.env, DATABASE_URL: urlOf(maintenanceUrl, unfinished) },
    logFile: join(runFolder, 'migrate.log'),
  });
  await client.query(`alter database ${unfinished} rename to ${template}`);
}

function urlOf(maintenanceUrl: string, database: string): string {
  const url = new URL(maintenanceUrl);
  url.pathname = `/${database}`;
  return url.href;
}
