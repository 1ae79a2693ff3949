import type { EntityManager } from '@mikro-orm/postgresql';
import { select, sql } from '../sql.ts';
import type { Campaign } from './campaigns.entities.ts';
import { civilDateOf, isNotOver } from '../organisation/holding.ts';
import type { Post } from '../cycles/open-cycles.repository.ts';

/** Employees that take no part in a cycle while they have this status (rulebook 1.10). */
const NOT_TAKING_PART = ['cuti di luar tanggungan negara', 'pensiun', 'meninggal', 'berhenti'];

export type Candidate = {
  employeeId: string;
  status: string;
  post: Post | null;
  existing: { id: string; campaignId: string | null } | null;
};

/** The next employees of a campaign's unit and all below it, by id; their posts are those of the day that an instant has in their own unit. */
export async function nextCandidates(
  em: EntityManager,
  campaign: Campaign,
  after: string | null,
  size: number,
  at: Date,
): Promise<Candidate[]> {
  const rows = await select<Record<string, string | null>>(
    em,
    sql`select e.id as employee_id, e.status, post.position_id, post.unit_id, post.time_zone, post.superior_position_id, post.above,
            c.id as cycle_id, c.campaign_id
     from employee e join unit u on u.id = e.unit_id
     join unit root on root.id = ${campaign.unitId} and starts_with(u.path, root.path)
     left join lateral (
       select p.id as position_id, p.unit_id, pu.time_zone, p.superior_position_id, s.superior_position_id as above
       from position_assignment a join position p on p.id = a.position_id join unit pu on pu.id = p.unit_id
       left join position s on s.id = p.superior_position_id
       where a.employee_id = e.id and a.kind = 'definitif' and a.valid_from <= make_date(${campaign.year}::int, 12, 31) and ${isNotOver('a', civilDateOf(sql`${at}::timestamptz`, sql`u.time_zone`))}
       order by a.valid_from desc limit 1) post on true
     left join lateral (select id, campaign_id from cycle where employee_id = e.id and year = ${campaign.year} order by segment desc limit 1) c on true
     where (${after}::uuid is null or e.id > ${after}::uuid)
     order by e.id limit ${size}`,
  );
  return rows.map((row) => ({
    employeeId: row.employee_id!,
    status: row.status!,
    post: row.position_id
      ? {
          positionId: row.position_id,
          unitId: row.unit_id!,
          timeZone: row.time_zone!,
          superiorPositionId: row.superior_position_id ?? null,
          superiorOfSuperiorPositionId: row.above ?? null,
        }
      : null,
    existing: row.cycle_id ? { id: row.cycle_id, campaignId: row.campaign_id ?? null } : null,
  }));
}

/** Why no cycle can be opened for an employee, or null when it can. */
export function refusalCodeOf(
  candidate: Candidate,
): 'campaign.noPosition' | 'campaign.noSuperior' | 'campaign.notInService' | null {
  if (NOT_TAKING_PART.includes(candidate.status)) return 'campaign.notInService';
  if (!candidate.post) return 'campaign.noPosition';
  return candidate.post.superiorPositionId ? null : 'campaign.noSuperior';
}

/** How many employees a campaign concerns. */
export async function countCandidates(em: EntityManager, unitId: string): Promise<number> {
  const [row] = await em.execute<{ total: string }[]>(
    `select count(*) as total from employee e join unit u on u.id = e.unit_id join unit root on root.id = ? and starts_with(u.path, root.path)`,
    [unitId],
  );
  return Number(row!.total);
}

/** Notes for whom no cycle was opened and why; a repeat changes nothing. */
export async function noteRefusals(
  em: EntityManager,
  campaignId: string,
  refusals: readonly { employeeId: string; code: string }[],
): Promise<void> {
  if (!refusals.length) return;
  await em.execute(
    `insert into campaign_refusal (campaign_id, employee_id, code)
     select ?, r.employee_id, r.code from jsonb_to_recordset(?::jsonb) as r(employee_id uuid, code text) on conflict do nothing`,
    [campaignId, JSON.stringify(refusals.map((refusal) => ({ employee_id: refusal.employeeId, code: refusal.code })))],
  );
}
