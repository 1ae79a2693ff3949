import { screen } from '@testing-library/vue';
import { expect, it } from 'vitest';
import { show } from '../../testing/app.ts';
import { sampleReport, sampleSkp } from '../../testing/sample.ts';
import ReportView from './components/ReportView.vue';

it('S5.1 a report shows the achievement of each figure, in the direction of its measure', async () => {
  await show(ReportView, { props: { content: sampleReport().content, skp: sampleSkp(), evidence: [] } });
  const cards = screen.getAllByText('Target').map((term) => term.closest('dl')!.textContent);
  expect(cards[0]).toMatch(/95 persen.*93.*Capaian.*97,9%/s);
  expect(cards[1]).toMatch(/5 hari kerja \(Makin rendah makin baik\).*4.*Capaian.*120%/s);
  expect(cards[2]).not.toContain('Capaian');
});
