import { escalationActivities } from '#activities/escalation/escalation.activities.ts';
import type { Orm } from '#persistence/orm.ts';
import { dependenciesOn } from './stepped-matter.ts';

/** One sweep as the schedule starts it, at a moment of the test's choice. */
export function sweepActivities(orm: Orm): (now?: Date) => Promise<number> {
  const { sweepEscalations } = escalationActivities(dependenciesOn(orm));
  return (now) => sweepEscalations({ now: now?.getTime() ?? null });
}
