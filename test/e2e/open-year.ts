import { randomUUID } from 'node:crypto';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { DAY_MS } from '#domain/calendar/clock.ts';
import type { RuleSet } from '#domain/rule-sets/rule-set.ts';
import { Campaign } from '#persistence/campaigns/campaigns.entities.ts';
import { Unit } from '#persistence/organisation/organisation.entities.ts';
import { createRuleSet } from '#test/factories/agency.ts';
import { campaignWorkflowId, OPERATIONS_QUEUE } from '#domain/process/names.ts';
import type { Product } from './product.ts';

/**
 * Opens the year 2026 of one unit and those below it, on a calendar of its own whose days are 24 hours long, and waits
 * until all cycles run.
 *
 * @param day how many days of the year have passed, now
 */
export async function openYear(
  { em, client }: Pick<Product, 'em' | 'client'>,
  { unitCode, rules, day }: { unitCode: string; rules: RuleSet; day: number },
): Promise<void> {
  const clock = {
    kind: 'compressed' as const,
    startsOn: '2026-01-01' as CalendarDate,
    startsAt: Date.now() - day * DAY_MS,
    dayLengthMs: DAY_MS,
  };
  const ruleSetId = await createRuleSet(em(), { ...rules, clock });
  const unit = await em().findOneOrFail(Unit, { code: unitCode });
  const id = randomUUID();
  const workflowId = campaignWorkflowId(id);
  await em().insert(Campaign, { id, year: 2026, unitId: unit.id, ruleSetId, workflowId, ratePerSecond: 100 });
  await client.workflow.execute('cycleCampaign', {
    workflowId,
    taskQueue: OPERATIONS_QUEUE,
    args: [{ campaignId: id }],
  });
}
