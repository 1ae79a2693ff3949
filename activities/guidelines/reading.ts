import type { IndonesianZone } from '#domain/calendar/time-zone.ts';
import { CIVIL_CLOCK } from '#domain/calendar/clock.ts';
import { readingDates, superiorOffset } from '#domain/guidelines/guideline.ts';
import { closeAcknowledgementDay } from '#persistence/guidelines/acknowledgement-days.repository.ts';
import {
  announce,
  listAnnounced,
  listPeopleAfter,
  listZones,
  moveAnnouncement,
  readLadder,
  takeAnnouncement,
  takeDueReadingReminders,
  takeNewcomers,
  tellSuperiors,
  type Announced,
  type DatesOfVersion,
} from '#persistence/guidelines/announcements.repository.ts';
import { readWorkingCalendar } from '#persistence/rule-sets/rule-sets.repository.ts';
import { inTransaction } from '#persistence/transaction.ts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { ActivityDependencies } from '../dependencies.ts';

/** People looked at in one transaction. */
const BATCH = 1000;

/**
 * Tells a batch of people of guidelines in force: first everybody of a version that took effect, from where the last batch ended; then, of all versions, whoever
 * joined, moved or came back. Returns how many people were looked at; nothing to do costs two looks into empty tables.
 */
export async function announceGuidelines(deps: ActivityDependencies, now: Date | null): Promise<number> {
  return inTransaction(deps.orm.em, async (em) => {
    const at = now ?? new Date();
    const version = await takeAnnouncement(em);
    if (version) {
      const people = await listPeopleAfter(em, version.upto, BATCH);
      if (people.length) await announce(em, people, await datesOf(em, [version], at), at);
      await moveAnnouncement(em, version.versionId, people.at(-1) ?? null);
      return people.length + 1;
    }
    const newcomers = await takeNewcomers(em, BATCH);
    if (newcomers.length) await announce(em, newcomers, await datesOf(em, await listAnnounced(em), at), at);
    return newcomers.length;
  });
}

/** When people of each zone must have read each version, are reminded of it, and are named to their superior. */
async function datesOf(em: EntityManager, versions: readonly Announced[], at: Date): Promise<DatesOfVersion[]> {
  const workingCalendar = await readWorkingCalendar(em.fork({ keepTransactionContext: true }));
  const tellsSuperiorAfter = superiorOffset(await readLadder(em, at));
  const zones = await listZones(em);
  const iso = (ms: number): string => new Date(ms).toISOString();
  return versions.flatMap(({ versionId, guidelineId, reading }) =>
    zones.map((timeZone) => {
      const { dueAt, remindAt, superiorAt } = readingDates(
        at.getTime(),
        reading,
        { workingCalendar, zone: timeZone as IndonesianZone, clock: CIVIL_CLOCK },
        tellsSuperiorAfter,
      );
      return {
        versionId,
        guidelineId,
        timeZone,
        dueAt: iso(dueAt),
        remindAt: remindAt.map(iso),
        superiorAt: superiorAt === null ? null : iso(superiorAt),
      };
    }),
  );
}

/** Reminds those whose next reminder is due, once per step; returns how many. */
export const remindReaders = (deps: ActivityDependencies, now: Date | null): Promise<number> =>
  inTransaction(deps.orm.em, (em) => takeDueReadingReminders(em, now, BATCH));

/** Tells superiors who of their people has not read, once; returns how many readers were taken. */
export const tellSuperiorsOfReaders = (deps: ActivityDependencies, now: Date | null): Promise<number> =>
  inTransaction(deps.orm.em, (em) => tellSuperiors(em, now, BATCH));

/** Puts the acknowledgements of a day that is over into the audit chain; returns how many days were closed. */
export const closeAcknowledgements = (deps: ActivityDependencies): Promise<number> =>
  inTransaction(deps.orm.em, (em) => closeAcknowledgementDay(em, new Date()));
