import { fireEvent, screen, waitFor } from '@testing-library/vue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RuleSetContent, RuleSetDraftView } from '#contracts/rule-sets.schemas.ts';
import { fakeApi, show } from '../../testing/app.ts';
import { id } from '../../testing/sample.ts';
import rules from '../../../../data/rule-sets/permenpanrb-6-2022-triwulanan.json' with { type: 'json' };
import RuleSetDraftPage from './pages/RuleSetDraftPage.vue';

const content = rules as unknown as RuleSetContent;
const draft = (more: Partial<RuleSetDraftView> = {}): RuleSetDraftView => ({
  id: id(80),
  code: 'v2',
  name: content.name,
  base: { id: id(81), name: 'Dasar' },
  state: 'draft',
  updatedAt: '2026-11-24T05:00:00.000Z',
  updatedBy: { id: id(3), name: 'Budi' },
  version: 1,
  content,
  baseContent: content,
  returnedReason: null,
  findings: [],
  canEdit: true,
  createdBy: { id: id(3), name: 'Budi' },
  resubmitTaskId: null,
  ...more,
});

beforeEach(() => localStorage.clear());

describe('a draft of a rule set', () => {
  it('S1.4 is typed in fields, saved by itself, and says at the field what is wrong', async () => {
    const calls = fakeApi({
      'GET /api/rule-set-drafts/:id': () => ({ body: draft() }),
      'PUT /api/rule-set-drafts/:id': () => ({
        body: {
          version: 2,
          updatedAt: '2026-11-24T05:01:00.000Z',
          findings: [{ code: 'ruleSet.duration', path: 'reporting.dueWorkingDays' }],
        },
      }),
      'GET /api/guideline-articles': () => ({
        body: [{ guidelineId: id(70), version: 1, articleId: 'a1', label: 'Juknis 12/2026 Pasal 1' }],
      }),
    });
    await show(RuleSetDraftPage, { path: `/admin/rule-set-drafts/${id(80)}`, pattern: '/admin/rule-set-drafts/:id' });
    const field = await screen.findByLabelText('Batas laporan sesudah periode', { selector: 'input[type=number]' });
    await fireEvent.update(field, '');
    await fireEvent.click(screen.getByRole('button', { name: 'Periksa' }));
    expect(await screen.findByRole('link', { name: /Laporan periodik: Lama waktu tidak sesuai/ })).toBeTruthy();
    await waitFor(() =>
      expect(
        screen
          .getByLabelText('Batas laporan sesudah periode', { selector: 'input[type=number]' })
          .getAttribute('aria-invalid'),
      ).toBe('true'),
    );
    const saved = calls.find(({ method }) => method === 'PUT')!.body as { version: number; content: RuleSetContent };
    expect(saved).toMatchObject({ version: 1, content: { reporting: { dueWorkingDays: null }, skp: content.skp } });
  });

  it('S1.4 says of each part that nothing reads yet, and of no other, which stage will', async () => {
    fakeApi({
      'GET /api/rule-set-drafts/:id': () => ({ body: draft() }),
      'GET /api/guideline-articles': () => ({ body: [] }),
    });
    await show(RuleSetDraftPage, { path: `/admin/rule-set-drafts/${id(80)}`, pattern: '/admin/rule-set-drafts/:id' });
    const heading = await screen.findByRole('heading', { name: 'Disiplin' });
    expect(heading.closest('summary')?.textContent).toContain('belum dipakai: tahap 8');
    const reporting = screen.getByRole('heading', { name: 'Laporan periodik' });
    expect(reporting.closest('summary')?.textContent).not.toContain('belum dipakai');
    const plh = screen.getByLabelText('Plh boleh menilai', { selector: 'select' });
    expect(document.getElementById(plh.getAttribute('aria-describedby')!)?.textContent).toContain(
      'belum dipakai: tahap 6',
    );
  });

  it('S1.4 shows what changes against the rule set it was copied from, and what that would do', async () => {
    fakeApi({
      'GET /api/rule-set-drafts/:id': () => ({
        body: draft({ content: { ...content, reporting: { ...content.reporting, dueWorkingDays: 9 } } }),
      }),
      'GET /api/rule-set-drafts/:id/preview': () => ({
        body: {
          cycles: 200,
          concerned: 41,
          dates: 41,
          predikat: 3,
          followUps: 0,
          byUnit: [],
          refusals: [],
          people: [],
          nextOffset: null,
        },
      }),
      'GET /api/guideline-articles': () => ({ body: [] }),
    });
    const { router } = await show(RuleSetDraftPage, {
      path: `/admin/rule-set-drafts/${id(80)}?tab=changes`,
      pattern: '/admin/rule-set-drafts/:id',
    });
    expect(await screen.findByText('Batas laporan sesudah periode')).toBeTruthy();
    await router.push({ query: { tab: 'effect' } });
    expect(
      await screen.findByText(/200 siklus diperiksa: 41 terpengaruh, 41 tanggal bergeser, 3 predikat/),
    ).toBeTruthy();
  });

  it('S1.4 S2.3 has the gate before the SKP, off unless it is turned on, with its topic and months, and says what is wrong with it', async () => {
    const calls = fakeApi({
      'GET /api/rule-set-drafts/:id': () => ({ body: draft() }),
      'PUT /api/rule-set-drafts/:id': () => ({
        body: {
          version: 2,
          updatedAt: '2026-11-24T05:01:00.000Z',
          findings: [{ code: 'ruleSet.trainingGate', path: 'training.skpGate.topic' }],
        },
      }),
      'GET /api/guideline-articles': () => ({ body: [] }),
    });
    await show(RuleSetDraftPage, { path: `/admin/rule-set-drafts/${id(80)}`, pattern: '/admin/rule-set-drafts/:id' });
    const isOn = await screen.findByLabelText<HTMLSelectElement>('Pelatihan sebelum SKP diwajibkan');
    expect(isOn.value).toBe('no');
    expect(screen.queryByLabelText('Topik pelatihan sebelum SKP')).toBeNull();
    await fireEvent.update(isOn, 'yes');
    await fireEvent.update(screen.getByLabelText('Masa berlaku pelatihan', { selector: 'input[type=number]' }), '12');
    await fireEvent.click(screen.getByRole('button', { name: 'Periksa' }));
    expect(await screen.findByRole('link', { name: /Gerbang pelatihan memerlukan topik/ })).toBeTruthy();
    expect(screen.getByLabelText('Topik pelatihan sebelum SKP').getAttribute('aria-invalid')).toBe('true');
    expect(calls.find(({ method }) => method === 'PUT')!.body).toMatchObject({
      content: { training: { skpGate: { topic: '', withinMonths: 12 } } },
    });
    await fireEvent.update(isOn, 'no');
    await waitFor(() => expect(screen.queryByLabelText('Topik pelatihan sebelum SKP')).toBeNull());
  });
});
