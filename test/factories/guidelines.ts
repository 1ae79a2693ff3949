import { escalationActivities } from '#activities/escalation/escalation.activities.ts';
import type { Orm } from '#persistence/orm.ts';
import { createRuleBook } from '#persistence/rule-sets/rule-sets.repository.ts';

/** One sweep as the schedule starts it, at a moment of the test's choice. */
export function sweepActivities(orm: Orm): (now?: Date) => Promise<number> {
  const deps = {
    orm,
    ruleBook: createRuleBook(),
    startCycleWorkflow: async () => 'started' as const,
    signalCycle: async () => 'delivered' as const,
  };
  const { sweepEscalations } = escalationActivities(deps);
  return (now) => sweepEscalations({ now: now?.getTime() ?? null });
}
