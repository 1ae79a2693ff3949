import { fireEvent, screen, waitFor } from '@testing-library/vue';
import { afterEach, describe, expect, it } from 'vitest';
import { validateSkp } from '#domain/skp/validate-skp.ts';
import { fakeApi, show } from '../../testing/app.ts';
import { id, sampleCycleView, sampleReceipt, sampleSkp, sampleSkpVersion, sampleTask } from '../../testing/sample.ts';
import type { SkpContent } from '../../types.ts';
import SkpEditorPage from './pages/SkpEditorPage.vue';
import { skpOfDocument } from '#domain/skp/skp-document.ts';
import { moveResult, newResult } from './composables/skp-editing.ts';

afterEach(() => {
  localStorage.clear();
});

const empty = (): SkpContent => ({ ...sampleSkp(), results: [] });

async function openEditor(content: SkpContent, skps = [] as ReturnType<typeof sampleSkpVersion>[]) {
  const saved: SkpContent[] = [];
  const sent: Record<string, unknown>[] = [];
  fakeApi({
    'GET /api/cycles/:id': () => ({
      body: sampleCycleView({ skps, myTasks: [sampleTask({ kind: 'draftSkp', isOwn: true })] }),
    }),
    'GET /api/cycles/:id/superior-results': () => ({
      body: {
        superiorHasSkp: true,
        superiorName: 'Siti Rahmawati',
        results: [{ id: 'a1', text: 'Meningkatnya kualitas data kepegawaian' }],
      },
    }),
    'GET /api/cycles/:id/previous-skp': () => ({ body: { content: sampleSkp(), year: 2025 } }),
    'GET /api/cycles/:id/drafts/:kind/:no': () => ({ body: { version: 0, content, updatedAt: null, updatedBy: null } }),
    'PUT /api/cycles/:id/drafts/:kind/:no': ({ body }) => (
      saved.push((body as { content: SkpContent }).content),
      { body: { version: saved.length, updatedAt: '2026-11-24T05:03:00.000Z' } }
    ),
    'GET /api/cycles/:id/indicator-suggestions': () => ({
      body: [
        {
          id: id(60),
          job: 'Pranata Komputer',
          indikator: 'Ketersediaan layanan aplikasi',
          aspek: 'kualitas',
          satuan: 'persen',
          measure: '',
          target: '99',
          polarity: 'higherIsBetter',
          isRetired: false,
        },
        {
          id: id(62),
          job: 'Pranata Komputer',
          indikator: 'Waktu pemulihan',
          aspek: 'waktu',
          satuan: 'jam',
          measure: '',
          target: '4',
          polarity: 'lowerIsBetter',
          isRetired: false,
        },
      ],
    }),
    'GET /api/cycles/:id/skp-templates': () => ({
      body: [
        {
          id: id(61),
          job: 'Pranata Komputer',
          name: 'Dasar',
          content: sampleSkp(),
          updatedAt: '2026-11-24T05:00:00.000Z',
        },
      ],
    }),
    'POST /api/tasks/:id/decisions': ({ body }) => (
      sent.push((body as { arguments: Record<string, unknown> }).arguments),
      { body: sampleReceipt({ decision: 'submitSkp' }) }
    ),
  });
  const view = await show(SkpEditorPage, { path: `/cycles/${id(10)}/skp`, pattern: '/cycles/:cycleId/skp' });
  await screen.findByText('Hasil kerja utama');
  return { ...view, saved, sent };
}

