import { beforeAll, describe, expect, it } from 'vitest';
import { ruleSetData } from '#test/factories/agency.ts';
import { openYear } from './open-year.ts';
import { UNIT_OF } from './people.ts';
import { expectAccessible, picture, shoot, submit, useProduct } from './product.ts';

const product = await useProduct();

/** A year that is in its last weeks today: SKP, reports and the appraisal are all open. */
beforeAll(() =>
  openYear(product, { unitCode: UNIT_OF.year, rules: { ...ruleSetData('triwulanan'), code: 'desember' }, day: 336 }),
);

describe('the story of two people over three stages', () => {
  it(
    'S4.1 S4.4 S5.2 S5.4 S6.1 T.1 X.1 from SKP over a report to the result, each seeing the other act',
    { timeout: 600_000 },
    async () => {
      const { accounts, baseUrl, mails, signIn } = product;
      const employee = await signIn('employee', 360);
      const superior = await signIn('superior');
      const me = employee.page;
      const boss = superior.page;
      await expectAccessible(me);
      await expectAccessible(boss);

      // SKP: the employee writes and sends it; it appears in the superior's open inbox by itself.
      await me.goto(`${baseUrl}/skp`);
      await me.getByRole('link', { name: 'Susun SKP' }).first().click();
      await me.getByRole('button', { name: 'Tambah hasil kerja utama' }).click();
      await me.getByLabel('Rencana hasil kerja').fill('Layanan pengaduan terselesaikan tepat waktu');
      await me.getByLabel('Alasan tidak diturunkan').fill('Atasan belum memiliki SKP yang ditetapkan');
      await me.getByLabel('Indikator kinerja individu').fill('Persentase pengaduan yang selesai dalam lima hari kerja');
      await me.getByLabel('Aspek', { exact: true }).selectOption('kualitas');
      await me.getByLabel('Target', { exact: true }).fill('95');
      await me.getByLabel('Satuan', { exact: true }).fill('persen');
      await me
        .getByText(/Tersimpan/)
        .first()
        .waitFor();
      await expectAccessible(me);
      await shoot(me, 'skp', 1280);
      await shoot(me, 'skp', 360);
      await me.reload();
      expect(await me.getByLabel('Rencana hasil kerja').inputValue()).toBe(
        'Layanan pengaduan terselesaikan tepat waktu',
      );
      await me.getByRole('button', { name: 'Periksa sebelum mengirim' }).click();
      await me.getByRole('button', { name: 'Kirim ke atasan' }).click();
      await me.getByText('SKP terkirim ke atasan').waitFor();
      await me.getByText('Nomor tanda terima').waitFor();

      const row = boss
        .getByRole('link', {
          name: new RegExp(`Setujui SKP.*${accounts.employee!.name}|${accounts.employee!.name}.*Setujui SKP`, 's'),
        })
        .first();
      await row.click({ timeout: 60_000 });
      await boss.getByRole('heading', { name: new RegExp(accounts.employee!.name), level: 2 }).waitFor();
      await boss.getByText('Persentase pengaduan yang selesai dalam lima hari kerja').first().waitFor();
      await expectAccessible(boss);
      await shoot(boss, 'inbox', 1280);
      await boss.getByRole('radio', { name: /Setujui SKP/ }).check();
      await submit(boss);
      await boss.getByText('SKP disetujui').first().waitFor();

      // A report with evidence.
      await me.goto(`${baseUrl}/reports`);
      await me
        .getByRole('link', { name: /Isi laporan/ })
        .first()
        .click();
      await me
        .getByLabel(/^Realisasi/)
        .first()
        .fill('96');
      await me.getByLabel('Uraian periode ini').fill('Semua pengaduan ditangani.');
      await me.locator('input[type=file]').first().setInputFiles(picture('bukti.png'));
      await me.getByRole('button', { name: /Hapus berkas bukti/ }).waitFor({ timeout: 60_000 });
      await expectAccessible(me);
      await submit(me);
      await me.getByText('Laporan terkirim ke atasan').first().waitFor();

      await boss.goto(`${baseUrl}/inbox?kind=reviewReport`);
      await boss
        .getByRole('link', { name: new RegExp(accounts.employee!.name) })
        .first()
        .click();
      // On a wide screen the first task is open already, and it may be somebody else's.
      await boss.getByRole('heading', { name: new RegExp(accounts.employee!.name), level: 2 }).waitFor();
      await boss.getByRole('link', { name: /bukti/ }).first().waitFor();
      await boss.getByRole('radio', { name: /Terima laporan/ }).check();
      await submit(boss);
      await boss.getByText('Laporan diterima').first().waitFor();

      // The appraisal: self-assessment, two ratings, the result.
      await me.goto(`${baseUrl}/inbox?kind=selfAssess`);
      await me
        .getByRole('link', { name: /Nilai diri sendiri/ })
        .first()
        .click();
      await me.getByRole('link', { name: 'Buka penilaian diri' }).click();
      await me.getByLabel('Penilaian diri Anda').fill('Target tercapai dan waktu layanan lebih singkat.');
      await submit(me);
      await me.getByText('Penilaian diri terkirim').first().waitFor();

      await boss.goto(`${baseUrl}/inbox?kind=appraise`);
      await boss
        .getByRole('link', { name: new RegExp(accounts.employee!.name) })
        .first()
        .click();
      await boss.getByRole('heading', { name: new RegExp(accounts.employee!.name), level: 2 }).waitFor();
      const above = boss.getByRole('radio', { name: /Di atas ekspektasi/i });
      await above.first().check();
      await above.nth(1).check();
      await expectAccessible(boss);
      await shoot(boss, 'appraisal', 1280);
      await submit(boss);
      await boss.getByText('Penilaian ditetapkan').first().waitFor();

      await me.goto(`${baseUrl}/inbox`);
      await me
        .getByRole('link', { name: /Tanggapi hasil penilaian/ })
        .first()
        .waitFor();
      await shoot(me, 'inbox', 360);
      await me.goto(`${baseUrl}/inbox?kind=acknowledgeResult`);
      await me
        .getByRole('link', { name: /Tanggapi hasil penilaian/ })
        .first()
        .click();
      await me.getByText('Sangat baik', { exact: false }).first().waitFor();
      await me.getByRole('radio', { name: /Saya menerima hasil ini/ }).check();
      await submit(me);
      await me.getByText('Hasil diterima').first().waitFor();

      // The mails of the way, read: what, for whom, and a link that only opens a page.
      const toEmployee = () => mails().filter((mail) => mail.to.includes(accounts.employee!.name));
      await expect.poll(() => toEmployee().some((mail) => /hasil/i.test(mail.subject))).toBe(true);
      for (const mail of toEmployee()) {
        expect(`${mail.subject}${mail.text}`).not.toMatch(/\d{18}|undefined|\[object/);
        expect(mail.text).toContain(`${baseUrl}/`);
      }

      // The administrator reads the story of it all.
      const admin = await signIn('agencyAdmin');
      await admin.page.goto(`${baseUrl}/administration/runs?search=${encodeURIComponent(accounts.employee!.name)}`);
      await admin.page
        .getByRole('link', { name: new RegExp(accounts.employee!.name) })
        .first()
        .click();
      await admin.page.getByText(/Hasil diterima oleh pegawai/).waitFor();
      await expectAccessible(admin.page);
      await shoot(admin.page, 'history', 1280, { fullPage: true });
      for (const { context } of [employee, superior, admin]) await context.close();
    },
  );
});
