import { actingPost, civilDateOf } from '../organisation/holding.ts';
import { instantOf, instantOrNull, sql } from '../sql.ts';

/** What every version that somebody decides on has. */
export type Decided = {
  submittedAt: string;
  isLate: boolean;
  decidedAt: string | null;
  decidedBy: { id: string; name: string } | null;
  onBehalfOf: string | null;
  reason: string | null;
};

/** Who decided, and the post they held as Plt or Plh at that moment. `v` is the version's table. */
export const decision = {
  columns: sql`v.submitted_at as "submittedAt", v.is_late as "isLate", v.decided_at as "decidedAt", v.reason,
    case when d.id is null then null else json_build_object('id', d.id, 'name', d.name) end as "decidedBy", acting.title as "onBehalfOf"`,
  joins: sql`join matter m on m.id = v.cycle_id left join employee d on d.id = v.decided_by_id left join lateral (${actingPost(sql`v.on_behalf_of_position_id`, sql`v.decided_by_id`, civilDateOf(sql`v.decided_at`, sql`m.time_zone`))}) acting on true`,
};

export const presentDecided = <Row extends Decided>(row: Row): Row => ({
  ...row,
  submittedAt: instantOf(row.submittedAt),
  decidedAt: instantOrNull(row.decidedAt),
});
