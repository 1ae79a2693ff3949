import { fireEvent, screen, waitFor, within } from '@testing-library/vue';
import { describe, expect, it } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import { RUN_KINDS } from '#domain/process/runs.ts';
import { fakeApi, show, type Call } from '../../testing/app.ts';
import { id, sampleRun, sampleRunStory } from '../../testing/sample.ts';
import RunPage from './pages/RunPage.vue';
import RunsPage from './pages/RunsPage.vue';
import { routes } from './routes.ts';

const YEAR = sampleRun();
const CORRECTION = sampleRun({
  id: id(81),
  kind: 'correctionRequest',
  name: 'Rina Wulandari',
  subject: 'Atasan langsung yang benar',
  stage: 'decision',
  lateTasks: 1,
});
const OPENING = sampleRun({
  id: id(82),
  kind: 'cycleCampaign',
  name: 'Biro Umum',
  subject: 'Evaluasi triwulanan',
  stage: 'paused',
  waitingFor: [],
  seq: null,
  build: null,
  pendingCommands: 1,
});
const byStage = { skp: 1, decision: 1, paused: 1 };

const answerList = (runs = [YEAR, CORRECTION, OPENING], nextCursor: string | null = null) =>
  fakeApi({
    'GET /api/runs': () => ({ body: { items: runs, nextCursor, byStage } }),
    'GET /api/units': () => ({ body: [] }),
  });
const lastQuery = (calls: Call[]): Record<string, string> =>
  Object.fromEntries(calls.findLast(({ path }) => path === '/api/runs')!.query);
const textOf = (element: HTMLElement): string => element.textContent!.replace(/\s+/g, ' ');

describe('the list of runs', () => {
  it('shows years, procedures and openings side by side, each with its kind, stage and who is waited for', async () => {
    answerList();
    await show(RunsPage);
    const rows = (await screen.findAllByRole('row')).slice(1).map(textOf);
    expect(rows[0]).toMatch(/Budi Santoso.*Kinerja tahunan 2026.*Analis SDM Aparatur.*Biro Umum/);
    expect(rows[0]).toMatch(/Sasaran \(SKP\).*Berjalan.*Siti Rahmawati.*Setujui SKP.*sejak .*sampai /);
    expect(rows[1]).toMatch(
      /Rina Wulandari.*Perbaikan data kepegawaian.*Atasan langsung yang benar.*Putusan.*1 terlambat/,
    );
    expect(rows[2]).toMatch(
      /Biro Umum.*Pembukaan tahun 2026.*Dijeda.*1 keputusan sedang diproses.*tidak menunggu siapa pun/,
    );
    expect(screen.getByRole('link', { name: 'Rina Wulandari' }).getAttribute('href')).toBe(
      `/administration/runs/${id(81)}`,
    );
  });

  it('offers every kind, and asks for what is chosen', async () => {
    const calls = answerList();
    const { router } = await show(RunsPage);
    const kind = await screen.findByLabelText('Jenis');
    expect(within(kind).getAllByRole('option')).toHaveLength(RUN_KINDS.length + 1);
    for (const option of within(kind).getAllByRole('option')) expect(option.textContent).not.toMatch(/\./);
    await fireEvent.update(kind, 'ruleSetMove');
    await waitFor(() => expect(lastQuery(calls)).toMatchObject({ kind: 'ruleSetMove' }));
    expect(router.currentRoute.value.query).toEqual({ kind: 'ruleSetMove' });
    await fireEvent.click(screen.getByLabelText('Hanya yang terlambat'));
    await waitFor(() => expect(lastQuery(calls)).toMatchObject({ kind: 'ruleSetMove', lateOnly: 'true' }));
  });

  it('counts by stage; a count chosen twice is taken back', async () => {
    const calls = answerList();
    await show(RunsPage);
    const counts = await screen.findByRole('navigation', { name: 'Jumlah menurut tahap' });
    expect(within(counts).getAllByRole('button').map(textOf)).toEqual(['Sasaran (SKP)1', 'Putusan1', 'Dijeda1']);
    await fireEvent.click(within(counts).getByRole('button', { name: /Putusan/ }));
    await waitFor(() => expect(lastQuery(calls)).toMatchObject({ stage: 'decision' }));
    await fireEvent.click(within(counts).getByRole('button', { name: /Putusan/, pressed: true }));
    await waitFor(() => expect(lastQuery(calls)).not.toHaveProperty('stage'));
  });

  it('says so when nothing fits', async () => {
    answerList([]);
    await show(RunsPage);
    expect(await screen.findByText('Tidak ada proses yang cocok')).toBeTruthy();
  });
});

