import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { Client, Connection } from '@temporalio/client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { expect, vi } from 'vitest';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { chromiumPath } from '#scripts/services/chromium.ts';
import { findFreePorts } from '#scripts/services/ports.ts';
import { startProcess, type RunningProcess } from '#scripts/services/process.ts';
import { createTestDatabase, type TestDatabase } from '#test/environment/database.ts';
import { createTestNamespace } from '#test/environment/engine.ts';

const root = join(import.meta.dirname, '../..');
const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WIDTHS = [360, 1280];

export type DemoAccount = { role: string; name: string; nip: string; password: string };
export type Visitor = { context: BrowserContext; page: Page };

/** What a story needs before the API is open: the seeded database and the engine, whose worker runs already. */
export type Backstage = { em(): EntityManager; client: Client };

/** The whole product as processes over the run's servers: seeded database, worker, API, a mailbox that takes every mail, and a browser. */
export type Product = Backstage & {
  baseUrl: string;
  /** A folder that goes when the product stops. */
  folder: string;
  mails: ParsedMail[];
  accounts: Record<string, DemoAccount>;
  /** A browser of its own for somebody who is not signed in. */
  visit(width?: number): Promise<Visitor>;
  /** The same for a demo account, signed in and at the inbox. */
  signIn(role: string, width?: number): Promise<Visitor>;
  /** The same for somebody whose desk is asked for the open task of this kind; who has no demo account gets the password of one. */
  signInAsAsked(taskKind: string): Promise<Visitor>;
  stop(): Promise<void>;
};

/** Starts the product, with settings over the usual ones; `prepare` runs before the API opens. Stops what it started when it fails. */
export async function startProduct(
  prepare: (backstage: Backstage) => Promise<void>,
  variables: Record<string, string> = {},
): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-story-'));
  const mails: ParsedMail[] = [];
  const processes: RunningProcess[] = [];
  let database: TestDatabase | undefined;
  let orm: Orm | undefined;
  let client: Client | undefined;
  let smtp: SMTPServer | undefined;
  let browser: Browser | undefined;
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }

  async function start(): Promise<Product> {
    database = await createTestDatabase();
    const { namespace, address } = await createTestNamespace();
    const { api: port, smtp: smtpPort } = await findFreePorts({ api: 0, smtp: 0 });
    const baseUrl = `http://localhost:${port}`;
    const env = {
      ...process.env,
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      PORT: String(port),
      PUBLIC_URL: baseUrl,
      COMMAND_WAIT_MS: '5000',
      ...variables,
    };
    const run = (name: string, file: string): Promise<RunningProcess> =>
      startProcess({
        name,
        command: process.execPath,
        args: [file],
        cwd: root,
        env,
        logFile: join(folder, `${name}.log`),
      });
    smtp = await catchMail(smtpPort, mails);
    await (
      await run('seed', 'persistence/seed.ts')
    ).exited;
    orm = await openOrm(database.url);
    client = new Client({ connection: await Connection.connect({ address }), namespace });
    const backstage: Backstage = { em: () => orm!.em.fork() as EntityManager, client };
    processes.push(await run('worker', 'worker/main.ts'));
    await prepare(backstage);
    processes.push(await run('api', 'api/main.ts'));
    await vi.waitUntil(
      () =>
        fetch(`${baseUrl}/health/ready`).then(
          (response) => response.ok,
          () => false,
        ),
      { timeout: 60_000, interval: 200 },
    );
    const demoAccounts = JSON.parse(readFileSync(join(folder, 'demo-accounts.json'), 'utf8')) as DemoAccount[];
    const accounts = Object.fromEntries(demoAccounts.map((account) => [account.role, account]));
    browser = await chromium.launch({ executablePath: await chromiumPath(), args: CHROMIUM_FLAGS });
    const visit = (width = 1280): Promise<Visitor> => open(browser!, baseUrl, width);
    return {
      ...backstage,
      baseUrl,
      folder,
      mails,
      accounts,
      visit,
      stop,
      async signIn(role, width) {
        const visitor = await visit(width);
        await enter(visitor.page, accounts[role]!);
        return visitor;
      },
      async signInAsAsked(taskKind) {
        const visitor = await visit();
        await enter(visitor.page, {
          nip: await numberOfAsked(backstage.em, taskKind),
          password: demoAccounts[0]!.password,
        });
        return visitor;
      },
    };
  }

  async function stop(): Promise<void> {
    await browser?.close();
    for (const part of processes) await part.stop();
    await new Promise<void>((resolve) => (smtp ? smtp.close(() => resolve()) : resolve()));
    await client?.connection.close();
    await orm?.close();
    await database?.drop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function open(browser: Browser, baseUrl: string, width: number): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale: 'id-ID', baseURL: baseUrl });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { context, page };
}

