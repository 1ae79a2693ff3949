import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../scripts/services/postgres.ts';
import { isAlive } from '../../scripts/services/process.ts';
import { startTemporal } from '../../scripts/services/temporal.ts';
import { offer } from './offer.ts';
import { startProduct } from './start-product.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Maintenance database of the run's PostgreSQL; tests take one of their own by `createTestDatabase()`. */
    postgresUrl: string;
    /** host:port of the run's Temporal server, namespace `default`. */
    temporalAddress: string;
    /** Folder of this run, deleted at its end. */
    runFolder: string;
    /** Whoever asks here first starts the product for the browser stories; see `offer` and `ProductPlace`. */
    productUrl: string;
  }
}

const folderPrefix = 'e-kinerja-test-';

/** Starts one PostgreSQL and one Temporal server for the whole run; returns what stops them. */
export default async function startEnvironment(project: TestProject): Promise<() => Promise<void>> {
  removeFoldersOfKilledRuns();
  const dir = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), isDurable: false, maxConnections: 300 });
  const temporal = await startTemporal({
    postgres,
    dir: join(dir, 'temporal'),
    dynamicConfig: { 'frontend.WorkflowTimeSkippingEnabled': true },
  });
  project.provide('postgresUrl', postgres.url('postgres'));
  project.provide('temporalAddress', temporal.address);
  project.provide('runFolder', dir);
  const product = await offer(() =>
    startProduct({ postgresUrl: postgres.url('postgres'), temporalAddress: temporal.address, runFolder: dir }),
  );
  project.provide('productUrl', product.url);

  return async () => {
    await product.stop();
    await temporal.stop();
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}

function removeFoldersOfKilledRuns(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(folderPrefix) ? Number(name.slice(folderPrefix.length).split('-')[0]) : Number.NaN;
    if (Number.isInteger(pid) && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
