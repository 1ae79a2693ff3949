import { fireEvent, screen, waitFor } from '@testing-library/vue';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeApi, noNetwork, problem, show, type Answer, type Handlers } from '../../testing/app.ts';
import {
  id,
  sampleAppraisal,
  sampleDetail,
  sampleMatrix,
  samplePeriods,
  sampleReceipt,
  sampleReport,
  sampleSkp,
  sampleSkpVersion,
  sampleTask,
} from '../../testing/sample.ts';
import type { TaskDetail } from '../../types.ts';
import TaskPane from '../inbox/components/TaskPane.vue';

type Sent = { commandId: string; arguments: Record<string, unknown> };
afterEach(() => {
  vi.useRealTimers();
});

async function openTask(detail: TaskDetail, decide: (sent: Sent) => Answer | Promise<Answer>, more: Handlers = {}) {
  const sent: Sent[] = [];
  fakeApi({
    'GET /api/tasks/:id': () => ({ body: detail }),
    'POST /api/tasks/:id/decisions': ({ body }) => (sent.push(body as Sent), decide(body as Sent)),
    ...more,
  });
  const view = await show(TaskPane, {
    props: { taskId: detail.task.id, takeFocus: true, nextId: id(21), position: null },
  });
  await screen.findByRole('heading', { level: 2 });
  return { ...view, sent };
}
const applied = (part: object = {}) => ({ body: sampleReceipt(part) });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

