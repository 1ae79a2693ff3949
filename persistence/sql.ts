import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery } from 'kysely';

/** A piece of SQL with its parameters; made by `sql`, never by joining strings. */
export type Sql = { readonly text: string; readonly params: readonly unknown[] };

/** Writes SQL: nested pieces are spliced in, every other value becomes a parameter (arrays become PostgreSQL arrays). */
export function sql(strings: TemplateStringsArray, ...values: unknown[]): Sql {
  let text = strings[0]!;
  const params: unknown[] = [];
  values.forEach((value, index) => {
    if (isSql(value)) {
      text += value.text;
      params.push(...value.params);
    } else {
      text += '?';
      params.push(Array.isArray(value) ? arrayLiteral(value) : value);
    }
    text += strings[index + 1]!;
  });
  return { text, params };
}

export const NO_SQL: Sql = { text: '', params: [] };

/**
 * A limit that is written into the text, where it decides the plan: of a limit that is a parameter PostgreSQL assumes a tenth of all
 * rows, finds that too dear and plans the query anew each time.
 * @throws when it is no whole number from 0 on
 */
export function limitTo(rows: number): Sql {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new RangeError(`no number of rows: ${rows}`);
  return { text: `limit ${rows}`, params: [] };
}

/** Joins pieces with a separator that is written in code. */
export function joinSql(pieces: readonly Sql[], separator: string): Sql {
  return { text: pieces.map((piece) => piece.text).join(separator), params: pieces.flatMap((piece) => piece.params) };
}

/**
 * Runs a query in the manager's transaction, if it has one. Timestamps come as PostgreSQL writes them
 * (`instantOf` makes ISO text), dates as YYYY-MM-DD, bigint as text.
 */
export async function select<Row>(em: EntityManager, query: Sql): Promise<Row[]> {
  const { rows } = await em.getKysely().executeQuery<Row>(CompiledQuery.raw(numbered(query.text), [...query.params]));
  return rows;
}

/** PostgreSQL counts its parameters, so that the text stays the same whatever their values: it is planned once per connection. */
function numbered(text: string): string {
  let number = 0;
  return text.replaceAll('?', () => `$${(number += 1)}`);
}

/** The first row or null. */
export async function selectOne<Row>(em: EntityManager, query: Sql): Promise<Row | null> {
  const [row] = await select<Row>(em, query);
  return row ?? null;
}

/** Instants as the API writes them. */
export const instantOf = (value: string | Date): string => new Date(value).toISOString();
export const instantOrNull = (value: string | Date | null | undefined): string | null =>
  value ? instantOf(value) : null;

/** A filter made of plain conditions: equality, `$in`, `$ne`, `$and`, `$or`, `$not`. MikroORM reads the same form. */
export type RowFilter = { readonly [key: string]: unknown };

/** Renders a filter over the given columns; a field that has no column is an error in the program. */
export function whereSql(filter: RowFilter, columns: Readonly<Record<string, Sql>>): Sql {
  const parts = Object.entries(filter).map(([key, value]): Sql => {
    if (key === '$and' || key === '$or') {
      const pieces = (value as RowFilter[]).map((part) => whereSql(part, columns));
      return pieces.length ? sql`(${joinSql(pieces, key === '$and' ? ' and ' : ' or ')})` : sql`true`;
    }
    if (key === '$not') return sql`not ${whereSql(value as RowFilter, columns)}`;
    const column = columns[key];
    if (!column) throw new Error(`no column for the condition on ${key}`);
    return condition(column, value);
  });
  return parts.length ? sql`(${joinSql(parts, ' and ')})` : sql`true`;
}

function condition(column: Sql, value: unknown): Sql {
  if (value === null || typeof value !== 'object') return sql`${column} = ${value}`;
  const [operator, operand] = Object.entries(value)[0] ?? [];
  if (operator === '$in') return sql`${column} = any(${operand}::uuid[])`;
  if (operator === '$ne') return sql`${column} is distinct from ${operand}`;
  throw new Error(`no SQL for the operator ${operator}`);
}

/** Text for `ilike`: what a person typed is no pattern. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, String.raw`\$&`)}%`;

const isSql = (value: unknown): value is Sql =>
  typeof value === 'object' && value !== null && 'text' in value && 'params' in value;

const arrayLiteral = (values: readonly unknown[]): string =>
  `{${values.map((value) => (value === null ? 'null' : `"${String(value).replace(/["\\]/g, String.raw`\$&`)}"`)).join(',')}}`;
