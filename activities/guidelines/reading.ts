import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { CIVIL_CLOCK } from '#domain/calendar/clock.ts';
import { readingDates } from '#domain/guidelines/guideline.ts';
import { announce, nextUnannounced, takeDueReadingReminders } from '#persistence/guidelines/readers.repository.ts';
import { readWorkingCalendar } from '#persistence/rule-sets/rule-sets.repository.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { forkOf, type ActivityDependencies } from '../dependencies.ts';

/** People told of a guideline in one transaction. */
const BATCH = 500;

/** Tells those who must read a guideline in force and do not know yet, a batch at a time; returns how many were told. */
export async function announceGuidelines(deps: ActivityDependencies, now: Date | null): Promise<number> {
  return forkOf(deps).transactional(async (inner) => {
    const em = inner as EntityManager;
    const people = await nextUnannounced(em, BATCH);
    if (!people.length) return 0;
    const workingCalendar = await readWorkingCalendar(em.fork({ keepTransactionContext: true }) as EntityManager);
    const at = now ?? new Date();
    return announce(
      em,
      people.map(({ versionId, guidelineId, employeeId, reading, timeZone }) => {
        const { dueAt, remindAt } = readingDates(at.getTime(), reading, { workingCalendar, zone: timeZone as IndonesianZone, clock: CIVIL_CLOCK });
        const iso = (ms: number): string => new Date(ms).toISOString();
        return { versionId, guidelineId, employeeId, announcedAt: at.toISOString(), dueAt: iso(dueAt), remindAt: remindAt.map(iso) };
      }),
    );
  });
}

/** Reminds those whose next reminder is due, once per step; returns how many. */
export const remindReaders = (deps: ActivityDependencies, now: Date | null): Promise<number> =>
  forkOf(deps).transactional((em) => takeDueReadingReminders(em as EntityManager, now, BATCH));