describe('approving an SKP', () => {
  it('preselects nothing and asks for a decision', async () => {
    const { sent } = await openTask(sampleDetail(), () => applied());
    await screen.findByRole('radio', { name: /Setujui SKP/ });
    expect(screen.queryAllByRole('radio', { checked: true })).toEqual([]);
    await press('Kirim keputusan');
    expect((await screen.findByRole('alert')).textContent).toContain('Pilih salah satu keputusan');
    expect(sent).toEqual([]);
  });

  it('approves, shows the receipt and the way to the next task', async () => {
    const next = { assignee: 'Budi Santoso', kind: 'submitReport', dueAt: '2026-04-08T16:59:59.000Z' };
    const { sent } = await openTask(sampleDetail(), () => applied({ next }));
    await fireEvent.click(await screen.findByRole('radio', { name: /Setujui SKP/ }));
    await press('Setujui');
    const title = await screen.findByRole('heading', { name: 'SKP disetujui' });
    await waitFor(() => expect(document.activeElement).toBe(title));
    expect(screen.getByText('4217')).toBeTruthy();
    expect(screen.getByText('24 November 2026 pukul 12.03 WIB')).toBeTruthy();
    expect(document.body.textContent).toContain(
      'Selanjutnya: Budi Santoso diminta untuk “Kirim laporan” sampai 8 April 2026 pukul 23.59 WIB.',
    );
    expect(screen.getByRole('link', { name: /Tugas berikutnya/ }).getAttribute('href')).toBe(`/inbox/${id(21)}`);
    expect(sent[0]).toMatchObject({ arguments: { decision: 'approveSkp', note: '' } });
    expect(sent[0]!.commandId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('returns only with a reason of ten characters; ready sentences help', async () => {
    const { sent } = await openTask(sampleDetail(), () => applied({ decision: 'returnSkp' }));
    await fireEvent.click(await screen.findByRole('radio', { name: /Kembalikan/ }));
    await fireEvent.update(screen.getByLabelText('Alasan pengembalian'), 'kurang');
    await press('Kembalikan untuk diperbaiki');
    expect((await screen.findByRole('alert')).textContent).toContain('sedikitnya 10 huruf');
    await press(/Lengkapi target dan satuan/);
    await press('Kembalikan untuk diperbaiki');
    await screen.findByRole('heading', { name: 'SKP dikembalikan untuk diperbaiki' });
    expect(sent[0]!.arguments).toEqual({
      decision: 'returnSkp',
      reason: 'kurang\nLengkapi target dan satuan agar dapat diukur.',
    });
  });

  it('shows what changed since the return, with its reason', async () => {
    const before = sampleSkp();
    before.results[0]!.indicators[0]!.target = '80';
    await openTask(
      sampleDetail({
        previousSkp: sampleSkpVersion({ state: 'returned', content: before, reason: 'Target terlalu rendah.' }),
      }),
      () => applied(),
    );
    expect((await screen.findByText('Yang berubah sejak dikembalikan')).closest('section')!.textContent).toMatch(
      /Target terlalu rendah\..*Diubah:.*Target.*80.*95/s,
    );
  });

  it('S4.4 shows a direction that was turned, in words', async () => {
    const before = sampleSkp();
    before.results[0]!.indicators[1]!.polarity = 'higherIsBetter';
    await openTask(
      sampleDetail({
        previousSkp: sampleSkpVersion({
          state: 'returned',
          content: before,
          reason: 'Hari penyelesaian: makin rendah makin baik.',
        }),
      }),
      () => applied(),
    );
    expect((await screen.findByText('Yang berubah sejak dikembalikan')).closest('section')!.textContent).toMatch(
      /Diubah:.*Arah ukuran.*Makin tinggi makin baik.*Makin rendah makin baik/s,
    );
    expect(document.body.textContent).toContain('5 hari kerja (Makin rendah makin baik)');
  });

  it('offers nothing to those who only look', async () => {
    await openTask(sampleDetail({ decisions: [] }), () => applied());
    await screen.findByText('Anda dapat membaca tugas ini, tetapi tidak memutuskannya.');
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('sending', () => {
  const decideApproval = async (): Promise<void> => {
    await fireEvent.click(await screen.findByRole('radio', { name: /Setujui SKP/ }));
    await press('Setujui');
  };

  it('a slow engine: received, then asked for the receipt until it is answered', async () => {
    let polls = 0;
    const accepted = sampleReceipt({ state: 'accepted', outcome: null, isLate: null });
    await openTask(sampleDetail(), () => ({ status: 202, body: accepted }), {
      'GET /api/receipts/:id': () => ({ body: ++polls < 2 ? accepted : sampleReceipt() }),
    });
    await screen.findByRole('radio', { name: /Setujui SKP/ });
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await decideApproval();
    await screen.findByText(/Diterima, sedang diproses/);
    await vi.advanceTimersByTimeAsync(2000);
    await vi.advanceTimersByTimeAsync(3000);
    await screen.findByText('Sudah dijalankan.');
    expect(polls).toBe(2);
  });

  it('no network: keeps everything and sends the same command again', async () => {
    let isUp = false;
    const { sent } = await openTask(sampleDetail(), () => (isUp ? applied() : noNetwork()));
    await decideApproval();
    await screen.findByText('Belum ada jawaban dari layanan');
    isUp = true;
    await press('Kirim lagi');
    await screen.findByRole('heading', { name: 'SKP disetujui' });
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('changing one’s mind after no answer makes another command', async () => {
    let isUp = false;
    const { sent } = await openTask(sampleDetail(), () => (isUp ? applied() : noNetwork()));
    await decideApproval();
    await screen.findByText('Belum ada jawaban dari layanan');
    isUp = true;
    await press('Ubah dahulu');
    await press('Setujui');
    await screen.findByRole('heading', { name: 'SKP disetujui' });
    expect(sent[1]!.commandId).not.toBe(sent[0]!.commandId);
  });

  it('somebody was quicker: says who and when', async () => {
    await openTask(sampleDetail(), () =>
      problem(409, 'process.taskDecided', { by: 'Rina Wati', at: '2026-11-24T04:00:00.000Z', decision: 'approveSkp' }),
    );
    await decideApproval();
    const title = await screen.findByText('Tugas ini sudah diputuskan');
    expect(title.parentElement!.textContent).toMatch(
      /SKP disetujui\. Diputuskan oleh Rina Wati\..*24 November 2026 pukul 11\.00 WIB/s,
    );
  });

  it('a refusal keeps the form and says why', async () => {
    const { sent } = await openTask(sampleDetail(), () => problem(403, 'access.notAuthorised'));
    await decideApproval();
    expect((await screen.findByRole('alert')).textContent).toContain('Anda tidak berwenang melakukan ini');
    await press('Setujui');
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]!.commandId).not.toBe(sent[0]!.commandId);
  });
});

it('a rating needs both sides and shows the predikat they give', async () => {
  const detail = sampleDetail({
    task: sampleTask({ kind: 'appraise' }),
    decisions: ['rateEmployee'],
    matrix: sampleMatrix(),
    periods: samplePeriods(),
    reports: [sampleReport()],
    appraisal: sampleAppraisal({ results: [] }),
  });
  const { sent } = await openTask(detail, () => applied({ decision: 'rateEmployee', predikat: 'baik' }));
  await screen.findByText('Rating hasil kerja');
  expect(screen.queryAllByRole('radio', { checked: true })).toEqual([]);
  await press('Tetapkan penilaian');
  expect((await screen.findByRole('alert')).textContent).toMatch(
    /Pilih rating hasil kerja.*Pilih rating perilaku kerja/s,
  );
  const [hasilKerja, perilaku] = screen.getAllByRole('radio', { name: 'Sesuai ekspektasi' }) as [
    HTMLElement,
    HTMLElement,
  ];
  await fireEvent.click(hasilKerja);
  await fireEvent.click(perilaku);
  expect(screen.getByText(/Kedua rating menghasilkan predikat/).textContent).toContain('Baik');
  await press('Tetapkan penilaian');
  await screen.findByRole('heading', { name: 'Penilaian ditetapkan' });
  expect(sent[0]!.arguments).toEqual({ decision: 'rateEmployee', hasilKerja: 'sesuai', perilaku: 'sesuai', notes: '' });
});

it('an evaluation takes suggestions over, in words and editable', async () => {
  const detail = sampleDetail({
    task: sampleTask({ kind: 'evaluate' }),
    decisions: ['recordEvaluation'],
    suggestions: [
      { kind: 'weakness', code: 'evaluation.indicatorMissed', params: { indikatorId: 'i1', percent: 72.4 } },
    ],
  });
  const { sent } = await openTask(detail, () => applied({ decision: 'recordEvaluation' }));
  await fireEvent.click(await screen.findByRole('button', { name: /Ambil saran/ }));
  const line = screen.getByLabelText('kelemahan 1') as HTMLTextAreaElement;
  expect(line.value).toContain('72 persen pada “Persentase data kepegawaian');
  await fireEvent.update(line, 'Capaian indikator pertama rendah');
  await press('Simpan evaluasi');
  await screen.findByRole('heading', { name: 'Evaluasi tersimpan' });
  expect(sent[0]!.arguments).toEqual({
    decision: 'recordEvaluation',
    strengths: [],
    weaknesses: ['Capaian indikator pertama rendah'],
    improvements: [],
  });
});

it('an objection needs its reason; the end of the window is shown', async () => {
  const detail = sampleDetail({
    task: sampleTask({ kind: 'acknowledgeResult', isOwn: true }),
    decisions: ['acknowledgeResult', 'fileObjection'],
    matrix: sampleMatrix(),
    appraisal: sampleAppraisal(),
  });
  const { sent } = await openTask(detail, () => applied({ decision: 'fileObjection' }));
  expect((await screen.findByText(/Keberatan dapat diajukan sampai/)).textContent).toContain(
    '3 Januari 2027 pukul 23.59 WIB',
  );
  await fireEvent.click(screen.getByRole('radio', { name: /Saya mengajukan keberatan/ }));
  await fireEvent.update(screen.getByLabelText('Alasan keberatan'), 'Realisasi triwulan kedua belum dihitung.');
  await press('Kirim keberatan');
  await screen.findByRole('heading', { name: 'Keberatan terkirim' });
  expect(sent[0]!.arguments).toEqual({ decision: 'fileObjection', reason: 'Realisasi triwulan kedua belum dihitung.' });
});
