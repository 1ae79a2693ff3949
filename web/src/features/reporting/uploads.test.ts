import { fireEvent, screen } from '@testing-library/vue';
import { describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { show } from '../../testing/app.ts';
import { id, sampleEvidence } from '../../testing/sample.ts';
import EvidencePicker from './components/EvidencePicker.vue';
import { LARGEST_BYTES, useUploads, type TransferEvents } from './composables/use-uploads.ts';

function setUp() {
  const started: { name: string; metadata: Record<string, string>; events: TransferEvents; abort: ReturnType<typeof vi.fn> }[] = [];
  const uploaded: string[] = [];
  const uploads = effectScope().run(() =>
    useUploads({ cycleId: id(10), periodNo: 3 }, (name) => uploaded.push(name), async (file, metadata, events) => {
      const abort = vi.fn(async () => undefined);
      started.push({ name: file.name, metadata, events, abort });
      return { start: () => undefined, abort };
    }),
  )!;
  return { uploads, started, uploaded };
}
const file = (name: string, size = 10): File => {
  const made = new File(['x'], name);
  Object.defineProperty(made, 'size', { value: size });
  return made;
};

describe('uploads', () => {
  it('tell the server what the file belongs to and follow its progress', async () => {
    const { uploads, started, uploaded } = setUp();
    uploads.add([file('rekap.pdf')], 'i1');
    await vi.waitFor(() => expect(started).toHaveLength(1));
    expect(started[0]!.metadata).toEqual({ cycleId: id(10), periodNo: '3', indicatorId: 'i1', filename: 'rekap.pdf', filetype: 'application/pdf' });
    started[0]!.events.onProgress(25, 100);
    expect(uploads.items.value[0]).toMatchObject({ state: 'uploading', percent: 25 });
    started[0]!.events.onSuccess();
    expect([uploads.items.value, uploaded]).toEqual([[], ['rekap.pdf']]);
  });

  it('refuse what will never be taken, before anything is sent', async () => {
    const { uploads, started } = setUp();
    uploads.add([file('catatan.txt'), file('besar.pdf', LARGEST_BYTES + 1)], null);
    await vi.waitFor(() => expect(uploads.items.value.map(({ state, code }) => [state, code])).toEqual([['refused', 'evidence.mediaType'], ['refused', 'evidence.tooLarge']]));
    expect(started).toEqual([]);
  });

  it('can be tried again after the network broke, not after a refusal', async () => {
    const { uploads, started } = setUp();
    uploads.add([file('a.pdf')], null);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    started[0]!.events.onError(null, '');
    expect(uploads.items.value[0]).toMatchObject({ state: 'failed', code: 'network.unreachable' });
    uploads.retry(uploads.items.value[0]!.id);
    await vi.waitFor(() => expect(started).toHaveLength(2));
    started[1]!.events.onError(409, JSON.stringify({ code: 'evidence.periodClosed' }));
    expect(uploads.items.value[0]).toMatchObject({ state: 'refused', code: 'evidence.periodClosed' });
  });

  it('stop when the file is removed', async () => {
    const { uploads, started } = setUp();
    uploads.add([file('a.pdf')], null);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    await uploads.remove(uploads.items.value[0]!.id);
    expect(started[0]!.abort).toHaveBeenCalled();
    expect(uploads.items.value).toEqual([]);
  });
});

it('the list shows what is there, what is on its way and what failed', async () => {
  const items = [
    { id: '1', name: 'naik.pdf', indicatorId: 'i1', state: 'uploading' as const, percent: 40, code: null },
    { id: '2', name: 'gagal.pdf', indicatorId: 'i1', state: 'failed' as const, percent: 0, code: 'network.unreachable' },
  ];
  const { emitted } = await show(EvidencePicker, { props: { label: 'Indikator satu', files: [sampleEvidence()], items } });
  expect(screen.getByRole('link', { name: /rekap-pemutakhiran/ }).getAttribute('href')).toBe(`/api/evidence/${id(60)}/file`);
  expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe('Mengunggah naik.pdf: 40 persen');
  expect(screen.getByRole('alert').textContent).toContain('Tidak ada jawaban dari layanan');
  expect(screen.getByText(/paling besar 10 MB/)).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Coba lagi mengunggah gagal.pdf' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Hapus berkas rekap-pemutakhiran-triwulan-1.pdf' }));
  expect([emitted().retry, (emitted().remove as [[{ id: string }]])[0][0].id]).toEqual([[['2']], id(60)]);
});
