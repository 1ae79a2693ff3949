import type { EntityManager } from '@mikro-orm/postgresql';
import type { CalendarDate } from '#domain/calendar/calendar-date.ts';
import { containing, select, selectOne, sql, type Sql } from '../sql.ts';
import { holderOf } from './holding.ts';

export type PostRow = {
  id: string;
  title: string;
  unitName: string;
  unitId: string;
  superiorPositionId: string | null;
  holder: string | null;
};

const postOn = (
  today: CalendarDate,
): Sql => sql`p.id, p.title, u.name as "unitName", p.unit_id as "unitId", p.superior_position_id as "superiorPositionId", h.name as holder
  from position p join unit u on u.id = p.unit_id
  left join lateral (${holderOf(sql`p.id`, today)}) h on true`;

/** A post with its holder; null when unknown. */
export const findPost = (em: EntityManager, id: string | null, today: CalendarDate): Promise<PostRow | null> =>
  id ? selectOne<PostRow>(em, sql`select ${postOn(today)} where p.id = ${id}`) : Promise.resolve(null);

/** Posts whose title, unit or holder has these words. */
export const searchPosts = (em: EntityManager, words: string, today: CalendarDate): Promise<PostRow[]> =>
  select<PostRow>(em, sql`select ${postOn(today)} where ${everyWord(words)} order by p.title, u.name, p.id limit 20`);

function everyWord(words: string): Sql {
  const pattern = containing(words);
  return sql`(p.title ilike ${pattern} or u.name ilike ${pattern} or h.name ilike ${pattern})`;
}

/** The lowest unit that has both units below it (or is one of them); its officers may act in both. Null when there is none. */
export async function commonUnit(em: EntityManager, oneId: string, otherId: string): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select above.id from unit above join unit one on one.id = ${oneId} join unit other on other.id = ${otherId}
        where starts_with(one.path, above.path) and starts_with(other.path, above.path) order by length(above.path) desc limit 1`,
  );
  return row?.id ?? null;
}

/** The request of a person that is not decided yet, or null. */
export async function findOpenProcedure(
  em: EntityManager,
  kind: 'correctionRequest' | 'secondFactorReset',
  employeeId: string,
): Promise<string | null> {
  const row = await selectOne<{ id: string }>(
    em,
    sql`select id from matter where kind = ${kind} and employee_id = ${employeeId} and state <> 'finished' order by opened_at desc limit 1`,
  );
  return row?.id ?? null;
}
