import type { EntityManager } from '@mikro-orm/postgresql';
import type { Predikat, Rating } from '#domain/appraisal/predikat.ts';
import { actingPost, civilDateOf } from '../organisation/holding.ts';
import { instantOf, instantOrNull, select, selectOne, sql } from '../sql.ts';

export type AppraisalRow = {
  selfAssessment: string | null;
  selfAssessedAt: string | null;
  deliveredAt: string | null;
  objectionUntil: string | null;
  acknowledgedAt: string | null;
  objection: string | null;
  objectedAt: string | null;
  isFinal: boolean;
  results: {
    number: number;
    origin: 'rating' | 'objection';
    hasilKerja: Rating;
    perilaku: Rating;
    predikat: Predikat;
    notes: string;
    decidedAt: string;
    decidedBy: { id: string; name: string };
    onBehalfOf: string | null;
  }[];
};

/** The appraisal of a cycle with all its results; null before it opens. */
export async function readAppraisal(em: EntityManager, cycleId: string): Promise<AppraisalRow | null> {
  const row = await selectOne<Omit<AppraisalRow, 'results'>>(
    em,
    sql`select self_assessment ->> 'text' as "selfAssessment", self_assessed_at as "selfAssessedAt", delivered_at as "deliveredAt", objection_until as "objectionUntil",
          acknowledged_at as "acknowledgedAt", objection ->> 'reason' as objection, objected_at as "objectedAt", is_final as "isFinal"
        from appraisal where cycle_id = ${cycleId}`,
  );
  if (!row) return null;
  const results = await select<AppraisalRow['results'][number]>(
    em,
    sql`select v.number, v.origin, v.hasil_kerja as "hasilKerja", v.perilaku, v.predikat, v.notes, v.decided_at as "decidedAt",
          json_build_object('id', d.id, 'name', d.name) as "decidedBy", acting.title as "onBehalfOf"
        from appraisal_result v join employee d on d.id = v.decided_by_id
        join matter m on m.id = v.cycle_id
        left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.decided_by_id`, civilDateOf(sql`v.decided_at`, sql`m.time_zone`))}) acting on true
        where v.cycle_id = ${cycleId} order by v.number`,
  );
  return {
    ...row,
    selfAssessedAt: instantOrNull(row.selfAssessedAt),
    deliveredAt: instantOrNull(row.deliveredAt),
    objectionUntil: instantOrNull(row.objectionUntil),
    acknowledgedAt: instantOrNull(row.acknowledgedAt),
    objectedAt: instantOrNull(row.objectedAt),
    results: results.map((result) => ({ ...result, decidedAt: instantOf(result.decidedAt) })),
  };
}
