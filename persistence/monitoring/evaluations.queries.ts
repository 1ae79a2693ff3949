import type { EntityManager } from '@mikro-orm/postgresql';
import { instantOf, selectOne, sql } from '../sql.ts';

export type EvaluationRow = {
  strengths: string[];
  weaknesses: string[];
  improvements: string[];
  recordedAt: string;
  recordedBy: { id: string; name: string };
};

/** Strengths, weaknesses and improvements that closed the year; null before. */
export async function readEvaluation(em: EntityManager, cycleId: string): Promise<EvaluationRow | null> {
  const row = await selectOne<EvaluationRow>(
    em,
    sql`select v.strengths, v.weaknesses, v.improvements, v.recorded_at as "recordedAt", json_build_object('id', e.id, 'name', e.name) as "recordedBy"
        from evaluation v join employee e on e.id = v.recorded_by_id where v.cycle_id = ${cycleId}`,
  );
  return row && { ...row, recordedAt: instantOf(row.recordedAt) };
}
