import { describe, expect, it } from 'vitest';
import {
  GENERAL_JOB,
  jobFit,
  polarityOf,
  skpFromTemplate,
  validateLibraryIndicator,
  type LibraryIndicator,
} from './library.ts';
import type { SkpDocument } from './skp-document.ts';

const indicator: LibraryIndicator = {
  job: 'Analis SDM Aparatur',
  indikator: 'Jumlah laporan',
  aspek: 'kuantitas',
  satuan: 'laporan',
  measure: '',
  target: '12',
  polarity: 'higherIsBetter',
};

describe('R-LIBRARY-1: the indicator library (S1.5)', () => {
  it.each([
    ['a complete one', {}, []],
    ['one without a job', { job: ' ' }, ['library.jobMissing']],
    ['one without a text', { indikator: '' }, ['library.textMissing']],
    ['one without a unit', { satuan: '' }, ['library.satuanMissing']],
    ['one with another aspect', { aspek: 'rasa' as never }, ['library.aspekUnknown']],
    [
      'one whose direction a file names in other words',
      { polarity: polarityOf('terbaik') },
      ['library.polarityUnknown'],
    ],
  ])('S1.5 %s', (_title, change, codes) => {
    expect(validateLibraryIndicator({ ...indicator, ...change }).map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['', 'higherIsBetter'],
    ['Makin tinggi', 'higherIsBetter'],
    [' makin rendah ', 'lowerIsBetter'],
  ])('S1.5 reads the direction "%s"', (text, polarity) => {
    expect(polarityOf(text)).toBe(polarity);
  });

  it('S1.5 a job serves all its levels, the general one everybody, no other job', () => {
    expect(jobFit('Analis SDM Aparatur', 'Analis SDM Aparatur Ahli Muda')).toBe(2);
    expect(jobFit(GENERAL_JOB, 'Auditor Ahli Pertama')).toBe(1);
    expect(jobFit('Analis', 'Analisis Data')).toBe(0);
  });
});

describe('R-LIBRARY-2: a template starts an SKP (S1.5)', () => {
  it('S1.5 gives each line an id of its own and forgets whom it was cascaded from', () => {
    const template: SkpDocument = {
      approach: 'kuantitatif',
      behaviours: [],
      attachments: { dukunganSumberDaya: ['Laptop'], skemaPertanggungjawaban: [], konsekuensi: [] },
      results: [
        {
          id: 'r',
          kind: 'utama',
          intervenesId: 'boss',
          intervenesText: 'x',
          notCascadedReason: 'y',
          rencana: 'Laporan',
          indicators: [
            {
              id: 'i',
              aspek: 'waktu',
              indikator: 'Waktu penyelesaian',
              target: '5',
              satuan: 'hari',
              polarity: 'lowerIsBetter',
            },
          ],
        },
      ],
    };
    let serial = 0;
    const skp = skpFromTemplate(template, () => `new${(serial += 1)}`);
    expect(skp.results[0]).toMatchObject({
      id: 'new1',
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: '',
      rencana: 'Laporan',
      indicators: [{ id: 'new2', target: '5' }],
    });
    expect(skp.attachments).toEqual(template.attachments);
  });
});
