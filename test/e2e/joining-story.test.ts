import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import type { Page } from '@playwright/test';
import { beforeAll, describe, expect, it } from 'vitest';
import { ruleSetData } from '#test/factories/agency.ts';
import { QUESTIONS } from '#test/factories/training.ts';
import { openYear } from './open-year.ts';
import { officerOf, staffOf, UNIT_OF, type DemoPerson } from './people.ts';
import { call, enter, look, submit, useProduct, type Visitor } from './product.ts';

const PASSWORD = 'empat kata acak panjang sekali';

const product = await useProduct();
/** Somebody of the roster who has no account any more. */
let newcomer: DemoPerson;

/** A year whose SKP window is open and asks for a training. */
beforeAll(async () => {
  newcomer = (await staffOf(product.em(), UNIT_OF.joining))[0]!;
  for (const table of ['session', 'account'])
    await product.em().execute(`delete from ${table} where employee_id = ?`, [newcomer.id]);
  const rules = ruleSetData('triwulanan');
  const training = { ...rules.training, skpGate: { topic: 'skp' as const, withinMonths: 24 } };
  await openYear(product, { unitCode: UNIT_OF.joining, rules: { ...rules, code: 'berpelatihan', training }, day: 5 });
});

/** The first link to a path in a mail to the newcomer. */
async function linkIn(path: string): Promise<string> {
  const find = (): string | undefined =>
    product
      .mails()
      .filter((mail) => mail.to.includes(newcomer.email))
      .map((mail) => new RegExp(`${product.baseUrl}${path}\\S*`).exec(mail.text)?.[0])
      .find(Boolean);
  await expect.poll(find, { timeout: 60_000 }).toBeTruthy();
  return find()!;
}

