import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { emptyGuideline, type GuidelineContent } from '#domain/guidelines/guideline.ts';
import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import type { LibraryIndicator } from '#domain/skp/library.ts';
import type { SkpDocument } from '#domain/skp/skp-document.ts';
import { readDemoGuidelines, readLibraryIndicators, readLibraryTemplates } from '../../data/files.ts';
import { addGuideline, findGuidelineVersion, putGuidelineInForce } from '../guidelines/guidelines.repository.ts';
import { addIndicator, saveTemplate } from '../library/library.repository.ts';
import { selectOne, sql } from '../sql.ts';

/** The indicator library with templates, and two guidelines of the demo agency: one in force, one in the making. */
export async function seedPolicy(em: EntityManager, year: number): Promise<void> {
  const indicators = readLibraryIndicators();
  for (const indicator of indicators) await addIndicator(em, indicator, null);
  for (const { job, name, results } of readLibraryTemplates())
    await saveTemplate(em, { job, name, content: documentOf(results, indicators, job) }, null);
  await seedGuidelines(em, year);
}

function documentOf(
  results: readonly { rencana: string; indicators: readonly string[] }[],
  indicators: readonly LibraryIndicator[],
  job: string,
): SkpDocument {
  const find = (text: string): LibraryIndicator =>
    indicators.find((one) => one.indikator === text && one.job === job) ??
    indicators.find((one) => one.indikator === text)!;
  return {
    approach: 'kuantitatif',
    results: results.map(({ rencana, indicators: texts }, place) => ({
      id: `r${place + 1}`,
      kind: 'utama',
      intervenesId: null,
      intervenesText: '',
      notCascadedReason: '',
      rencana,
      indicators: texts
        .map(find)
        .map(({ aspek, indikator, target, satuan, polarity }, index) => ({
          id: `r${place + 1}i${index + 1}`,
          aspek,
          indikator,
          target,
          satuan,
          polarity,
        })),
    })),
    behaviours: NILAI_BERAKHLAK.map((value) => ({ value, expectation: '' })),
    attachments: { dukunganSumberDaya: [], skemaPertanggungjawaban: [], konsekuensi: [] },
  };
}

async function seedGuidelines(em: EntityManager, year: number): Promise<void> {
  const writer = await selectOne<{ id: string }>(
    em,
    sql`select r.employee_id as id from role_assignment r join desk d on d.id = r.desk_id where d.role = 'agencyAdmin' limit 1`,
  );
  for (const { status, content } of readDemoGuidelines()) {
    const whole: GuidelineContent = {
      ...emptyGuideline(year),
      ...content,
      effectiveOn: status === 'berlaku' ? (`${year}-01-02` as CalendarDate) : null,
    };
    const id = await addGuideline(em, { content: whole, createdById: writer?.id ?? null });
    const version = (await findGuidelineVersion(em, id))!;
    if (status === 'berlaku') await putGuidelineInForce(em, version.id, new Date());
  }
}
