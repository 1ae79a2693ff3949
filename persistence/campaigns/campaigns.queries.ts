import { campaignWorkflowId } from '#domain/process/names.ts';
import { queueStart, type QueuedMessage } from '../commands/facts.repository.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import { instantOf, instantOrNull, NO_SQL, select, selectOne, sql } from '../sql.ts';

export type CampaignListRow = {
  id: string;
  year: number;
  unit: { id: string; code: string; name: string };
  ruleSet: { id: string; name: string };
  state: 'running' | 'paused' | 'finished';
  ratePerSecond: number;
  total: number;
  started: number;
  skipped: number;
  refused: number;
  openedAt: string;
  finishedAt: string | null;
  openedBy: { id: string; name: string } | null;
};

/** Openings, the newest first; only one when its id is given. */
export async function readCampaigns(em: EntityManager, id: string | null = null): Promise<CampaignListRow[]> {
  const found = await select<CampaignListRow>(
    em,
    sql`select c.id, c.year, json_build_object('id', u.id, 'code', u.code, 'name', u.name) as unit, json_build_object('id', r.id, 'name', r.name) as "ruleSet", c.state,
          c.rate_per_second as "ratePerSecond", c.total, c.started, c.skipped, c.refused, c.opened_at as "openedAt", c.finished_at as "finishedAt",
          case when e.id is null then null else json_build_object('id', e.id, 'name', e.name) end as "openedBy"
        from campaign c join unit u on u.id = c.unit_id join rule_set r on r.id = c.rule_set_id left join employee e on e.id = c.opened_by_id
        ${id ? sql`where c.id = ${id}` : NO_SQL} order by c.opened_at desc, c.id limit 100`,
  );
  return found.map((row) => ({ ...row, openedAt: instantOf(row.openedAt), finishedAt: instantOrNull(row.finishedAt) }));
}

export type NewCampaign = {
  year: number;
  unitId: string;
  ruleSetId: string;
  ratePerSecond: number;
  openedById: string;
};

/** Writes an opening and orders the start of its workflow (whose arguments name it); null when one of the same year and unit is not finished yet. Two at the same moment: the second waits and finds the first. */
export async function addCampaign(em: EntityManager, campaign: NewCampaign): Promise<QueuedMessage | null> {
  const id = uuidv4();
  const workflowId = campaignWorkflowId(id);
  await select(em, sql`select pg_advisory_xact_lock(hashtext('campaign'))`);
  const row = await selectOne<{ id: string }>(
    em,
    sql`insert into campaign (id, year, unit_id, rule_set_id, rate_per_second, workflow_id, opened_by_id)
        select ${id}, ${campaign.year}, ${campaign.unitId}, ${campaign.ruleSetId}, ${campaign.ratePerSecond}, ${workflowId}, ${campaign.openedById}
        where not exists (select 1 from campaign where year = ${campaign.year} and unit_id = ${campaign.unitId} and state <> 'finished')
        returning id`,
  );
  if (!row) return null;
  return queueStart(em, {
    workflowId,
    type: 'cycleCampaign',
    arguments: { campaignId: id },
    actorId: campaign.openedById,
  });
}

export type CampaignRefusalRow = { employee: { id: string; name: string }; unitName: string; code: string };

/** For whom no cycle could be opened, and why. */
export const listCampaignRefusals = (em: EntityManager, campaignId: string): Promise<CampaignRefusalRow[]> =>
  select<CampaignRefusalRow>(
    em,
    sql`select json_build_object('id', e.id, 'name', e.name) as employee, u.name as "unitName", r.code
        from campaign_refusal r join employee e on e.id = r.employee_id join unit u on u.id = e.unit_id where r.campaign_id = ${campaignId} order by u.path, e.name limit 500`,
  );

/** How many cycles of an opening stand at each stage. */
export async function countCampaignStages(em: EntityManager, campaignId: string): Promise<Record<string, number>> {
  const row = await selectOne<{ stages: Record<string, number> }>(
    em,
    sql`select coalesce(json_object_agg(stage, n), '{}') as stages from (select m.stage, count(*)::int as n from cycle c join matter m on m.id = c.id where c.campaign_id = ${campaignId} group by m.stage) counted`,
  );
  return row!.stages;
}
