import { fireEvent, screen, waitFor } from '@testing-library/vue';
import { describe, expect, it } from 'vitest';
import type { GuidelineView } from '#contracts/guidelines.contract.ts';
import { emptyGuideline } from '#domain/guidelines/guideline.ts';
import { fakeApi, show } from '../../testing/app.ts';
import { id } from '../../testing/sample.ts';
import GuidelinePage from './pages/GuidelinePage.vue';

const view = (acknowledgedAt: string | null): GuidelineView => ({
  id: id(70),
  version: 3,
  status: 'berlaku',
  canEdit: false,
  canAdminister: false,
  mended: null,
  links: [],
  attachments: [],
  content: {
    ...emptyGuideline(2026),
    number: '12',
    title: 'Pedoman Kinerja',
    parts: { purpose: 'Tujuannya jelas.', procedure: '', standards: '', indicators: '', rulesOfUse: '' },
    articles: [],
    links: [],
    audienceUnitIds: [],
    reading: { dueWorkingDays: 5, reminderOffsets: [] },
  },
  versions: [
    { version: 3, status: 'berlaku', approvedAt: null, effectiveAt: '2026-11-01T00:00:00.000Z', endedAt: null },
  ],
  mine: { dueAt: '2026-12-01T16:59:59.999Z', acknowledgedAt },
});

describe('reading a guideline', () => {
  it('S1.3 shows the text and lets one say that one has read this version', async () => {
    let acknowledgedAt: string | null = null;
    const calls = fakeApi({
      'GET /api/guidelines/:id': () => ({ body: view(acknowledgedAt) }),
      'POST /api/guidelines/:id/versions/:version/acknowledgement': () => ({
        body: { acknowledgedAt: (acknowledgedAt = '2026-11-24T05:00:00.000Z') },
      }),
    });
    await show(GuidelinePage, { path: `/guidelines/${id(70)}`, pattern: '/guidelines/:id' });
    expect(await screen.findByText('Tujuannya jelas.')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Saya sudah membaca' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Saya sudah membaca' })).toBeNull());
    expect(screen.getByText(/Anda sudah membaca versi 3/)).toBeTruthy();
    expect(calls.filter(({ method }) => method === 'POST')).toMatchObject([{ params: { version: '3' } }]);
  });
});
