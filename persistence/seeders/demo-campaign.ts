import type { EntityManager } from '@mikro-orm/postgresql';
import { v4 as uuidv4 } from 'uuid';
import { campaignWorkflowId } from '#domain/process/names.ts';
import { queueStart } from '../commands/facts.repository.ts';
import { selectOne, sql } from '../sql.ts';

const RULE_SET = 'permenpanrb-6-2022-bulanan';

/**
 * Writes the opening of a year for the whole agency unless there is one, and returns its id. The relay starts its workflow.
 */
export async function demoCampaign(em: EntityManager, year: number): Promise<string> {
  const existing = await selectOne<{ id: string }>(em, sql`select id from campaign where year = ${year} limit 1`);
  if (existing) return existing.id;
  const id = uuidv4();
  await selectOne(
    em,
    sql`insert into campaign (id, year, unit_id, rule_set_id, workflow_id)
        select ${id}, ${year}, u.id, r.id, ${campaignWorkflowId(id)} from unit u, rule_set r where u.parent_id is null and r.code = ${RULE_SET}`,
  );
  const workflowId = campaignWorkflowId(id);
  await queueStart(em, { workflowId, type: 'cycleCampaign', arguments: { campaignId: id }, actorId: null });
  return id;
}
