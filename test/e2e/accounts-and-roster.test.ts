import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { expect, it, vi } from 'vitest';
import { DEMO_PASSWORD } from '#persistence/seeders/demo-accounts.ts';
import { staffOf, UNIT_OF } from './people.ts';
import { enter, expectAccessible, shoot, useProduct } from './product.ts';

const ROSTER = join(import.meta.dirname, '../../data/demo-agency/roster.csv');
const NEW_PASSWORD = 'empat kuda makan roti';

const product = await useProduct();

const codeOf = (secret: string, shift = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')), digits: 6, period: 30 }).generate({
    timestamp: Date.now() + shift * 30_000,
  });

it(
  'S3.3 a second factor is set up, asked for at the next sign-in, and the password is reset by mail',
  { timeout: 300_000 },
  async () => {
    const { em, mails, baseUrl, signIn, visit } = product;
    const person = (await staffOf(em(), UNIT_OF.accounts))[0]!;
    const account = { nip: person.nip, password: DEMO_PASSWORD };
    const { page } = await signIn(person, 360);
    await page.goto(`${baseUrl}/profile/security`);
    await page.getByRole('heading', { name: 'Keamanan akun', level: 1 }).waitFor();
    await page.getByText('Perangkat ini').waitFor();
    await expectAccessible(page);
    await shoot(page, 'security', 1280, { fullPage: true });
    await shoot(page, 'security', 360, { fullPage: true });
    await page.getByRole('button', { name: 'Aktifkan verifikasi dua langkah' }).click();
    await page.getByRole('dialog').getByLabel('Kata sandi sekarang').fill(account.password);
    await page.getByRole('button', { name: 'Mulai' }).click();
    const secret = (await page.getByRole('dialog').locator('code').textContent())!;
    await expectAccessible(page);
    await shoot(page, 'factor-setup', 360);
    await page.getByLabel('Kode verifikasi').fill(codeOf(secret));
    await page.getByRole('button', { name: 'Aktifkan', exact: true }).click();
    await page.getByRole('list', { name: 'Kode pemulihan' }).waitFor();
    await expectAccessible(page);
    await shoot(page, 'recovery-codes', 360);
    const recovery = (await page.getByRole('list', { name: 'Kode pemulihan' }).locator('li').first().textContent())!;
    await page.getByLabel('Saya sudah menyimpan kode ini').check();
    await page.getByRole('button', { name: 'Lanjutkan' }).click();
    await page.getByText('Aktif sejak').waitFor();

    const second = (await visit(360)).page;
    await enter(second, account, async () => {
      await second.getByLabel('Kode verifikasi').fill('000000');
      await second.getByRole('button', { name: 'Verifikasi' }).click();
      await second.getByRole('alert').waitFor();
      await expectAccessible(second);
      await shoot(second, 'second-step', 360);
      await shoot(second, 'second-step', 1280);
      await second.getByLabel('Kode verifikasi').fill(recovery);
      await second.getByRole('button', { name: 'Verifikasi' }).click();
    });

    const third = (await visit(360)).page;
    await third.goto(`${baseUrl}/sign-in`);
    await third.getByRole('link', { name: 'Lupa kata sandi?' }).click();
    // The page before it has a field of the same name, and stays until this one has loaded.
    await third.getByRole('heading', { name: 'Lupa kata sandi' }).waitFor();
    await third.getByLabel('NIP atau NI PPPK').fill(account.nip);
    await shoot(third, 'forgot-password', 360);
    await third.getByRole('button', { name: 'Kirim tautan' }).click();
    await third.getByRole('heading', { name: 'Periksa surel Anda' }).waitFor();
    await expectAccessible(third);
    const link = await vi.waitUntil(
      () =>
        mails()
          .filter((mail) => mail.to.includes(person.email))
          .map((mail) => /(http:\S+\/reset-password#\S+)/.exec(mail.text)?.[1])
          .find(Boolean),
      { timeout: 60_000 },
    );
    await third.goto(link!);
    await third.getByLabel('Kata sandi baru').fill(NEW_PASSWORD);
    await expectAccessible(third);
    await shoot(third, 'reset-password', 360);
    await third.getByRole('button', { name: 'Simpan kata sandi' }).click();
    await third.getByRole('heading', { name: 'Kata sandi baru tersimpan' }).waitFor();
    await page.goto(`${baseUrl}/sign-in`);
    await page.getByRole('heading', { name: 'Masuk', level: 1 }).waitFor();
  },
);

it(
  'S3.1 a roster is uploaded, checked while one looks on, and its rows are repaired with the keyboard',
  { timeout: 300_000 },
  async () => {
    const { baseUrl, signIn } = product;
    const { page } = await signIn('agencyAdmin', 360);
    await page.goto(`${baseUrl}/admin/roster-import`);
    await page.getByLabel('Berkas XLSX atau CSV').setInputFiles(ROSTER);
    await expectAccessible(page);
    await shoot(page, 'roster-upload', 360);
    await page.getByRole('button', { name: 'Unggah dan periksa' }).click();
    await page.getByText('Sudah diperiksa').waitFor();
    await page.getByText('Tanggal Lahir Mustahil').waitFor();
    await expectAccessible(page);
    await shoot(page, 'roster-check', 1280, { fullPage: true });
    await shoot(page, 'roster-check', 360);
    await page.getByRole('button', { name: /Perbaiki baris \d+, Tanggal Lahir Mustahil/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('NIP atau NI PPPK').waitFor();
    await expectAccessible(page);
    await shoot(page, 'roster-row', 360);
    await page.getByRole('dialog').getByLabel('NIP atau NI PPPK').fill('199002282015051001');
    await page.keyboard.press('Enter');
    await page.getByText(/Baris \d+ siap/).waitFor();
    await page.getByText('Tanggal Lahir Mustahil').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Terapkan 1 baris' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Terapkan 1 baris' }).click();
    await page.getByText('Sudah diterapkan', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Baru', exact: true }).click();
    await page.getByText('Tanggal Lahir Mustahil').waitFor();
  },
);

it(
  'S3.1 who is not in the file is listed with the way to an act, and a return to service is confirmed',
  { timeout: 300_000 },
  async () => {
    const { baseUrl, em, signIn } = product;
    const lines = readFileSync(ROSTER, 'utf8').split('\n');
    const [missing, retired] = [lines[199]!.split(','), lines[201]!.split(',')];
    await em().execute(
      `update employee set status = 'pensiun' where id = (select employee_id from employee_number where number = ?)`,
      [retired[0]],
    );
    const { page } = await signIn('agencyAdmin', 360);
    await page.goto(`${baseUrl}/admin/roster-import`);
    await page
      .getByLabel('Berkas XLSX atau CSV')
      .setInputFiles({
        name: 'tanpa satu.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(lines.filter((_line, index) => index !== 199).join('\n')),
      });
    await page.getByRole('button', { name: 'Unggah dan periksa' }).click();
    await page.getByText('pegawai di sistem tidak ada dalam berkas').waitFor();
    await page.getByRole('button', { name: /kembali bertugas$/ }).click();
    await page.getByRole('dialog').getByText('Di sistem masa tugasnya sudah berakhir (pensiun)').waitFor();
    await expectAccessible(page);
    await shoot(page, 'roster-return', 360);
    await page.getByRole('button', { name: 'Ya, kembali bertugas' }).click();
    await page.getByText(/Baris \d+ siap/).waitFor();
    await page.getByRole('link', { name: 'Lihat siapa' }).click();
    await page.getByRole('link', { name: missing[1]!, exact: true }).waitFor();
    await expectAccessible(page);
    await shoot(page, 'roster-missing', 360, { fullPage: true });
    await shoot(page, 'roster-missing', 1280, { fullPage: true });
    await page.getByRole('link', { name: `Pensiun: ${missing[1]!}` }).click();
    expect(await page.getByLabel('Perubahan apa yang dicatat?').inputValue()).toBe('retirement');
    await expectAccessible(page);
  },
);

it('S3.4 roles and the page of a person, with an act of a later day', { timeout: 300_000 }, async () => {
  const { baseUrl, signIn } = product;
  const { page } = await signIn('agencyAdmin', 360);
  await page.goto(`${baseUrl}/admin/roles`);
  await page.getByRole('heading', { name: 'Peran', level: 1 }).waitFor();
  await page.locator('main table').getByText('Auditor').first().waitFor();
  await expectAccessible(page);
  await shoot(page, 'roles', 1280);
  await shoot(page, 'roles', 360);
  await page.getByRole('button', { name: 'Beri peran' }).click();
  await page.getByRole('dialog').getByLabel('Cari pegawai').waitFor();
  await expectAccessible(page);
  await shoot(page, 'role-grant', 360);
  await page.keyboard.press('Escape');
  await page.goto(`${baseUrl}/admin/employees?search=Gita`);
  const name = await page.locator('main table a').first().innerText();
  await page.locator('main table a').first().click();
  // The list has a button of nearly the same name in each row.
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Catat perubahan' }).click();
  await page.getByLabel('Perubahan apa yang dicatat?').selectOption('retirement');
  await page.getByLabel('Berlaku sejak').fill('2030-01-01');
  await page.getByLabel('Alasan dan nomor surat').fill('Batas usia pensiun, SK nomor 4');
  await page.getByLabel('Saya sudah memeriksa bahwa perubahan ini benar').check();
  await expectAccessible(page);
  await shoot(page, 'act', 360);
  await page.getByRole('button', { name: 'Catat', exact: true }).click();
  await page.getByText('Terjadwal').waitFor();
  await expectAccessible(page);
  await shoot(page, 'employee', 1280, { fullPage: true });
  await shoot(page, 'employee', 360, { fullPage: true });
  expect(await page.getByText('1 Januari 2030').count()).toBe(1);
});
