import { fireEvent, screen } from '@testing-library/vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, type EffectScope } from 'vue';
import { largestBytes } from '#domain/files/uploads.ts';
import { show } from '../../testing/app.ts';
import { id, sampleEvidence } from '../../testing/sample.ts';
import EvidencePicker from '../reporting/components/EvidencePicker.vue';
import FilePicker from './components/FilePicker.vue';
import type { TransferEvents } from './composables/upload-transport.ts';
import { useUploads, type UploadItem, type Uploads } from './composables/use-uploads.ts';

type Started = {
  name: string;
  metadata: Record<string, string>;
  events: TransferEvents;
  start: ReturnType<typeof vi.fn>;
  abort: ReturnType<typeof vi.fn>;
};

let scope: EffectScope;
beforeEach(() => (scope = effectScope()));
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

function setUp(isHeld = false) {
  const started: Started[] = [];
  const uploaded: unknown[] = [];
  const uploads = scope.run(() =>
    useUploads('reportEvidence', {
      isHeld,
      onUploaded: (name, answer) => uploaded.push([name, answer]),
      async transport(file, metadata, events) {
        const transfer = { start: vi.fn(), abort: vi.fn(async () => undefined) };
        started.push({ name: file.name, metadata, events, ...transfer });
        return transfer;
      },
    }),
  )!;
  return { uploads, started, uploaded };
}
const file = (name: string, size = 10): File => {
  const made = new File(['x'], name);
  Object.defineProperty(made, 'size', { value: size });
  return made;
};
const DATA = { cycleId: id(10), periodNo: '3', indicatorId: 'i1' };
const statesOf = ({ items }: Uploads) => items.value.map(({ state, problem }) => [state, problem?.code ?? null]);

describe('uploads', () => {
  it('S5.2 tell the server what the file is for, follow its progress and hand on what was written', async () => {
    const { uploads, started, uploaded } = setUp();
    uploads.add([file('rekap.pdf')], DATA);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    expect(started[0]!.metadata).toEqual({ ...DATA, purpose: 'reportEvidence', filename: 'rekap.pdf' });
    started[0]!.events.onProgress(25, 100);
    expect(uploads.items.value[0]).toMatchObject({ state: 'uploading', percent: 25 });
    started[0]!.events.onSuccess({ id: 'e1' });
    expect([uploads.items.value, uploaded]).toEqual([[], [['rekap.pdf', { id: 'e1' }]]]);
  });

  it('refuse what will never be taken, before anything is sent, and say what is taken', async () => {
    const { uploads, started } = setUp();
    uploads.add([
      file('catatan.txt'),
      file('besar.pdf', largestBytes('reportEvidence') + 1),
      file('kosong.pdf', 0),
      file('tayangan.pptx'),
    ]);
    expect(statesOf(uploads)).toEqual([
      ['refused', 'file.kind'],
      ['refused', 'file.tooLarge'],
      ['refused', 'file.empty'],
      ['refused', 'file.kind'],
    ]);
    expect(uploads.items.value.map(({ problem }) => problem?.detail)).toMatchObject([
      { kinds: 'PDF, JPG, PNG, DOCX, XLSX' },
      { largest: 10 },
      {},
      {},
    ]);
    await Promise.resolve();
    expect(started).toEqual([]);
  });

  it('S5.2 pause when the network breaks and go on with the same upload when it is back', async () => {
    const { uploads, started, uploaded } = setUp();
    uploads.add([file('a.pdf')]);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    started[0]!.events.onProgress(40, 100);
    started[0]!.events.onError(null, '');
    expect(uploads.items.value[0]).toMatchObject({
      state: 'paused',
      percent: 40,
      problem: { code: 'network.unreachable' },
    });
    expect(uploads.isBusy.value).toBe(true);
    dispatchEvent(new Event('online'));
    expect(uploads.items.value[0]).toMatchObject({ state: 'uploading', percent: 40, problem: null });
    expect([started.length, started[0]!.start.mock.calls.length]).toEqual([1, 2]);
    started[0]!.events.onSuccess({});
    expect(uploaded).toHaveLength(1);
  });

  it.each([
    [503, 'server.unavailable'],
    [408, 'server.error'],
    [423, 'server.error'],
  ])('go on after a while when the answer is %d', async (status, code) => {
    vi.useFakeTimers();
    const { uploads, started } = setUp();
    uploads.add([file('a.pdf')]);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    started[0]!.events.onError(status, '');
    expect(statesOf(uploads)).toEqual([['paused', code]]);
    vi.advanceTimersByTime(3_000);
    expect(statesOf(uploads)).toEqual([['uploading', null]]);
    started[0]!.events.onError(status, '');
    vi.advanceTimersByTime(3_000);
    expect(statesOf(uploads)).toEqual([['paused', code]]);
    vi.advanceTimersByTime(7_000);
    expect(statesOf(uploads)).toEqual([['uploading', null]]);
  });

  it('are tried again by the person after the session ended, never after a refusal', async () => {
    const { uploads, started } = setUp();
    uploads.add([file('a.pdf')]);
    await vi.waitFor(() => expect(started).toHaveLength(1));
    started[0]!.events.onError(401, JSON.stringify({ code: 'session.required' }));
    expect(statesOf(uploads)).toEqual([['failed', 'session.required']]);
    uploads.retry(uploads.items.value[0]!.id);
    expect(started[0]!.start).toHaveBeenCalledTimes(2);
    started[0]!.events.onError(409, JSON.stringify({ code: 'evidence.periodClosed' }));
    uploads.retry(uploads.items.value[0]!.id);
    expect(started[0]!.start).toHaveBeenCalledTimes(2);
  });

  it('take the same file for the same thing once', async () => {
    const { uploads, started } = setUp();
    const [one] = [file('a.pdf')];
    uploads.add([one, one], DATA);
    uploads.add([one], { ...DATA, indicatorId: 'i2' });
    await vi.waitFor(() => expect(started).toHaveLength(2));
    expect(started.map(({ metadata }) => metadata['indicatorId'])).toEqual(['i1', 'i2']);
  });

  it('wait for their form when they are told so', async () => {
    const { uploads, started } = setUp(true);
    uploads.add([file('a.pdf')]);
    expect(statesOf(uploads)).toEqual([['held', null]]);
    expect(uploads.isBusy.value).toBe(false);
    uploads.send({ entryId: 'x' });
    await vi.waitFor(() =>
      expect(started[0]?.metadata).toEqual({ entryId: 'x', purpose: 'reportEvidence', filename: 'a.pdf' }),
    );
  });

  it('stop when the file is removed', async () => {
    const { uploads, started } = setUp();
    uploads.add([file('a.pdf')]);
    await vi.waitFor(() => expect(uploads.items.value[0]?.state).toBe('uploading'));
    await uploads.remove(uploads.items.value[0]!.id);
    expect(started[0]!.abort).toHaveBeenCalled();
    expect(uploads.items.value).toEqual([]);
  });
});