describe('writing an SKP', () => {
  it('from an empty form to the receipt', async () => {
    const { saved, sent } = await openEditor(empty());
    await fireEvent.click(screen.getByRole('button', { name: 'Periksa sebelum mengirim' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Tambahkan sedikitnya satu hasil kerja utama');
    await fireEvent.click(screen.getByRole('button', { name: 'Tambah hasil kerja utama' }));
    await fireEvent.update(screen.getByLabelText('Rencana hasil kerja'), 'Tersedianya data kepegawaian yang mutakhir');
    await fireEvent.update(screen.getByLabelText('Hasil kerja Siti Rahmawati yang didukung'), 'a1');
    await fireEvent.update(screen.getByLabelText('Indikator kinerja individu'), 'Data yang baik');
    expect(screen.getByText(/“yang baik” terlalu umum/)).toBeTruthy();
    await fireEvent.update(
      screen.getByLabelText('Indikator kinerja individu'),
      'Persentase data kepegawaian mutakhir setiap triwulan',
    );
    await fireEvent.update(screen.getByLabelText('Aspek'), 'kuantitas');
    await fireEvent.update(screen.getByLabelText('Target'), '95');
    await fireEvent.update(screen.getByLabelText('Satuan'), 'persen');
    await waitFor(() => expect(screen.queryByText('Saran SMART')).toBeNull());
    await fireEvent.click(screen.getByRole('button', { name: 'Periksa sebelum mengirim' }));
    await screen.findByRole('heading', { name: 'Periksa SKP Anda' });
    await fireEvent.click(screen.getByRole('button', { name: 'Kirim ke atasan' }));
    await screen.findByRole('heading', { name: 'SKP terkirim ke atasan' });
    const content = sent[0]!.content as SkpContent;
    expect(content.results[0]).toMatchObject({
      intervenesId: 'a1',
      intervenesText: 'Meningkatnya kualitas data kepegawaian',
      rencana: 'Tersedianya data kepegawaian yang mutakhir',
    });
    expect(saved.at(-1)).toEqual(content);
    expect(validateSkp(skpOfDocument(content)).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('S1.5 takes an indicator from the library into the line that is still empty', async () => {
    const { saved } = await openEditor({ ...empty(), results: [newResult('utama')] });
    await fireEvent.click(screen.getByRole('button', { name: 'Ambil dari pustaka' }));
    await fireEvent.click(await screen.findByRole('button', { name: /Ketersediaan layanan aplikasi/ }));
    await waitFor(
      () =>
        expect(saved.at(-1)?.results[0]?.indicators).toMatchObject([
          { aspek: 'kualitas', indikator: 'Ketersediaan layanan aplikasi', target: '99', satuan: 'persen' },
        ]),
      { timeout: 10_000 },
    );
  });

  it('S4.1 asks for the direction of each indicator and keeps it; the library brings its own', async () => {
    const { saved } = await openEditor({ ...empty(), results: [newResult('utama')] });
    const directions = (): boolean[] =>
      screen
        .getAllByRole<HTMLInputElement>('radio', { name: /^Makin rendah makin baik/ })
        .map(({ checked }) => checked);
    expect(directions()).toEqual([false]);
    await fireEvent.click(screen.getByRole('radio', { name: /^Makin rendah makin baik/ }));
    await waitFor(() => expect(saved.at(-1)?.results[0]?.indicators).toMatchObject([{ polarity: 'lowerIsBetter' }]), {
      timeout: 10_000,
    });
    await fireEvent.click(screen.getByRole('button', { name: 'Ambil dari pustaka' }));
    await fireEvent.click(await screen.findByRole('button', { name: /Ketersediaan layanan aplikasi/ }));
    await waitFor(() => expect(directions()).toEqual([false]));
    await fireEvent.click(screen.getByRole('button', { name: 'Ambil dari pustaka' }));
    await fireEvent.click(
      await screen.findByRole('button', { name: /Waktu pemulihan.*4 jam \(Makin rendah makin baik\)/ }),
    );
    await waitFor(() => expect(directions()).toEqual([false, true]));
  });

  it('S4.1 a draft from before directions were asked shows the usual one; words of the qualitative approach have none', async () => {
    const content = sampleSkp({ approach: 'kualitatif' });
    for (const { indicators } of content.results)
      for (const indicator of indicators) delete (indicator as { polarity?: unknown }).polarity;
    await openEditor(content);
    expect(
      screen
        .getAllByRole<HTMLInputElement>('radio', { name: /^Makin tinggi makin baik/ })
        .map(({ checked }) => checked),
    ).toEqual([true, true]);
  });

  it('S1.5 starts from a template, with lines of its own', async () => {
    const { saved } = await openEditor(empty());
    await fireEvent.click(screen.getByRole('button', { name: 'Mulai dari templat' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Pakai templat ini' }));
    await waitFor(() => expect(saved.at(-1)?.results).toHaveLength(2), { timeout: 10_000 });
    expect(saved.at(-1)!.results[0]).toMatchObject({ intervenesId: null, rencana: sampleSkp().results[0]!.rencana });
    expect(saved.at(-1)!.results[0]!.id).not.toBe('h1');
  });

  it('shows the reason of the return first', async () => {
    await openEditor(sampleSkp(), [
      sampleSkpVersion({
        state: 'returned',
        reason: 'Lengkapi target.',
        decidedBy: { id: id(1), name: 'Siti Rahmawati' },
      }),
    ]);
    expect(screen.getByText('Dikembalikan untuk diperbaiki').parentElement!.textContent).toMatch(
      /Lengkapi target\..*Siti Rahmawati/s,
    );
  });

  it('asks for a reason when a result is not cascaded', async () => {
    await openEditor(sampleSkp());
    await fireEvent.update(screen.getAllByLabelText('Hasil kerja Siti Rahmawati yang didukung')[0]!, '-');
    await fireEvent.click(screen.getByRole('button', { name: 'Periksa sebelum mengirim' }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Tulis alasan mengapa hasil kerja ini tidak diturunkan',
    );
  });

  it('is ordered with buttons', async () => {
    const content = sampleSkp();
    content.results.unshift({ ...newResult('utama'), rencana: 'Hasil baru' });
    await openEditor(content);
    await fireEvent.click(screen.getAllByRole('button', { name: 'Turunkan Hasil kerja 1' })[0]!);
    await waitFor(() =>
      expect((screen.getAllByLabelText('Rencana hasil kerja')[1] as HTMLTextAreaElement).value).toBe('Hasil baru'),
    );
  });
});

it('main and additional results are ordered among themselves', () => {
  const [a, b, c] = [newResult('utama'), newResult('tambahan'), newResult('utama')];
  expect(moveResult([a, b, c], c.id, -1).map(({ id: one }) => one)).toEqual([c.id, b.id, a.id]);
  expect(moveResult([a, b, c], a.id, -1)).toEqual([a, b, c]);
});
