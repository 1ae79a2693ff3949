import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyReport } from '#domain/reporting/report-document.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'components', name), 'utf8');
const report = emptyReport(['i1']);

describe('each field of a report', () => {
  it.each(Object.keys(report))('%s is written in one screen and read in the other', (field) => {
    expect(read('ReportWork.vue')).toMatch(new RegExp(`\\.${field}\\b`));
    expect(read('ReportView.vue')).toMatch(new RegExp(`\\bcontent\\.${field}\\b|\\b${field}\\b`));
  });

  it.each(Object.keys(report.realisations[0]!))('%s of a line, too', (field) => {
    expect(read('ReportWork.vue')).toMatch(new RegExp(`\\.${field}\\b|\\b${field}\\b`));
    expect(read('ReportView.vue')).toMatch(new RegExp(`\\b${field}\\b`));
  });
});
