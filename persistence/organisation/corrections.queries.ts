import type { EntityManager } from '@mikro-orm/postgresql';
import { containing, select, selectOne, sql, TODAY, type Sql } from '../sql.ts';

export type PostRow = {
  id: string;
  title: string;
  unitName: string;
  unitId: string;
  superiorPositionId: string | null;
  holder: string | null;
};

const POST = sql`p.id, p.title, u.name as "unitName", p.unit_id as "unitId", p.superior_position_id as "superiorPositionId", h.name as holder
  from position p join unit u on u.id = p.unit_id
  left join lateral (
    select e.name from position_assignment a join employee e on e.id = a.employee_id
    where a.position_id = p.id and a.valid_from <= ${TODAY} and (a.valid_to is null or a.valid_to >= ${TODAY})
    order by array_position(array['definitif', 'plt', 'plh'], a.kind) limit 1) h on true`;

/** A post with its holder; null when unknown. */
export const findPost = (em: EntityManager, id: string | null): Promise<PostRow | null> =>
  id ? selectOne<PostRow>(em, sql`select ${POST} where p.id = ${id}`) : Promise.resolve(null);

/** Posts whose title, unit or holder has these words. */
export const searchPosts = (em: EntityManager, words: string): Promise<PostRow[]> =>
  select<PostRow>(em, sql`select ${POST} where ${everyWord(words)} order by p.title, u.name, p.id limit 20`);

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
