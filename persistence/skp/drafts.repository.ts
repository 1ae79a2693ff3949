import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, selectOne, sql } from '../sql.ts';

type DraftKind = 'skp' | 'report' | 'selfAssessment';
export type DraftKey = { cycleId: string; kind: DraftKind; periodNo: number };
export type DraftRow = {
  version: number;
  content: unknown;
  updatedAt: string;
  updatedBy: { id: string; name: string };
};

/** What was saved last, or null. */
export async function findDraft(em: EntityManager, { cycleId, kind, periodNo }: DraftKey): Promise<DraftRow | null> {
  const row = await selectOne<DraftRow>(
    em,
    sql`select d.version, d.content, d.updated_at as "updatedAt", json_build_object('id', e.id, 'name', e.name) as "updatedBy"
        from draft d join employee e on e.id = d.updated_by_id where d.cycle_id = ${cycleId} and d.kind = ${kind} and d.period_no = ${periodNo}`,
  );
  return row && { ...row, updatedAt: instantOf(row.updatedAt) };
}

export type DraftToSave = DraftKey & { version: number; content: unknown; employeeId: string; savedById: string };

/** Saves on top of `version` (0: nothing was saved yet). Null when somebody saved in between: nothing is overwritten. */
export async function saveDraft(
  em: EntityManager,
  draft: DraftToSave,
): Promise<{ version: number; updatedAt: string } | null> {
  const { cycleId, kind, periodNo, version, employeeId, savedById } = draft;
  const content = JSON.stringify(draft.content);
  const row = await selectOne<{ version: number; updatedAt: string }>(
    em,
    version === 0
      ? sql`insert into draft (cycle_id, employee_id, kind, period_no, version, content, updated_by_id)
            values (${cycleId}, ${employeeId}, ${kind}, ${periodNo}, 1, ${content}::jsonb, ${savedById})
            on conflict (cycle_id, kind, period_no) do nothing returning version, updated_at as "updatedAt"`
      : sql`update draft set version = version + 1, content = ${content}::jsonb, updated_at = clock_timestamp(), updated_by_id = ${savedById}
            where cycle_id = ${cycleId} and kind = ${kind} and period_no = ${periodNo} and version = ${version} returning version, updated_at as "updatedAt"`,
  );
  return row && { version: row.version, updatedAt: instantOf(row.updatedAt) };
}
