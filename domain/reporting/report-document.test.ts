import { describe, expect, it } from 'vitest';
import { emptyReport, missingLines, reportOfDocument } from './report-document.ts';

describe('a report as a document', () => {
  it('begins with an empty line for each indicator', () => {
    expect(emptyReport(['i1', 'i2']).realisations).toEqual([
      { indicatorId: 'i1', value: '', narrative: '' },
      { indicatorId: 'i2', value: '', narrative: '' },
    ]);
  });

  it('gets a line for an indicator that came later, and keeps what is written', () => {
    const written = { ...emptyReport([]), realisations: [{ indicatorId: 'i1', value: '3', narrative: '' }] };
    expect(missingLines(written, ['i1', 'i2'])).toEqual([{ indicatorId: 'i2', value: '', narrative: '' }]);
    expect(missingLines(written, ['i1'])).toEqual([]);
  });

  it('is read by the rules under the words of the law', () => {
    expect(reportOfDocument({ ...emptyReport(['i1']), narrative: 'lancar' })).toEqual({
      realisasi: [{ indikatorId: 'i1', value: '', narrative: '', evidenceIds: [] }],
      narrative: 'lancar',
      obstacles: '',
    });
  });
});
