import { beforeAll, describe, expect, it, vi } from 'vitest';
import { staffOf, UNIT_OF, type DemoPerson } from './people.ts';
import { enter, expectAccessible, shoot, submit, useProduct } from './product.ts';

const PASSWORD = 'kuda hijau melompat pagar';
const product = await useProduct();
/** Somebody of the roster who has no account any more. */
let newcomer: DemoPerson;

beforeAll(async () => {
  newcomer = (await staffOf(product.em(), UNIT_OF.registration))[0]!;
  for (const table of ['session', 'account'])
    await product.em().execute(`delete from ${table} where employee_id = ?`, [newcomer.id]);
});

/** The link of the newest mail to the newcomer, or another address, whose subject says this. */
async function linkFrom(subject: RegExp, address = newcomer.email): Promise<string> {
  const find = () => product.mails().findLast((mail) => subject.test(mail.subject) && mail.to.includes(address));
  const { text } = await vi.waitUntil(find, { timeout: 60_000, interval: 200 });
  return /https?:\/\/\S+\/register\/\S+/.exec(text)![0];
}

describe('somebody who has no account yet', () => {
  it(
    'S3.2 S3.5 registers, is approved in the inbox, signs in and asks for a correction',
    { timeout: 600_000 },
    async () => {
      const { em, visit } = product;
      const { page: me } = await visit(360);
      await me.goto('/sign-in');
      await me.getByRole('link', { name: 'Belum punya akun? Daftar' }).click();
      // The page before it has a field of the same name, and stays until this one has loaded.
      await me.getByRole('heading', { name: 'Daftar akun' }).waitFor();
      await me.getByLabel(/NIP/).first().fill(newcomer.nip);
      await me.getByLabel('Tanggal lahir').fill(newcomer.bornOn);
      await expectAccessible(me);
      await shoot(me, 'register', 360);
      await shoot(me, 'register', 1280);
      await submit(me);
      await me.getByRole('heading', { name: 'Periksa surel Anda' }).waitFor();
      await expectAccessible(me);
      await shoot(me, 'register-sent', 360);
      const receipt = (await me.locator('.font-mono').innerText()).replace(/\s/g, '');

      await me.goto(await linkFrom(/Konfirmasi alamat surel/));
      await expectAccessible(me);
      await submit(me);
      await me.getByRole('heading', { name: 'Alamat surel terbukti' }).waitFor();
      await me.goto('/register/status');
      await me.getByLabel('Nomor pendaftaran').fill(receipt);
      await submit(me);
      await me.getByText('Menunggu persetujuan').waitFor();
      await expectAccessible(me);
      await shoot(me, 'register-status', 360);

      const officer = await product.signInAsAsked('approveRegistration', newcomer.id);
      const boss = officer.page;
      await boss.goto('/inbox?kind=approveRegistration');
      await boss.getByText('Surel yang terbukti').waitFor();
      await expectAccessible(boss);
      await shoot(boss, 'registration-task', 1280);
      await shoot(boss, 'registration-task', 360);
      await boss.getByRole('radio', { name: /^Setujui/ }).check();
      await submit(boss);
      await boss.getByRole('heading', { name: 'Disetujui' }).waitFor();

      await me.goto(await linkFrom(/disetujui/));
      await me.locator('input[type=password]').fill(PASSWORD);
      await expectAccessible(me);
      await submit(me);
      await me.getByRole('heading', { name: 'Akun Anda aktif' }).waitFor();
      await enter(me, { nip: newcomer.nip, password: PASSWORD });

      await me.goto('/corrections/new');
      await me.getByRole('radio', { name: /Atasan langsung saya/ }).waitFor();
      const [other] = await em().execute<{ name: string }[]>(
        `select e.name from employee e join position_assignment a on a.employee_id = e.id and a.kind = 'definitif' and a.valid_to is null join position p on p.id = a.position_id
       where p.is_unit_head and e.id <> ? order by e.id limit 1`,
        [newcomer.id],
      );
      await me.getByRole('searchbox', { name: 'Atasan yang benar' }).fill(other!.name);
      await me
        .getByRole('radio', { name: new RegExp(other!.name) })
        .first()
        .check();
      await me
        .getByRole('textbox', { name: /^Alasan/ })
        .fill('Surat keputusan nomor 12 tahun 2026 menyebut atasan lain.');
      await expectAccessible(me);
      await shoot(me, 'correction', 360);
      await shoot(me, 'correction', 1280);
      await submit(me);
      await me.getByRole('heading', { name: 'Perbaikan data kepegawaian', level: 1 }).waitFor();
      await me.getByText('Putuskan permohonan perbaikan data').waitFor();
      await expectAccessible(me);
      await shoot(me, 'request', 360);
      await shoot(me, 'request', 1280);
      await boss.goto('/inbox?kind=decideCorrection');
      await boss.getByText('Akibat jika disetujui').waitFor();
      await expectAccessible(boss);
      await shoot(boss, 'correction-task', 1280);

      await boss.goto('/administration/runs?kind=accountRegistration');
      await boss.locator('main tbody').getByRole('link').first().click();
      await boss.getByText('Rantai riwayat utuh').waitFor();
      await expectAccessible(boss);
      await shoot(boss, 'procedure-run', 1280);
      await me.goto('/requests');
      await me.getByRole('link', { name: /Perbaikan data kepegawaian/ }).click();
      await me.getByRole('button', { name: 'Tarik kembali' }).click();
      await me.getByRole('dialog').getByRole('button', { name: 'Tarik kembali' }).click();
      await me.getByText('Ditarik kembali').first().waitFor();
      const withdrawn = () =>
        em().execute(
          `select 1 from matter where employee_id = ? and kind = 'correctionRequest' and outcome = 'withdrawn'`,
          [newcomer.id],
        );
      await expect.poll(withdrawn).toHaveLength(1);
      await me.locator('main').getByText('Ditarik kembali', { exact: true }).first().waitFor();
    },
  );
});

describe('somebody whose number nobody has', () => {
  it(
    'S3.2 no enumeration: another office address gets the mail, its link waits for approval like any other',
    { timeout: 300_000 },
    async () => {
      const { page: me } = await product.visit(360);
      await me.goto('/register');
      await me.getByLabel(/NIP/).first().fill('198503012010011999');
      await me.getByLabel('Tanggal lahir').fill('1985-03-01');
      await me.getByLabel(/Surel kantor lain/).fill('pencoba@luar.contoh.go.id');
      await submit(me);
      await me.getByText('Kami mengirim tautan ke alamat yang Anda isi').waitFor();
      await expectAccessible(me);
      await shoot(me, 'register-sent-other', 360);
      const receipt = (await me.locator('.font-mono').innerText()).replace(/\s/g, '');
      await me.goto(await linkFrom(/Konfirmasi alamat surel/, 'pencoba@luar.contoh.go.id'));
      await submit(me);
      await me.getByRole('heading', { name: 'Alamat surel terbukti' }).waitFor();
      await me.getByText(/^Jika sampai .* belum ada kabar/).waitFor();
      await expectAccessible(me);
      await shoot(me, 'register-proved', 360);
      await shoot(me, 'register-proved', 1280);
      await me.goto('/register/status');
      await me.getByLabel('Nomor pendaftaran').fill(receipt);
      await submit(me);
      await me.getByText('Menunggu persetujuan').waitFor();
      await expectAccessible(me);
      await shoot(me, 'register-status-other', 360);
    },
  );
});
