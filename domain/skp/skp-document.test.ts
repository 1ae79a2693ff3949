import { expect, it } from 'vitest';
import { emptyReport, reportOfDocument } from '../reporting/report-document.ts';
import { achievementsOf } from '../reporting/report.ts';
import { skpOfDocument, type SkpDocument } from './skp-document.ts';

const document: SkpDocument = {
  approach: 'kuantitatif',
  behaviours: [],
  attachments: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
  results: [
    {
      id: 'r',
      kind: 'utama',
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: 'Tugas mandiri',
      rencana: 'Layanan cepat',
      indicators: [
        {
          id: 'days',
          aspek: 'waktu',
          indikator: 'Waktu penyelesaian',
          target: '5',
          satuan: 'hari',
          polarity: 'lowerIsBetter',
        },
        { id: 'old', aspek: 'kuantitas', indikator: 'Jumlah laporan', target: '12', satuan: 'laporan' },
      ],
    },
  ],
};

it('S4.1 an indicator keeps its direction; documents from before have the usual one', () => {
  expect(skpOfDocument(document).hasilKerja[0]!.indikator.map(({ id, polarity }) => [id, polarity])).toEqual([
    ['days', 'lowerIsBetter'],
    ['old', 'higherIsBetter'],
  ]);
});

it('S5.1 achievement of the document goes in the direction of each indicator, up to the cap', () => {
  const report = (days: string) =>
    reportOfDocument({
      ...emptyReport([]),
      realisations: [
        { indicatorId: 'days', value: days, narrative: '' },
        { indicatorId: 'old', value: '9', narrative: '' },
      ],
    });
  expect(achievementsOf(report('4'), skpOfDocument(document))).toEqual([
    { indikatorId: 'days', percent: 120 },
    { indikatorId: 'old', percent: 75 },
  ]);
  expect(achievementsOf(report('7'), skpOfDocument(document))[0]).toEqual({ indikatorId: 'days', percent: 60 });
});
