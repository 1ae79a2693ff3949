import type { EntityManager } from '@mikro-orm/postgresql';
import { yearOf, type CalendarDate } from '#domain/calendar/calendar-date.ts';
import { select, sql, whereSql, type RowFilter, type Sql } from '../sql.ts';
import { recordAccess } from './jp.repository.ts';
import { COMPLETED, NOT_IN_SERVICE } from './participants.repository.ts';
import { holds, isNotOver } from '../organisation/holding.ts';

/** What is asked for: a topic, or one event. */
export type CoverageOf = { topic: string } | { eventId: string };
export type CoverageUnit = {
  id: string;
  name: string;
  depth: number;
  parentId: string | null;
  people: number;
  completed: number;
};
export type CoverageMissing = {
  employee: { id: string; name: string; number: string; unitName: string };
  superior: string | null;
  isInvited: boolean;
  isWaived: boolean;
};

/** Topics that events have. */
export async function listTopics(em: EntityManager): Promise<string[]> {
  const rows = await select<{ topic: string }>(
    em,
    sql`select topic from training_event where topic <> '' union select data -> 'training' -> 'skpGate' ->> 'topic' from rule_set where data -> 'training' -> 'skpGate' ->> 'topic' is not null order by 1`,
  );
  return rows.map(({ topic }) => topic);
}

const isAbout = (of: CoverageOf): Sql => ('eventId' in of ? sql`v.id = ${of.eventId}` : sql`v.topic = ${of.topic}`);
const HAS_COMPLETED = (
  of: CoverageOf,
): Sql => sql`exists (select 1 from training_participant p join training_event v on v.id = p.event_id and v.state <> 'cancelled' and v.ends_at <= now()
  where p.employee_id = e.id and ${isAbout(of)} and ${COMPLETED})`;
/** Whom a figure counts: for one event those who were invited or came, for a topic everybody in service. */
const CONCERNED = (of: CoverageOf): Sql =>
  'eventId' in of
    ? sql`exists (select 1 from training_participant p where p.event_id = ${of.eventId} and p.employee_id = e.id)`
    : sql`not (e.status = any(${NOT_IN_SERVICE}::text[]))`;

/** How many people of each unit, with all below it, have completed a topic or an event; only people whom the filter lets through. */
export const readCoverage = (
  em: EntityManager,
  access: RowFilter,
  of: CoverageOf,
  today: CalendarDate,
): Promise<CoverageUnit[]> =>
  select<CoverageUnit>(
    em,
    sql`with people as materialized (
          select u.path, ${HAS_COMPLETED(of)} as done from employee e join unit u on u.id = e.unit_id where ${whereSql(access, recordAccess(today))} and ${CONCERNED(of)})
        select u.id, u.name, u.parent_id as "parentId", (length(u.path) - length(replace(u.path, '/', '')) - 2)::int as depth, count(*)::int as people, (count(*) filter (where p.done))::int as completed
        from unit u join people p on starts_with(p.path, u.path) group by u.id order by u.path`,
  );

/** Who has not completed it yet, by unit and name. */
export const listUncovered = (
  em: EntityManager,
  access: RowFilter,
  of: CoverageOf,
  { unitId, limit }: { unitId: string | null; limit: number },
  today: CalendarDate,
): Promise<CoverageMissing[]> =>
  select<CoverageMissing>(
    em,
    sql`select json_build_object('id', e.id, 'name', e.name, 'number', coalesce((select number from employee_number n where n.employee_id = e.id order by n.valid_from desc limit 1), ''),
            'unitName', u.name) as employee,
          (select min(s.name) from position_assignment a join position o on o.id = a.position_id join position_assignment b on b.position_id = o.superior_position_id
             and ${holds('b', today)} join employee s on s.id = b.employee_id
           where a.employee_id = e.id and a.kind = 'definitif' and ${isNotOver('a', today)}) as superior,
          exists (select 1 from training_participant p join training_event v on v.id = p.event_id where p.employee_id = e.id and p.is_invited and v.state <> 'cancelled' and ${isAbout(of)}) as "isInvited",
          ${'topic' in of ? sql`exists (select 1 from training_waiver w where w.employee_id = e.id and w.topic = ${of.topic} and w.year = ${yearOf(today)})` : sql`false`} as "isWaived"
        from employee e join unit u on u.id = e.unit_id
        where ${whereSql(access, recordAccess(today))} and ${CONCERNED(of)} and not ${HAS_COMPLETED(of)}
          and (${unitId}::uuid is null or exists (select 1 from unit root where root.id = ${unitId} and starts_with(u.path, root.path)))
        order by u.path, e.name, e.id limit ${limit}`,
  );
