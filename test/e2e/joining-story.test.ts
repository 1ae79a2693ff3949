import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { DAY_MS } from '#domain/calendar/clock.ts';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { Unit } from '#persistence/organisation/organisation.entities.ts';
import { CAMPAIGN_QUEUE, CYCLE_CAMPAIGN, campaignWorkflowId } from '#workflows/cycle-campaign/cycle-campaign.messages.ts';
import { createRuleSet, ruleSetData } from '#test/factories/agency.ts';
import { enter, expectAccessible, shoot, startProduct, submit, type Backstage, type Product, type Visitor } from './product.ts';

const PASSWORD = 'empat kata acak panjang sekali';
const WIDTHS = [360, 1280];

let product: Product;
/** Somebody of the roster who has no account yet. */
let newcomer: { id: string; name: string; nip: string; bornOn: string; unitId: string };

beforeAll(async () => {
  product = await startProduct(prepare, { SWEEP_INTERVAL_SECONDS: '5' });
}, 240_000);
afterAll(() => product?.stop());

/** A year whose SKP window is open and asks for a training; the demo employee has no account any more. */
async function prepare({ em, client }: Backstage): Promise<void> {
  const [found] = await em().execute<(typeof newcomer)[]>(
    `select e.id, e.name, n.number as nip, e.born_on::text as "bornOn", e.unit_id as "unitId" from employee e join employee_number n on n.employee_id = e.id and n.valid_to is null
     join unit u on u.id = e.unit_id join account a on a.employee_id = e.id
     where u.code like '02%' and e.status = 'aktif' and e.notes = '' and not exists (select 1 from role_assignment r where r.employee_id = e.id)
       and not exists (select 1 from position p join position_assignment h on h.position_id = p.id where h.employee_id = e.id and exists (select 1 from position b where b.superior_position_id = p.id))
     order by e.id desc limit 1`,
  );
  newcomer = found!;
  await em().execute('delete from session where employee_id = ?', [newcomer.id]);
  await em().execute('delete from account where employee_id = ?', [newcomer.id]);
  const clock = { kind: 'compressed' as const, startsOn: '2026-01-01' as CalendarDate, startsAt: Date.now() - 5 * DAY_MS, dayLengthMs: DAY_MS };
  const rules = ruleSetData('triwulanan');
  const ruleSetId = await createRuleSet(em(), { ...rules, code: 'berpelatihan', clock, training: { ...rules.training, skpGate: { topic: 'skp', withinMonths: 24 } } });
  const unit = await em().findOneOrFail(Unit, { code: '02' });
  await em().execute('delete from campaign');
  const id = randomUUID();
  await em().insert(Campaign, { id, year: 2026, unitId: unit.id, ruleSetId, workflowId: campaignWorkflowId(id), ratePerSecond: 100 });
  await client.workflow.execute(CYCLE_CAMPAIGN, { workflowId: campaignWorkflowId(id), taskQueue: CAMPAIGN_QUEUE, args: [{ campaignId: id }] });
}

/** Looks at a page as phones and desks show it. */
async function look(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await expectAccessible(page);
    await shoot(page, name, width);
  }
  await page.setViewportSize(before);
}

/** The first link to a path in a mail to the newcomer. */
async function linkIn(path: string): Promise<string> {
  const find = (): string | undefined =>
    product.mails.filter((mail) => JSON.stringify(mail.to).includes(newcomer.name)).map((mail) => new RegExp(`${product.baseUrl}${path}\\S*`).exec(mail.text ?? '')?.[0]).find(Boolean);
  await expect.poll(find, { timeout: 60_000 }).toBeTruthy();
  return find()!;
}

describe('the story of somebody who joins', () => {
  let visitor: Visitor;
  let me: Page;
  let secret = '';
  const totp = (): TOTP => new TOTP({ secret });

  it('S3.2 claims an account by number, birth date and e-mail, and the personnel officer approves it in the inbox', { timeout: 180_000, retry: 0 }, async () => {
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

    const officer = await product.signIn('personnelOfficer');
    await officer.page.getByRole('link', { name: new RegExp(newcomer.name) }).first().click();
    await officer.page.getByRole('radio', { name: /Setujui/ }).check();
    await look(officer.page, 'registration-approval');
    await submit(officer.page);
    await officer.page.getByText('Nomor tanda terima').waitFor();
    await officer.context.close();

    await me.goto(await linkIn('/register/password'));
    await me.locator('#first-password').fill(PASSWORD);
    await me.getByRole('button', { name: 'Buka akun' }).click();
    await me.getByRole('heading', { name: 'Akun Anda aktif' }).waitFor();
  });

  it('S3.3 signs in with a second factor from then on', { timeout: 180_000, retry: 0 }, async () => {
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

  it('S1.3 reads a guideline and says so', { timeout: 180_000, retry: 0 }, async () => {
    await me.goto('/guidelines');
    await me.getByRole('heading', { name: 'Belum saya baca' }).waitFor();
    await look(me, 'guidelines');
    await me.locator('main a[href*="version="]').first().click();
    await me.getByRole('button', { name: 'Saya sudah membaca' }).waitFor();
    await look(me, 'guideline');
    await me.getByRole('button', { name: 'Saya sudah membaca' }).click();
    await me.getByText(/Anda sudah membaca versi/).waitFor();
  });
});
