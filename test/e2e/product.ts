import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { Client, Connection } from '@temporalio/client';
import type { EntityManager } from '@mikro-orm/postgresql';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { afterAll, expect, inject } from 'vitest';
import { openOrm } from '#persistence/orm.ts';
import { DEMO_PASSWORD, type DemoAccount } from '#persistence/seeders/demo-accounts.ts';
import { chromiumPath } from '#scripts/services/chromium.ts';
import { keptMails, type KeptMail } from '#test/environment/mails.ts';
import { ask } from '#test/environment/offer.ts';
import type { ProductPlace } from '#test/environment/start-product.ts';
import { untilAsked } from './people.ts';

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

export type Visitor = { context: BrowserContext; page: Page };

/**
 * The product that all stories of a run use at the same time, with a browser of the story's own. What one story does must
 * not disturb another: each keeps to the people of units that no other story uses (see `people.ts`).
 */
export type Product = {
  baseUrl: string;
  em(): EntityManager;
  client: Client;
  /** All mails that were sent since the run began, oldest first. */
  mails(): KeptMail[];
  accounts: Record<string, DemoAccount>;
  /** A browser of its own for somebody who is not signed in. */
  visit(width?: number): Promise<Visitor>;
  /** The same for a demo account, by its role, or for somebody of the agency; signed in and at the inbox. */
  signIn(who: string | { nip: string }, width?: number): Promise<Visitor>;
  /** The same for somebody whose desk is asked for the open task of this kind, about this person if one is named. */
  signInAsAsked(taskKind: string, aboutId?: string): Promise<Visitor>;
};

/** For the top of a test file: the run's product, which the first story to come here starts. */
export async function useProduct(): Promise<Product> {
  const { baseUrl, databaseUrl, temporalAddress, namespace, folder } = await ask<ProductPlace>(inject('productUrl'));
  const orm = await openOrm(databaseUrl, { poolMax: 4 });
  afterAll(() => orm.close());
  const connection = await Connection.connect({ address: temporalAddress });
  afterAll(() => connection.close());
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: CHROMIUM_FLAGS });
  afterAll(() => browser.close());

  const demoAccounts = JSON.parse(readFileSync(join(folder, 'demo-accounts.json'), 'utf8')) as DemoAccount[];
  const accounts = Object.fromEntries(demoAccounts.map((account) => [account.role, account]));
  const em = (): EntityManager => orm.em.fork() as EntityManager;
  const visit = (width = 1280): Promise<Visitor> => open(browser, baseUrl, width);
  const signIn: Product['signIn'] = async (who, width) => {
    const visitor = await visit(width);
    const { nip } = typeof who === 'string' ? accounts[who]! : who;
    await enter(visitor.page, { nip, password: DEMO_PASSWORD });
    return visitor;
  };
  return {
    baseUrl,
    em,
    client: new Client({ connection, namespace }),
    mails: () => keptMails(join(folder, 'mails')),
    accounts,
    visit,
    signIn,
    signInAsAsked: async (taskKind, aboutId) => signIn(await untilAsked(em, taskKind, aboutId)),
  };
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

/** The smallest PNG, to be attached under a name. */
export const picture = (name: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
});

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