describe('the story of somebody who joins', () => {
  let visitor: Visitor;
  let me: Page;
  let secret = '';
  const totp = (): TOTP => new TOTP({ secret });

  it(
    'S3.2 claims an account by number, birth date and e-mail, and the personnel officer approves it in the inbox',
    { timeout: 180_000 },
    async () => {
      visitor = await product.visit(360);
      me = visitor.page;
      await me.goto('/register');
      await look(me, 'register');
      await me.getByLabel(/NIP/).first().fill(newcomer.nip);
      await me.getByLabel('Tanggal lahir').fill(newcomer.bornOn);
      await me.getByRole('button', { name: 'Daftar' }).click();
      await me.getByRole('heading', { name: 'Periksa surel Anda' }).waitFor();
      await look(me, 'register-sent');

      await me.goto(await linkIn('/register/proof'));
      await me.getByRole('button', { name: 'Ya, ini alamat surel saya' }).click();
      await me.getByRole('heading', { name: 'Alamat surel terbukti' }).waitFor();

      const officer = await product.signIn(await officerOf(product.em(), UNIT_OF.joining));
      await officer.page
        .getByRole('link', { name: new RegExp(newcomer.name) })
        .first()
        .click();
      // On a wide screen another task is open already.
      await officer.page.getByRole('heading', { name: new RegExp(newcomer.name), level: 2 }).waitFor();
      await officer.page.getByRole('radio', { name: /Setujui/ }).check();
      await look(officer.page, 'registration-approval');
      await submit(officer.page);
      await officer.page.getByText('Nomor tanda terima').waitFor();
      await officer.context.close();

      await me.goto(await linkIn('/register/password'));
      await me.locator('#new-password').fill(PASSWORD);
      await me.getByRole('button', { name: 'Buka akun' }).click();
      await me.getByRole('heading', { name: 'Akun Anda aktif' }).waitFor();
    },
  );

  it('S3.3 signs in with a second factor from then on', { timeout: 180_000 }, async () => {
    await enter(me, { nip: newcomer.nip, password: PASSWORD });
    await me.goto('/profile/security');
    await look(me, 'security');
    await me.getByRole('button', { name: 'Aktifkan verifikasi dua langkah' }).click();
    await me.locator('#setup-password').fill(PASSWORD);
    await me.getByRole('button', { name: 'Mulai' }).click();
    secret = (await me.locator('dialog code, [role=dialog] code').first().innerText()).replace(/\s/g, '');
    const first = totp().generate();
    await me.locator('#setup-code').fill(first);
    await me.getByRole('button', { name: 'Aktifkan', exact: true }).click();
    await me.getByLabel('Saya sudah menyimpan kode ini').check();
    await me.getByRole('button', { name: 'Lanjutkan' }).click();
    await me.context().clearCookies();
    await enter(me, { nip: newcomer.nip, password: PASSWORD }, async () => {
      const code = me.locator('#second-code');
      await code.waitFor();
      // The code that set the factor up is spent: the one after it is taken, at once by the tolerated drift.
      await code.fill(new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 }));
      await me.getByRole('button', { name: 'Verifikasi' }).click();
    });
  });

  it('S1.3 reads a guideline and says so', { timeout: 180_000 }, async () => {
    await me.goto('/guidelines');
    await me.getByRole('heading', { name: 'Belum saya baca' }).waitFor();
    await look(me, 'guidelines');
    await me.locator('main a[href*="version="]').first().click();
    await me.getByRole('button', { name: 'Saya sudah membaca' }).waitFor();
    await look(me, 'guideline');
    await me.getByRole('button', { name: 'Saya sudah membaca' }).click();
    await me.getByText(/Anda sudah membaca versi/).waitFor();
  });

  it(
    'S2.2 S2.3 attends a training by its code, passes the test, gets the certificate, and only then hands in the SKP',
    { timeout: 420_000 },
    async () => {
      // The window is closed: the page says why, and what is sent anyway is refused.
      await me.goto('/skp');
      await me.getByText('SKP belum dapat diajukan: pelatihan belum selesai').waitFor();
      await look(me, 'training-gate');
      await me.getByRole('link', { name: 'Susun SKP' }).first().click();
      await writeSkp();
      await me.getByRole('button', { name: 'Periksa sebelum mengirim' }).click();
      const send = me.getByRole('button', { name: 'Kirim ke atasan' });
      await send.click();
      await me
        .getByRole('alert')
        .filter({ hasText: /pelatihan/i })
        .first()
        .waitFor();

      const officer = await product.signIn(await officerOf(product.em(), UNIT_OF.joining));
      const eventId = await holdTraining(officer.page);
      await officer.page.goto(`/admin/training/${eventId}/projector`);
      const code = await officer.page.getByText(/^\w{3} \w{3}$/).innerText();
      await look(officer.page, 'projector');

      await me.goto(`/training/check-in/${eventId}`);
      await me.getByLabel('Kode presensi').fill(code);
      await look(me, 'check-in');
      await me.getByRole('button', { name: 'Catat kehadiran' }).click();
      await me.getByText('Anda tercatat hadir').first().waitFor();
      await me.goto(`/training/events/${eventId}/tests/post`);
      await me.getByLabel('Pejabat penilai').check();
      await me.getByLabel('Kuantitas').check();
      await me.getByLabel('Kualitas').check();
      await look(me, 'training-test');
      await me.locator('main form button[type=submit]').click();
      await me.getByText(/100/).first().waitFor();

      // Certificates come when the event and its test are over.
      await endTraining(officer.page, eventId);
      const pdf = me.locator('a[href$="/pdf"]');
      await expect
        .poll(
          async () => {
            await me.goto(`/training/events/${eventId}`);
            await me.getByRole('heading', { level: 1 }).waitFor();
            return pdf.waitFor({ timeout: 3000 }).then(
              () => true,
              () => false,
            );
          },
          { timeout: 240_000 },
        )
        .toBe(true);
      await look(me, 'training-event');
      const file = await me.request.get((await pdf.getAttribute('href'))!);
      expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');

      // Anybody can verify it by the address in its QR code.
      const [certificate] = await product
        .em()
        .execute<{ token: string }[]>('select token from training_certificate where event_id = ? and employee_id = ?', [
          eventId,
          newcomer.id,
        ]);
      const stranger = await product.visit(360);
      await stranger.page.goto(`/certificates/${certificate!.token}`);
      await stranger.page.getByText(newcomer.name).waitFor();
      await look(stranger.page, 'certificate');

      await me.goto('/skp');
      await me.getByRole('link', { name: 'Susun SKP' }).first().click();
      expect(await me.getByLabel('Rencana hasil kerja').inputValue()).toBe('Layanan tanda tangan elektronik tersedia');
      await me.getByRole('button', { name: 'Periksa sebelum mengirim' }).click();
      await send.click();
      await me.getByText('SKP terkirim ke atasan').waitFor();
      for (const { context } of [officer, stranger, visitor]) await context.close();
    },
  );

  async function writeSkp(): Promise<void> {
    await me.getByRole('button', { name: 'Tambah hasil kerja utama' }).click();
    await me.getByLabel('Rencana hasil kerja').fill('Layanan tanda tangan elektronik tersedia');
    await me.getByLabel('Alasan tidak diturunkan').fill('Atasan belum memiliki SKP yang ditetapkan');
    await me.getByLabel('Indikator kinerja individu').fill('Persentase permohonan yang selesai dalam dua hari kerja');
    await me.getByLabel('Aspek', { exact: true }).selectOption('kualitas');
    await me.getByLabel('Target', { exact: true }).fill('95');
    await me.getByLabel('Satuan', { exact: true }).fill('persen');
    await me
      .getByText(/Tersimpan/)
      .first()
      .waitFor();
  }

  const at = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

  /** An event that runs for an hour from now on, with a test after it; written by the personnel officer and published. */
  async function holdTraining(page: Page): Promise<string> {
    const content = {
      kind: 'bimtek',
      title: 'Bimtek penyusunan SKP',
      topic: 'skp',
      agenda: 'Indikator yang terukur',
      place: 'Aula',
      link: '',
      startsAt: at(-1800),
      endsAt: at(3600),
      timeZone: 'Asia/Jakarta',
      organiser: 'Biro Kepegawaian',
      speakers: ['Dr. Ani'],
      quota: null,
      jp: 4,
      signerName: 'Kepala Biro',
      signerTitle: 'Kepala Biro Kepegawaian',
      checkInMinutesBefore: 60,
      checkInMinutesAfter: 0,
      remindHoursBefore: 0,
      testUntil: at(3660),
      invitations: [{ kind: 'unit', unitId: newcomer.unitId, withSubUnits: true }],
    };
    const { id } = await call(page, 'POST', '/training/events', { unitId: newcomer.unitId, content });
    await call(page, 'PUT', `/training/events/${id}/tests/post`, {
      content: { passMarkPercent: 70, attempts: 3, isShuffled: false, questions: QUESTIONS },
    });
    await call(page, 'POST', `/training/events/${id}/publication`, {});
    await expect
      .poll(async () => (await call(page, 'GET', `/training/events/${id}/organiser`)).event.state, { timeout: 60_000 })
      .toBe('checkInOpen');
    return id as string;
  }

  /** Moves the end of an event, and of its test, to a moment from now. */
  async function endTraining(page: Page, id: string): Promise<void> {
    const { content, version } = await call(page, 'GET', `/training/events/${id}/organiser`);
    const answer = await call(page, 'POST', `/training/events/${id}/changes`, {
      commandId: randomUUID(),
      version,
      content: { ...content, endsAt: at(20), testUntil: at(21) },
    });
    expect(answer).toMatchObject({ outcome: { kind: 'applied' } });
  }
});
