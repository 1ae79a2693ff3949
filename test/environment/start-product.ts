import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { findFreePorts } from '../../scripts/services/ports.ts';
import { withClient } from '../../scripts/services/postgres.ts';
import { runProcess, startProcess, waitUntilReady, type Command } from '../../scripts/services/process.ts';
import { keepMail } from './mails.ts';
import { createNamespace } from './namespace.ts';
import type { Running } from './offer.ts';
import { createDatabase } from './template.ts';

const project = resolve(import.meta.dirname, '../..');

/** What a story must know to use the product. */
export type ProductPlace = {
  baseUrl: string;
  databaseUrl: string;
  temporalAddress: string;
  namespace: string;
  /** Holds `demo-accounts.json` and `mails`. */
  folder: string;
};

/**
 * The whole product as processes: the seeded demo agency without its opening of the year (whose 228 cycles would keep
 * the machine busy for minutes), worker, API, and a mailbox that takes every mail.
 */
export async function startProduct(on: {
  postgresUrl: string;
  temporalAddress: string;
  runFolder: string;
}): Promise<Running<ProductPlace>> {
  const { temporalAddress } = on;
  const folder = join(on.runFolder, 'product');
  const mails = join(folder, 'mails');
  mkdirSync(mails, { recursive: true });
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const [database, namespace] = await Promise.all([
      createDatabase(on.postgresUrl, on.runFolder),
      createNamespace(temporalAddress),
    ]);
    undo.push(() => database.drop());
    const { api: port, smtp: smtpPort } = await findFreePorts({ api: 0, smtp: 0 });
    const baseUrl = `http://localhost:${port}`;
    const node = (name: string, program: string): Command => ({
      name,
      command: process.execPath,
      args: [program],
      cwd: project,
      env: {
        ...process.env,
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        DATA_DIR: folder,
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: temporalAddress,
        TEMPORAL_NAMESPACE: namespace,
        SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
        PORT: String(port),
        PUBLIC_URL: baseUrl,
        COMMAND_WAIT_MS: '5000',
        SWEEP_INTERVAL_SECONDS: '5',
      },
      logFile: join(folder, `${name}.log`),
    });
    undo.push(await catchMails(smtpPort, mails));
    await runProcess(node('seed', 'persistence/seed.ts'));
    await withClient(database.url, (client) => client.query('delete from campaign'));
    const worker = await startProcess(node('worker', 'worker/main.ts'));
    const api = await startProcess(node('api', 'api/main.ts'));
    undo.push(async () => void (await Promise.all([worker.stop(), api.stop()])));
    await waitUntilReady(api, async () => (await fetch(`${baseUrl}/health/ready`)).ok, 120_000);
    return { where: { baseUrl, databaseUrl: database.url, temporalAddress, namespace, folder }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An SMTP server that keeps every mail in a folder; returns what stops it. */
async function catchMails(port: number, folder: string): Promise<() => Promise<void>> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- the server's own interface
      void keepMail(folder, stream).then(() => done(), done);
    },
  });
  await new Promise<void>((resolve_) => server.listen(port, '127.0.0.1', resolve_));
  return () => new Promise((resolve_) => server.close(() => resolve_()));
}
