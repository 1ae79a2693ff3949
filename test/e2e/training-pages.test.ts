import type { Page } from '@playwright/test';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { QUESTIONS } from '#test/factories/training.ts';
import { officerOf, staffOf, UNIT_OF } from './people.ts';
import { call, expectAccessible, look, useProduct, type Visitor } from './product.ts';

const JP = {
  kind: 'seminar',
  title: 'Seminar manajemen kinerja',
  organiser: 'Lembaga Administrasi Negara',
  heldFrom: '2026-02-03',
  heldTo: '2026-02-04',
  jp: 6,
};

const product = await useProduct();
let officer: Visitor;
let employee: Visitor;
/** The unit of the employee, and an event there that takes place right now. */
let unitId: string;
let eventId: string;

beforeAll(async () => {
  const person = (await staffOf(product.em(), UNIT_OF.training))[0]!;
  officer = await product.signIn(await officerOf(product.em(), UNIT_OF.training));
  employee = await product.signIn(person);
  unitId = person.unitId;
  eventId = await holdTraining(officer.page);
});

/** Opens a page as phones and desks show it: everything is there, nothing failed, nothing for axe to report. */
async function visit(page: Page, path: string, name: string): Promise<void> {
  const failed: string[] = [];
  const note = (error: Error): number => failed.push(error.message);
  page.on('pageerror', note);
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.locator('main').innerText()).not.toContain('Memuat');
  await look(page, name, { fullPage: true });
  page.off('pageerror', note);
  expect(failed, path).toEqual([]);
  expect(await page.locator('main').innerText(), path).not.toMatch(/\b(?:training|page|common|problem)\.\w+/);
}

describe('the pages of training', () => {
  it(
    'S2.1 S2.4 employees see invitations, an event, the check-in, the test and their JP',
    { timeout: 120_000 },
    async () => {
      const { page } = employee;
      await call(page, 'POST', '/training/jp-entries', JP);
      await visit(page, '/training', 'training');
      await visit(page, `/training/events/${eventId}`, 'training-event-open');
      await visit(page, `/training/check-in/${eventId}`, 'training-check-in');
      const { code } = await call(officer.page, 'GET', `/training/events/${eventId}/code`);
      await page.getByLabel('Kode presensi').fill(code);
      await page.getByRole('button', { name: 'Catat kehadiran' }).click();
      await page.getByText('Anda tercatat hadir').first().waitFor();
      await expectAccessible(page);
      await visit(page, `/training/events/${eventId}/tests/post`, 'training-test-open');
    },
  );

  it(
    'S2.1 S2.3 S2.4 organisers see events, the editor, people, tests and materials, coverage and JP',
    { timeout: 120_000 },
    async () => {
      const pages = {
        '/admin/training': 'training-admin',
        '/admin/training/new': 'training-new',
        [`/admin/training/${eventId}`]: 'training-organise',
        [`/admin/training/${eventId}?part=people`]: 'training-people',
        [`/admin/training/${eventId}?part=tests`]: 'training-tests',
        [`/admin/training/${eventId}?part=materials`]: 'training-materials',
        [`/admin/training/${eventId}/edit`]: 'training-edit',
        [`/admin/training/${eventId}/projector`]: 'training-projector',
        [`/admin/training/${eventId}/tests/post`]: 'training-test-editor',
        '/admin/training/coverage': 'training-coverage',
        '/admin/training/jp': 'training-jp',
      };
      for (const [path, name] of Object.entries(pages)) await visit(officer.page, path, name);
    },
  );

  it('S2.2 anybody sees whether a certificate is genuine', { timeout: 60_000 }, async () => {
    const [certificate] = await product
      .em()
      .execute<{ token: string }[]>('select token from training_certificate limit 1');
    const { page, context } = await product.visit(360);
    await visit(page, `/certificates/${certificate!.token}`, 'training-certificate');
    await visit(page, '/certificates/tidak-ada', 'training-certificate-unknown');
    await context.close();
  });
});

/** An event that began half an hour ago, whose check-in is open, with a test after it. */
async function holdTraining(page: Page): Promise<string> {
  const at = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();
  const content = {
    kind: 'bimtek',
    title: 'Bimtek penyusunan SKP dan indikator',
    topic: 'skp',
    agenda: 'Indikator yang terukur; latihan',
    place: 'Aula',
    link: '',
    startsAt: at(-30),
    endsAt: at(60),
    timeZone: 'Asia/Jakarta',
    organiser: 'Biro Kepegawaian',
    speakers: ['Dr. Ani Lestari'],
    quota: null,
    jp: 4,
    signerName: 'Kepala Biro',
    signerTitle: 'Kepala Biro Kepegawaian',
    checkInMinutesBefore: 60,
    checkInMinutesAfter: 0,
    remindHoursBefore: 0,
    testUntil: at(120),
    invitations: [{ kind: 'unit', unitId, withSubUnits: true }],
  };
  const { id } = await call(page, 'POST', '/training/events', { unitId, content });
  await call(page, 'PUT', `/training/events/${id}/tests/post`, {
    content: { passMarkPercent: 70, attempts: 3, isShuffled: false, questions: QUESTIONS },
  });
  await call(page, 'POST', `/training/events/${id}/publication`, {});
  await vi.waitUntil(
    async () => (await call(page, 'GET', `/training/events/${id}/organiser`)).event.state === 'checkInOpen',
    { timeout: 60_000, interval: 500 },
  );
  return id as string;
}
