import type { Page } from '@playwright/test';
import { beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '#domain/calendar/calendar-date.ts';
import { civilDate } from '#domain/calendar/clock.ts';
import { createRuleSet, ruleSetData } from '#test/factories/agency.ts';
import { yearFromNow } from '#test/factories/year.ts';
import type { KeptMail } from '#test/environment/mails.ts';
import { staffOf, UNIT_OF, type DemoPerson } from './people.ts';
import { look, picture, submit, useProduct, type Visitor } from './product.ts';

const today = civilDate(Date.now(), 'Asia/Jakarta');
const TITLE = 'Pedoman Penilaian Kinerja Triwulanan';
const SUBJECT = `${TITLE} (7/${today.slice(0, 4)}`;
const WHOLE = { fullPage: true };
const PARTS = {
  Tujuan: 'Menyamakan cara menilai kinerja triwulanan di seluruh unit kerja.',
  Prosedur: '1. Pegawai mengisi realisasi.\n2. Atasan memberi umpan balik.\n3. Atasan menilai.',
  'Standar penilaian': 'Hasil kerja dinilai terhadap target; perilaku dinilai terhadap ekspektasi pimpinan.',
  'Indikator kinerja': 'Setiap rencana hasil kerja mempunyai indikator kuantitas, kualitas, atau waktu.',
  'Tata cara penggunaan': 'Penilaian dilakukan di dalam aplikasi.',
};
const REASON = 'Prosedur belum menyebut batas waktu umpan balik.';
const MENDED =
  '1. Pegawai mengisi realisasi.\n2. Atasan memberi umpan balik dalam lima hari kerja.\n3. Atasan menilai.';

const product = await useProduct();
let writer: Visitor;
let reviewer: Visitor;
let leader: Visitor;
let employee: Visitor;
/** Somebody of the unit whose people must read. */
let reader: DemoPerson;
let guidelineId: string;

beforeAll(async () => {
  reader = (await staffOf(product.em(), UNIT_OF.guideline))[0]!;
  [writer, employee] = [await product.signIn('agencyAdmin'), await product.signIn(reader, 360)];
});

describe('a guideline from draft to force', () => {
  it(
    'S1.1 S1.2 is written with a file, returned with a reason, mended and approved',
    { timeout: 300_000 },
    async () => {
      const me = writer.page;
      await me.goto('/guidelines?tab=all');
      await me.getByRole('heading', { name: 'Pedoman', level: 1 }).waitFor();
      await look(me, 'guidelines-all');
      await me.getByRole('button', { name: 'Susun pedoman baru' }).click();
      await me.getByRole('button', { name: 'Ajukan untuk ditinjau' }).click();
      await me.getByRole('heading', { name: 'Pedoman belum dapat diajukan' }).waitFor();
      await look(me, 'guideline-problems', WHOLE);
      await write(me);
      await look(me, 'guideline-edit', WHOLE);
      guidelineId = /guidelines\/([\w-]+)/.exec(me.url())![1]!;
      await me.getByRole('button', { name: 'Ajukan untuk ditinjau' }).click();
      await me.getByText('Penelaah mendapat tugas').waitFor();
      await me.getByText('Ditinjau').first().waitFor();
      await look(me, 'guideline-in-review');

      // The second person returns it; nobody reviews what is their own.
      reviewer = await product.signInAsAsked('reviewGuideline');
      await openTask(reviewer.page, 'reviewGuideline', 'Telaah rancangan pedoman');
      await reviewer.page.getByRole('link', { name: 'lampiran.png' }).waitFor();
      await look(reviewer.page, 'guideline-review', WHOLE);
      await reviewer.page.getByRole('radio', { name: /^Kembalikan/ }).check();
      await reviewer.page.getByLabel(/^Alasan/).fill(REASON);
      await submit(reviewer.page);
      await reviewer.page.getByText('Nomor tanda terima').waitFor();

      await openTask(me, 'reviseGuideline', 'Perbaiki rancangan pedoman');
      await me.getByText(REASON).first().waitFor();
      await look(me, 'guideline-returned-task', WHOLE);
      await me.getByRole('link', { name: 'Lanjutkan menyusun' }).click();
      await me.getByText('Pedoman dikembalikan', { exact: true }).waitFor();
      await me.getByText(REASON).waitFor();
      await me.getByLabel('Prosedur', { exact: true }).fill(MENDED);
      await me
        .getByText(/Tersimpan/)
        .first()
        .waitFor();
      await look(me, 'guideline-returned', WHOLE);
      await me.getByRole('link', { name: 'Kirim kembali dari tugas Anda' }).click();
      await me.getByText('Yang diperbaiki sejak dikembalikan').waitFor();
      await me.locator('ins').filter({ hasText: 'dalam lima hari kerja' }).waitFor();
      await look(me, 'guideline-mended', WHOLE);
      await me.getByRole('button', { name: 'Kirim kembali' }).click();
      await me.getByText('Nomor tanda terima').waitFor();

      await openTask(reviewer.page, 'reviewGuideline', 'Telaah rancangan pedoman');
      await reviewer.page.locator('ins').filter({ hasText: 'dalam lima hari kerja' }).waitFor();
      await decide(reviewer.page, 'Setujui');

      leader = await product.signInAsAsked('approveGuideline');
      await openTask(leader.page, 'approveGuideline', 'Tetapkan pedoman');
      await look(leader.page, 'guideline-approve', WHOLE);
      await bringTomorrow(15_000);
      await decide(leader.page, 'Setujui');
      await me.goto(`/guidelines/${guidelineId}`);
      // Determined; and in force, where its day has begun meanwhile.
      await me
        .getByText(/^(Ditetapkan|Berlaku)$/)
        .first()
        .waitFor();
    },
  );

  it(
    'S1.2 S1.3 comes into force on its day, is announced, read and acknowledged, and units show who has read it',
    { timeout: 180_000 },
    async () => {
      const me = employee.page;
      await writer.page.getByText('Berlaku', { exact: true }).first().waitFor({ timeout: 60_000 });
      const mail = await mailTo(reader.email, `Pedoman baru: ${TITLE}`);
      expect(mail.text).toContain(`${product.baseUrl}/guidelines/${guidelineId}`);
      expect(mail.text).toContain('Petunjuk Teknis 7/');

      await me.goto('/guidelines');
      await me.getByRole('heading', { name: 'Belum saya baca' }).waitFor();
      await look(me, 'guidelines-mine');
      await me.getByRole('link', { name: TITLE }).click();
      await me.getByRole('heading', { name: TITLE, level: 1 }).waitFor();
      await look(me, 'guideline-to-read', WHOLE);
      await me.getByRole('button', { name: 'Saya sudah membaca' }).click();
      await me.getByText(/Anda sudah membaca versi 1/).waitFor();
      await look(me, 'guideline-read');

      await writer.page.goto(`/guidelines/${guidelineId}?tab=coverage`);
      await writer.page
        .getByRole('cell', { name: /^1 dari/ })
        .first()
        .waitFor();
      await look(writer.page, 'guideline-coverage', WHOLE);
    },
  );

  it(
    'S1.1 S1.2 an amendment shows what differs, and takes the place of the version before it',
    { timeout: 300_000 },
    async () => {
      const me = writer.page;
      await me.goto(`/guidelines/${guidelineId}`);
      await me.getByRole('button', { name: 'Buat versi baru' }).click();
      await me.getByLabel('Tujuan', { exact: true }).fill(PARTS.Tujuan.replace('triwulanan', 'bulanan'));
      await me
        .getByText(/Tersimpan/)
        .first()
        .waitFor();
      await me.getByLabel('Berlaku mulai').fill(today);
      await me.getByRole('button', { name: 'Ajukan untuk ditinjau' }).click();
      await me.getByText('Penelaah mendapat tugas').waitFor();
      await openTask(reviewer.page, 'reviewGuideline', 'Telaah rancangan pedoman');
      await expect
        .poll(() => reviewer.page.locator('ins').allInnerTexts())
        .toContainEqual(expect.stringContaining('bulanan'));
      await look(reviewer.page, 'guideline-amendment-review', WHOLE);
      await decide(reviewer.page, 'Setujui');
      await openTask(leader.page, 'approveGuideline', 'Tetapkan pedoman');
      await decide(leader.page, 'Setujui');

      await me.goto(`/guidelines/${guidelineId}?tab=changes`);
      await me.locator('del').filter({ hasText: 'triwulanan' }).waitFor();
      await look(me, 'guideline-changes', WHOLE);
      await me.goto(`/guidelines/${guidelineId}?version=1`);
      await me.getByText('Diubah', { exact: true }).first().waitFor({ timeout: 60_000 });
      await look(me, 'guideline-old-version', WHOLE);
      await me.getByRole('link', { name: 'Buka versi 2' }).click();
      await me.getByText('bulanan').first().waitFor();
      await mailTo(reader.email, `Pedoman baru: ${TITLE}`, 2);
    },
  );

  it(
    'S5.6 without network what was typed stays, and a link says that its page cannot be opened, until it can',
    { timeout: 120_000 },
    async () => {
      const { page, context } = writer;
      await page.goto('/guidelines?tab=all');
      await page.getByLabel('Cari judul').fill('Triwulanan');
      await context.setOffline(true);
      await page.getByRole('link', { name: 'Pustaka indikator' }).click();
      await page.getByText('Halaman “Pustaka indikator” belum dapat dibuka').waitFor();
      expect(await page.getByLabel('Cari judul').inputValue()).toBe('Triwulanan');
      await look(page, 'page-not-opened');
      await context.setOffline(false);
      await page.getByRole('button', { name: 'Coba lagi' }).click();
      await page.getByRole('heading', { name: 'Pustaka indikator', level: 1 }).waitFor();
      for (const visitor of [writer, reviewer, leader, employee]) await visitor.context.close();
    },
  );
});

/** Fills in all of a guideline and attaches a file. */
async function write(page: Page): Promise<void> {
  await page.getByLabel('Judul (tentang)').fill(TITLE);
  await page.getByLabel('Jenis').selectOption('juknis');
  await page.getByLabel('Nomor', { exact: true }).fill('7');
  await page.getByLabel('Ditetapkan oleh').fill('Sekretaris Jenderal');
  await page.getByLabel('Berlaku mulai').fill(addDays(today, 1));
  for (const [label, text] of Object.entries(PARTS)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Tambah pasal' }).click();
  await page.getByLabel('Judul pasal').fill('Pasal 1 Ruang lingkup');
  await page.getByLabel('Teks', { exact: true }).fill('Pedoman ini berlaku bagi semua pegawai yang memiliki SKP.');
  await page.getByRole('button', { name: 'Tambah hubungan' }).click();
  await page.getByLabel('Ditujukan kepada').selectOption('units');
  await page.getByRole('checkbox', { name: reader.unitName, exact: true }).check();
  await page.getByLabel('Waktu membaca (hari kerja)').fill('5');
  await page.getByLabel('Tambah lampiran').setInputFiles(picture('lampiran.png'));
  await page.getByRole('link', { name: 'lampiran.png' }).waitFor();
  await page
    .getByText(/Tersimpan/)
    .first()
    .waitFor();
}

/** Opens the task of this kind that is about the guideline. */
async function openTask(page: Page, kind: string, title: string): Promise<void> {
  await page.goto(`/inbox?kind=${kind}`);
  await page
    .getByRole('link', { name: new RegExp(title) })
    .first()
    .click({ timeout: 60_000 });
  await page.getByRole('heading', { name: new RegExp(`^${title}`), level: 2 }).waitFor();
  await page.getByRole('article').getByText(SUBJECT).first().waitFor();
}

async function decide(page: Page, decision: string): Promise<void> {
  await page.getByRole('radio', { name: new RegExp(`^${decision}`) }).check();
  await submit(page);
  await page.getByText('Nomor tanda terima').waitFor();
}

/** The publication goes on by a calendar whose tomorrow begins soon. */
async function bringTomorrow(inMs: number): Promise<void> {
  const clock = yearFromNow(Date.now() + inMs, addDays(today, 1));
  const ruleSetId = await createRuleSet(product.em(), { ...ruleSetData('triwulanan'), code: 'besok-segera', clock });
  await product
    .em()
    .execute(`update matter set rule_set_id = ? where data ->> 'guidelineId' = ?`, [ruleSetId, guidelineId]);
}

/** The nth mail to somebody with this subject. */
async function mailTo(address: string, subject: string, nth = 1): Promise<KeptMail> {
  const find = (): KeptMail | undefined =>
    product.mails().filter((mail) => mail.subject.startsWith(subject) && mail.to.includes(address))[nth - 1];
  await expect.poll(find, { timeout: 60_000 }).toBeTruthy();
  return find()!;
}
