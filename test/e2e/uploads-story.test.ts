import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page, Request, Route } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvent } from '#test/factories/training.ts';
import { officerOf, staffOf, UNIT_OF } from './people.ts';
import { call, look, picture, useProduct, type Visitor } from './product.ts';

const product = await useProduct();
let writer: Visitor;
/** A file of some pieces. */
const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(4_500_000), Buffer.from('\n%%EOF\n')]);
/** On a disk: chosen again, it must have the same time of its last change. */
const folder = mkdtempSync(join(tmpdir(), 'uploads-'));
const large = join(folder, 'pedoman lengkap.pdf');
writeFileSync(large, bytes);
afterAll(() => rmSync(folder, { recursive: true }));
/** What only looks like a file that is taken. */
const disguised = {
  name: 'laporan.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('<html><script>alert(1)</script></html>'),
};

beforeAll(async () => {
  writer = await product.signIn('agencyAdmin', 360);
});

/** The requests of uploads, as they are sent. */
function watchUploads(page: Page): Request[] {
  const seen: Request[] = [];
  page.on('request', (request) => request.url().includes('/api/uploads') && seen.push(request));
  return seen;
}
const sent = (requests: readonly Request[], method: string): Request[] =>
  requests.filter((request) => request.method() === method);
const offsetsOf = (requests: readonly Request[]): number[] =>
  sent(requests, 'PATCH').map((request) => Number(request.headers()['upload-offset']));

/** Lets the first piece of a file arrive and keeps the second on the way; resolves when it is there. */
async function holdSecondPiece(page: Page): Promise<{ held: Promise<Route> }> {
  const { promise: held, resolve } = Promise.withResolvers<Route>();
  await page.route('**/api/uploads/*', (route, request) =>
    request.method() === 'PATCH' && request.headers()['upload-offset'] !== '0' ? resolve(route) : route.continue(),
  );
  return { held };
}

async function newDraft(page: Page): Promise<string> {
  const { id } = await call(page, 'POST', '/guidelines');
  await page.goto(`/guidelines/${id}/versions/1/edit`);
  await page.getByLabel('Tambah lampiran').waitFor();
  return id;
}
const sumsOf = (guidelineId: string): Promise<{ sha256: string }[]> =>
  product
    .em()
    .execute(
      'select a.sha256 from guideline_attachment a join guideline_version v on v.id = a.version_id where v.guideline_id = ?',
      [guidelineId],
    );

describe('a file on a bad line', () => {
  it(
    'S1.1 waits when the network is lost, says so, and goes on by itself where it stopped',
    { timeout: 180_000 },
    async () => {
      const { page, context } = writer;
      const id = await newDraft(page);
      const requests = watchUploads(page);
      const { held } = await holdSecondPiece(page);
      await page.getByLabel('Tambah lampiran').setInputFiles(large);
      const second = await held;
      await context.setOffline(true);
      await second.abort('internetdisconnected');
      await page.unroute('**/api/uploads/*');
      await page.getByText('Menunggu jaringan').waitFor();
      await page.getByText(/Yang sudah terkirim \(\d+ persen\) aman/).waitFor();
      await look(page, 'upload-paused');
      await page.getByRole('button', { name: /Lanjutkan sekarang.*pedoman lengkap/ }).waitFor();
      await context.setOffline(false);
      await page.getByRole('link', { name: 'pedoman lengkap.pdf' }).waitFor();
      expect(await sumsOf(id)).toEqual([{ sha256: createHash('sha256').update(bytes).digest('hex') }]);
      expect(sent(requests, 'POST')).toHaveLength(1);
      expect(offsetsOf(requests)).toContain(1_000_000);
      expect(offsetsOf(requests).filter((offset) => offset === 0)).toHaveLength(1);
    },
  );

  it('S1.1 goes on after its page was closed, when the file is chosen again', { timeout: 180_000 }, async () => {
    const { page } = writer;
    const id = await newDraft(page);
    page.on('dialog', (dialog) => void dialog.accept());
    const { held } = await holdSecondPiece(page);
    await page.getByLabel('Tambah lampiran').setInputFiles(large);
    await held;
    await page.goto('/inbox');
    await page.unroute('**/api/uploads/*');
    await page.goto(`/guidelines/${id}/versions/1/edit`);
    const requests = watchUploads(page);
    await page.getByLabel('Tambah lampiran').setInputFiles(large);
    await page.getByRole('link', { name: 'pedoman lengkap.pdf' }).waitFor();
    expect([sent(requests, 'POST').length, Math.min(...offsetsOf(requests))]).toEqual([0, 1_000_000]);
    expect(await sumsOf(id)).toEqual([{ sha256: createHash('sha256').update(bytes).digest('hex') }]);
  });

  it(
    'S2.1 S2.2 what is no such file is refused at the file, and another one takes its place',
    { timeout: 180_000 },
    async () => {
      const person = (await staffOf(product.em(), UNIT_OF.uploads))[0]!;
      const officer = await product.signIn(await officerOf(product.em(), UNIT_OF.uploads), 360);
      const eventId = await createEvent(product.em(), person.unitId, { state: 'invited' });
      await officer.page.goto(`/admin/training/${eventId}?part=materials`);
      await officer.page.getByLabel('Tambah berkas').setInputFiles([disguised, picture('foto.png')]);
      await officer.page.getByRole('link', { name: /foto\.png/ }).waitFor();
      await officer.page
        .getByText('Jenis berkas ini tidak diterima. Gunakan PDF, PPTX, JPG, PNG, DOCX, XLSX.')
        .waitFor();
      await look(officer.page, 'material-refused');
      await officer.page.getByRole('button', { name: 'Hapus berkas laporan.pdf' }).click();
      await officer.page.getByText('laporan.pdf').waitFor({ state: 'hidden' });
      await officer.context.close();

      const { page, context } = await product.signIn(person, 360);
      await page.goto('/training');
      await page.getByRole('button', { name: 'Tambah JP' }).click();
      const form = page.getByRole('dialog');
      for (const [label, text] of [
        ['Jenis', 'Seminar'],
        ['Nama kegiatan', 'Seminar nasional kinerja'],
        ['Penyelenggara', 'LAN'],
        ['Mulai', '2026-02-03'],
        ['Selesai', '2026-02-04'],
        ['Jumlah JP', '6'],
      ] as const)
        await form.getByLabel(label).fill(text);
      await form.getByRole('button', { name: 'Kirim usulan' }).click();
      await form.getByText('Pilih berkas bukti.').first().waitFor();
      await form.getByLabel('Pilih berkas bukti').setInputFiles(disguised);
      await form.getByRole('button', { name: 'Kirim usulan' }).click();
      await form.getByText('Tidak diterima', { exact: true }).waitFor();
      await look(page, 'jp-refused');
      await form.getByLabel('Pilih berkas bukti').setInputFiles(picture('foto.png'));
      await form.getByText('laporan.pdf').waitFor({ state: 'hidden' });
      await form.getByRole('button', { name: 'Kirim usulan' }).click();
      await form.waitFor({ state: 'hidden' });
      await page.getByRole('link', { name: /foto\.png/ }).waitFor();
      expect(
        await product.em().execute(`select 1 from jp_entry where title = 'Seminar nasional kinerja'`),
      ).toHaveLength(1);
      await context.close();
    },
  );
});
