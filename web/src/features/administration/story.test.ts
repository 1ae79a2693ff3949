import { screen } from '@testing-library/vue';
import { expect, it } from 'vitest';
import { show } from '../../testing/app.ts';
import { id } from '../../testing/sample.ts';
import StoryTimeline from './components/StoryTimeline.vue';

const line = (number: number, kind: string, data: object = {}, actor: string | null = null) => ({
  number,
  at: '2026-01-15T03:00:00.000Z',
  kind,
  actor,
  onBehalfOf: number === 2 ? 'Kepala Bagian' : null,
  data,
});

it('tells the story in words, with reason, lateness and who acted for whom', async () => {
  await show(StoryTimeline, {
    props: {
      zone: 'Asia/Makassar',
      events: [
        line(1, 'taskOpened', { taskKind: 'draftSkp', dueAt: '2026-01-31T15:59:59.000Z', round: 1 }),
        line(2, 'skpReturned', { reason: 'Target belum terukur.', round: 2 }, 'Siti Rahmawati'),
        line(3, 'escalated', { taskKind: 'approveSkp', level: 3, recipientIds: [id(1), id(2)] }),
        line(4, 'rated', { hasilKerja: 'diAtas', perilaku: 'sesuai', predikat: 'baik', isLate: true }),
        line(5, 'somethingNew', { a: 1 }),
      ],
    },
  });
  const texts = screen.getAllByRole('listitem').map((item) => item.textContent!.replace(/\s+/g, ' '));
  expect(texts[0]).toContain('Tugas “Susun SKP” dibuka, tenggat 31 Januari 2026 pukul 23.59 WITA.');
  expect(texts[1]).toMatch(
    /SKP dikembalikan untuk diperbaiki\..*oleh Siti Rahmawati, a\.n\. Kepala Bagian.*Putaran 2.*Alasan: Target belum terukur\./,
  );
  expect(texts[2]).toContain('Tugas “Setujui SKP” dieskalasi (tingkat 3) kepada 2 orang.');
  expect(texts[3]).toMatch(
    /hasil kerja Di atas ekspektasi, perilaku Sesuai ekspektasi, predikat Baik\..*Melewati tenggat\./,
  );
  expect(texts[4]).toMatch(/Kejadian “somethingNew”.*\{"a":1\}/);
});
