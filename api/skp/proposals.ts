import type { EntityManager } from '@mikro-orm/postgresql';
import { emptyReport } from '#domain/reporting/report-document.ts';
import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import type { SkpContent } from '#contracts/work.schemas.ts';
import { readAppraisal } from '#persistence/appraisal/appraisal.queries.ts';
import { readReportVersions } from '#persistence/reporting/reports.queries.ts';
import { inForce, readSkpVersions } from '#persistence/skp/skp.queries.ts';
import type { DraftKey } from '#persistence/skp/drafts.repository.ts';

/** What a draft starts from before anything was saved: what was handed in last, else an empty form. */
export async function proposeContent(em: EntityManager, { cycleId, kind, periodNo }: DraftKey): Promise<unknown> {
  if (kind === 'skp') return (await readSkpVersions(em, cycleId)).at(-1)?.content ?? emptySkp();
  if (kind === 'selfAssessment') return { text: (await readAppraisal(em, cycleId))?.selfAssessment ?? '' };
  const last = (await readReportVersions(em, cycleId, periodNo)).at(-1)?.content;
  const skp = inForce(await readSkpVersions(em, cycleId))?.content as SkpContent | undefined;
  return last ?? emptyReport((skp?.results ?? []).flatMap(({ indicators }) => indicators.map(({ id }) => id)));
}

const emptySkp = (): SkpContent => ({
  approach: 'kuantitatif',
  results: [],
  behaviours: NILAI_BERAKHLAK.map((value) => ({ value, expectation: '' })),
  attachments: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
});
