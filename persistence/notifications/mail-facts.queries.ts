import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import type { GuidelineKind } from '#domain/guidelines/guideline.ts';
import type { EventKind } from '#domain/training/event.ts';
import { holds } from '../organisation/holding.ts';
import { selectOne, sql } from '../sql.ts';

/* What single mails tell beyond their row, read when they are written. */

/** The title of a position; null when there is none. */
export async function findPositionTitle(em: EntityManager, positionId: string): Promise<string | null> {
  const row = await selectOne<{ title: string }>(em, sql`select title from position where id = ${positionId}`);
  return row?.title ?? null;
}

/** A training as a mail tells of it. `missing`: names of the people the mail is about, for their superior. */
export type TrainingFacts = {
  id: string;
  kind: EventKind;
  title: string;
  agenda: string;
  place: string;
  link: string;
  startsAt: Date;
  endsAt: Date;
  timeZone: string;
  organiser: string;
  speakers: string[];
  cancelledReason: string | null;
  missing: string[];
};

/** The event of a mail, and the names of these people; null when there is no such event. */
export async function readTrainingFacts(
  em: EntityManager,
  eventId: string,
  missingIds: readonly string[],
): Promise<TrainingFacts | null> {
  const row = await selectOne<Omit<TrainingFacts, 'startsAt' | 'endsAt'> & { startsAt: string; endsAt: string }>(
    em,
    sql`select v.id, v.kind, v.title, v.agenda, v.place, v.link, v.starts_at as "startsAt", v.ends_at as "endsAt", v.time_zone as "timeZone",
          v.organiser, to_json(v.speakers) as speakers, v.cancelled_reason as "cancelledReason",
          coalesce((select json_agg(e.name order by e.name) from employee e where e.id = any(${missingIds}::uuid[])), '[]') as missing
        from training_event v where v.id = ${eventId}`,
  );
  return row && { ...row, startsAt: new Date(row.startsAt), endsAt: new Date(row.endsAt) };
}

/** A version of a guideline as a mail tells of it. */
export type GuidelineFacts = {
  kind: GuidelineKind;
  number: string;
  year: number | null;
  title: string;
  issuer: string;
  version: number;
  /** It still holds, and the reader, or one of a superior's people, has not read it. */
  isToRead: boolean;
  /** Names of a superior's people who have not read it. */
  unread: string[];
};

const FACTS = sql`v.kind, v.number, v.year, v.title, v.content ->> 'issuer' as issuer, v.version`;

/** A version as its reader is told of it; null when there is none. */
export const readGuidelineFacts = (
  em: EntityManager,
  { versionId, readerId }: { versionId: string; readerId: string },
): Promise<GuidelineFacts | null> =>
  selectOne<GuidelineFacts>(
    em,
    sql`select ${FACTS}, json_build_array() as unread,
          v.status = 'berlaku' and exists (
            select 1 from guideline_reader r where r.version_id = v.id and r.employee_id = ${readerId} and r.acknowledged_at is null) as "isToRead"
        from guideline_version v where v.id = ${versionId}`,
  );

/**
 * A version as a superior is told of it who has people that are late with it; null when there is none. These are the people in the posts below the
 * superior's, and further down where a post between them is vacant or its only holder is the late person, acting for it.
 *
 * @param dueAt only those whose time was over on the day (UTC) of this instant
 */
export const readLateReaders = (
  em: EntityManager,
  { versionId, superiorId, dueAt, today }: { versionId: string; superiorId: string; dueAt: Date; today: CalendarDate },
): Promise<GuidelineFacts | null> => {
  const isHeld = holds('h', today);
  return selectOne<GuidelineFacts>(
    em,
    sql`with recursive below as (
          select b.id, null::uuid as person, 0 as depth from position_assignment h join position b on b.superior_position_id = h.position_id
          where h.employee_id = ${superiorId} and ${isHeld}
          union
          select b.id, coalesce(below.person, held.one), below.depth + 1 from below
          cross join lateral (select count(*) as n, min(h.employee_id::text)::uuid as one, bool_and(h.kind <> 'definitif') as acting
            from position_assignment h where h.position_id = below.id and ${isHeld}) held
          join position b on b.superior_position_id = below.id
          where below.depth < 20 and (held.n = 0 or (held.n = 1 and held.acting and held.one = coalesce(below.person, held.one)))),
        late as (
          select distinct e.id, e.name from below
          join position_assignment h on h.position_id = below.id and h.kind = 'definitif' and ${isHeld}
          join employee e on e.id = h.employee_id and e.id <> ${superiorId} and e.id = coalesce(below.person, e.id)
            and e.status not in ('pensiun', 'meninggal', 'berhenti')
          join guideline_reader r on r.version_id = ${versionId} and r.employee_id = e.id and r.acknowledged_at is null
            and (r.due_at at time zone 'UTC')::date = (${dueAt}::timestamptz at time zone 'UTC')::date)
        select ${FACTS}, coalesce((select json_agg(name order by name) from late), '[]') as unread,
          v.status = 'berlaku' and exists (select 1 from late) as "isToRead"
        from guideline_version v where v.id = ${versionId}`,
  );
};