const item = (part: Partial<UploadItem>): UploadItem => ({
  id: '1',
  name: 'naik.pdf',
  bytes: 2_000_000,
  data: DATA,
  state: 'uploading',
  percent: 40,
  problem: null,
  ...part,
});

describe('the file picker', () => {
  it('S5.2 shows what is there, what is on its way and what is wrong, each at its file', async () => {
    const { uploads } = setUp();
    uploads.items.value = [
      item({}),
      item({ id: '2', name: 'terputus.pdf', state: 'paused', problem: { code: 'network.unreachable', detail: {} } }),
      item({
        id: '3',
        name: 'ditolak.pdf',
        state: 'refused',
        problem: { code: 'file.kind', detail: { kinds: 'PDF, JPG' } },
      }),
      item({ id: '4', name: 'lain.pdf', data: { ...DATA, indicatorId: 'i2' } }),
    ];
    const { emitted } = await show(EvidencePicker, {
      props: { label: 'Indikator satu', files: [sampleEvidence()], uploads, data: DATA },
    });
    expect(screen.getByRole('link', { name: /rekap-pemutakhiran/ }).getAttribute('href')).toBe(
      `/api/evidence/${id(60)}/file`,
    );
    expect(screen.getAllByRole('progressbar').map((bar) => bar.getAttribute('aria-label'))).toEqual([
      'Mengunggah naik.pdf: 40 persen',
      'Mengunggah terputus.pdf: 40 persen',
    ]);
    expect(screen.getAllByRole('alert').map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('40 persen'),
      'Jenis berkas ini tidak diterima. Gunakan PDF, JPG.',
    ]);
    expect(screen.getByText(/paling besar 10 MB/)).toBeTruthy();
    expect(screen.queryByText('lain.pdf')).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: /Lanjutkan sekarang.*terputus/ }));
    await fireEvent.click(screen.getByRole('button', { name: 'Hapus berkas ditolak.pdf' }));
    expect(uploads.items.value.map(({ id: one }) => one)).toEqual(['1', '2', '4']);
    await fireEvent.click(screen.getByRole('button', { name: 'Hapus berkas rekap-pemutakhiran-triwulan-1.pdf' }));
    expect((emitted().remove as [[{ id: string }]])[0][0].id).toBe(id(60));
  });

  it('takes one file only where one is wanted: another choice takes its place', async () => {
    const { uploads } = setUp(true);
    await show(FilePicker, {
      props: { uploads, label: 'Pilih berkas bukti', single: true, error: 'Pilih berkas bukti.' },
    });
    const input = screen.getByLabelText(/Pilih berkas bukti/) as HTMLInputElement;
    expect([input.multiple, input.getAttribute('aria-invalid'), input.accept]).toEqual([
      false,
      'true',
      '.pdf,.jpg,.jpeg,.png,.docx,.xlsx',
    ]);
    for (const name of ['satu.pdf', 'dua.pdf']) {
      Object.defineProperty(input, 'files', { value: [file(name)], configurable: true });
      await fireEvent.change(input);
    }
    await vi.waitFor(() => expect(uploads.items.value.map(({ name }) => name)).toEqual(['dua.pdf']));
  });
});
