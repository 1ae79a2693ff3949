import type { EntityManager } from '@mikro-orm/postgresql';
import type { SkpDocument } from '#domain/skp/skp-document.ts';
import { decision, presentDecided, type Decided } from '../cycles/decided.ts';
import { select, sql } from '../sql.ts';

export type SkpVersionRow = {
  round: number;
  state: 'submitted' | 'returned' | 'established';
  content: SkpDocument;
} & Decided;

/** All submission rounds of the SKP of a cycle, the first one first. */
export async function readSkpVersions(em: EntityManager, cycleId: string): Promise<SkpVersionRow[]> {
  const found = await select<SkpVersionRow>(
    em,
    sql`select v.round, v.state, v.content, ${decision.columns} from skp v ${decision.joins} where v.cycle_id = ${cycleId} order by v.round`,
  );
  return found.map(presentDecided);
}

/** The established SKP, else the last one that was handed in. */
export const inForce = (skps: readonly SkpVersionRow[]): SkpVersionRow | null =>
  skps.findLast(({ state }) => state === 'established') ?? skps.at(-1) ?? null;