describe('the story page', () => {
  const open = (story = sampleRunStory()) => {
    const calls = fakeApi({
      'GET /api/runs/:id/story': () => ({ body: story }),
      'GET /api/runs/:id/engine-events': () => ({ body: [] }),
    });
    const path = `/administration/runs/${story.run.id}`;
    return show(RunPage, { path, pattern: '/administration/runs/:id' }).then(() => calls);
  };

  it('of a year tells who is waited for, each line, whether the chain is intact, and the way to the engine', async () => {
    const calls = await open();
    expect(await screen.findByRole('heading', { name: 'Riwayat Budi Santoso' })).toBeTruthy();
    expect(screen.getByText('Rantai riwayat utuh')).toBeTruthy();
    expect(screen.getByText('SKP dikirim kepada atasan.')).toBeTruthy();
    expect(screen.getByText('Siti Rahmawati')).toBeTruthy();
    expect(screen.getByRole('link', { name: /halaman mesin proses/ }).getAttribute('href')).toMatch(/^http/);
    expect(screen.getByRole('heading', { name: 'Surel proses ini' })).toBeTruthy();
    expect(calls.some(({ path }) => path.endsWith('/engine-events'))).toBe(false);
    await fireEvent.click(screen.getByRole('button', { name: 'Tampilkan kejadian mesin' }));
    expect(await screen.findByText(/tidak menyimpan kejadian/)).toBeTruthy();
  });

  it('of a broken chain names the line', async () => {
    await open(sampleRunStory({ chain: { isIntact: false, brokenAt: 3 } }));
    expect(await screen.findByText('Rantai riwayat terputus pada baris 3')).toBeTruthy();
  });

  it('of an opening shows its counts, its lines and its commands, and nothing that only matters have', async () => {
    await open(
      sampleRunStory({
        run: OPENING,
        counts: { total: 40, started: 12, skipped: 0, refused: 3 },
        events: [
          {
            number: 7,
            at: '2026-01-02T03:00:00.000Z',
            kind: 'campaignOpened',
            actor: 'Admin',
            onBehalfOf: null,
            data: { year: 2026 },
          },
        ],
        commands: [
          {
            number: 9,
            form: 'start',
            name: 'cycleCampaign',
            actor: 'Admin',
            acceptedAt: '2026-01-02T03:00:00.000Z',
            answeredAt: null,
            answer: null,
            attempts: 2,
          },
        ],
        mails: [],
        chain: null,
      }),
    );
    expect(await screen.findByText('Pembukaan tahun 2026 dimulai.')).toBeTruthy();
    expect(screen.getAllByRole('listitem').map(textOf)).toEqual(
      expect.arrayContaining([expect.stringMatching(/Seluruhnya 40/), expect.stringMatching(/Ditolak 3/)]),
    );
    expect(screen.getByText('Menunggu jawaban')).toBeTruthy();
    expect(screen.getByText('2 kali dikirim')).toBeTruthy();
    expect(screen.queryByText(/Rantai riwayat/)).toBeNull();
    expect(screen.queryByRole('heading', { name: 'Surel proses ini' })).toBeNull();
  });
});

describe('the addresses that years and procedures had before', () => {
  it.each([
    ['/admin/runs?late=1', '/administration/runs?late=1'],
    ['/admin/procedures', '/administration/runs'],
    [`/admin/runs/${id(10)}`, `/administration/runs/${id(10)}`],
    [`/admin/procedures/${id(81)}`, `/administration/runs/${id(81)}`],
  ])('%s leads to %s', async (old, now) => {
    const router = createRouter({ history: createMemoryHistory(), routes });
    await router.push(old);
    expect(router.currentRoute.value.fullPath).toBe(now);
  });
});