/** Signs in with number and password, and waits for the inbox unless a second step follows. */
export async function enter(
  page: Page,
  { nip, password }: Pick<DemoAccount, 'nip' | 'password'>,
  secondStep?: () => Promise<void>,
): Promise<void> {
  await page.goto('/');
  await page.getByLabel(/NIP/).first().fill(nip);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Masuk' }).click();
  await secondStep?.();
  await page.getByRole('heading', { name: 'Tugas saya', level: 1 }).waitFor();
}

/** The number of somebody who is asked, and who can sign in with the password of the demo accounts. */
async function numberOfAsked(em: Backstage['em'], taskKind: string): Promise<string> {
  const find = () =>
    em().execute<{ id: string; number: string }[]>(
      `select n.employee_id as id, n.number from task t join role_assignment r on r.desk_id = t.assignee_id join employee_number n on n.employee_id = r.employee_id and n.valid_to is null
       where t.kind = ? and t.state = 'open' and r.employee_id <> t.employee_id order by n.employee_id limit 1`,
      [taskKind],
    );
  await vi.waitUntil(async () => (await find()).length > 0, { timeout: 60_000, interval: 200 });
  const [asked] = await find();
  await em().execute(
    'insert into account (employee_id, password_hash) select ?, password_hash from account order by employee_id limit 1 on conflict do nothing',
    [asked!.id],
  );
  return asked!.number;
}

function catchMail(port: number, mails: ParsedMail[]): Promise<SMTPServer> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      // oxlint-disable-next-line promise/no-callback-in-promise -- the server's own interface
      void simpleParser(stream).then((mail) => (mails.push(mail), done()));
    },
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

/** Pictures for the documentation, when they are asked for: `SCREENSHOTS=docs/screenshots npm test -- browser-story`. */
export async function shoot(page: Page, name: string, width: number, { fullPage = false } = {}): Promise<void> {
  if (!process.env.SCREENSHOTS) return;
  const before = page.viewportSize()!;
  await page.setViewportSize({ width, height: width > 600 ? 900 : 740 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(root, process.env.SCREENSHOTS, `${name}-${width}.png`), fullPage });
  await page.setViewportSize(before);
}

/** Presses the button that sends the form of a page. */
export const submit = (page: Page): Promise<void> => page.locator('main form button[type=submit]').last().click();

/** Nothing for axe to report (WCAG 2.2 AA), and nothing wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
    [],
  );
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
  ).toBeLessThanOrEqual(0);
}

/** Looks at a page as phones and desks show it. */
export async function look(page: Page, name: string, options?: { fullPage: boolean }): Promise<void> {
  const before = page.viewportSize()!;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await expectAccessible(page);
    await shoot(page, name, width, options);
  }
  await page.setViewportSize(before);
}

/** Calls the API as the person whose page this is: for what a story needs and does not show. */
export function call(page: Page, method: string, path: string, body?: object): Promise<any> {
  return page.evaluate(
    async ([how, where, json]) => {
      const response = await fetch(`/api${where}`, {
        method: how!,
        ...(json && { headers: { 'content-type': 'application/json' }, body: json }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${how} ${where}: ${response.status} ${text}`);
      return JSON.parse(text) as unknown;
    },
    [method, path, body && JSON.stringify(body)],
  );
}
