import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, instantOrNull, select, sql } from '../sql.ts';

export type FollowUpRow = {
  kind: 'rewardProposal' | 'guidance' | 'improvementPlan' | 'improvementConclusion';
  content: Record<string, unknown>;
  outcome: string | null;
  recordedAt: string;
  recordedBy: { id: string; name: string };
  reviewAt: string | null;
};

/** What followed the final result, in order. */
export async function readFollowUps(em: EntityManager, cycleId: string): Promise<FollowUpRow[]> {
  const found = await select<FollowUpRow>(
    em,
    sql`select v.kind, v.content, v.outcome, v.recorded_at as "recordedAt", v.review_at as "reviewAt", json_build_object('id', e.id, 'name', e.name) as "recordedBy"
        from follow_up v join employee e on e.id = v.recorded_by_id where v.cycle_id = ${cycleId} order by v.recorded_at, v.id`,
  );
  return found.map((row) => ({ ...row, recordedAt: instantOf(row.recordedAt), reviewAt: instantOrNull(row.reviewAt) }));
}
