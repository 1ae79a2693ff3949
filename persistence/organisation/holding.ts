import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { sql, type Sql } from '../sql.ts';

/**
 * What holds on a day. The day always comes from outside, from the request or the step, in the zone of the unit: no statement asks the server
 * for its date. It is a `CalendarDate`, or SQL of type `date` where one statement works on rows of several zones (`civilDateOf`).
 */
export type Day = CalendarDate | Sql;

const nameOf = (alias: Sql | string): Sql => (typeof alias === 'string' ? { text: alias, params: [] } : alias);
const dateOf = (day: Day): Sql => (typeof day === 'string' ? sql`${day}::date` : day);

/** Whether a row with `valid_from` and `valid_to` (both days included) holds on a day; so do posts, roles, numbers and rule sets. */
export function holds(alias: Sql | string, day: Day): Sql {
  const [row, on] = [nameOf(alias), dateOf(day)];
  return sql`(${row}.valid_from <= ${on} and (${row}.valid_to is null or ${row}.valid_to >= ${on}))`;
}

/** Whether a row holds on a day or begins later. */
export function isNotOver(alias: Sql | string, day: Day): Sql {
  const row = nameOf(alias);
  return sql`(${row}.valid_to is null or ${row}.valid_to >= ${dateOf(day)})`;
}

/** `'past'`, `'current'` or `'future'` on a day. What was taken back before its first day is past. */
export function standingOf(alias: Sql | string, day: Day): Sql {
  const [row, on] = [nameOf(alias), dateOf(day)];
  return sql`case when ${row}.valid_to < greatest(${on}, ${row}.valid_from) then 'past' when ${row}.valid_from > ${on} then 'future' else 'current' end`;
}

/** The civil date of an instant in a zone, both of them SQL: the one place where a statement makes a date of an instant. */
export const civilDateOf = (at: Sql, zone: Sql): Sql => sql`((${at}) at time zone ${zone})::date`;

/** For `order by`: the definitive holder of a post, then a Plt, then a Plh. */
export const definitiveFirst = (alias: Sql | string): Sql =>
  sql`array_position(array['definitif', 'plt', 'plh'], ${nameOf(alias)}.kind)`;

/** The person who holds a position on a day, the definitive holder first: `id`, `name`, and both with the position's title as JSON in `person`. */
export const holderOf = (position: Sql, day: Day): Sql => sql`
  select he.id, he.name, json_build_object('id', he.id, 'name', he.name, 'positionTitle', hp.title) as person
  from position_assignment ha join employee he on he.id = ha.employee_id join position hp on hp.id = ha.position_id
  where ha.position_id = ${position} and ${holds('ha', day)} order by ${definitiveFirst('ha')} limit 1`;

/** The `title` of a position that somebody holds as Plt or Plh on a day; no row when they hold it definitively or not at all. */
export const actingPost = (position: Sql, employee: Sql, day: Day): Sql => sql`
  select ap.title from position_assignment aa join position ap on ap.id = aa.position_id
  where aa.position_id = ${position} and aa.employee_id = ${employee} and aa.kind in ('plt', 'plh') and ${holds('aa', day)} limit 1`;
