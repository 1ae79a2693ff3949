import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyReport } from '#domain/reporting/report-document.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, 'components', name), 'utf8');
const report = emptyReport(['i1']);

describe('each field of a report', () => {
  it.each(Object.keys(report))('%s is written in one screen and read in the other', (field) => {
    expect(read('ReportWork.vue')).toMatch(new RegExp(`\\bcontent\\.(value\\??\\.)?${field}\\b`));
    expect(read('ReportView.vue')).toMatch(new RegExp(`\\bcontent\\.${field}\\b`));
  });

  const { indicatorId: _, ...line } = report.realisations[0]!;
  it.each(Object.keys(line))('%s of a line, too', (field) => {
    expect(read('ReportWork.vue')).toMatch(new RegExp(`\\blineOf\\(indicator\\.id\\)!\\.${field}\\b`));
    expect(read('ReportView.vue')).toMatch(new RegExp(`\\brealisationOf\\(indicator\\.id\\)\\?\\.${field}\\b`));
  });
});
