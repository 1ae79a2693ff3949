/**
 * Rows that travel as JSON in one statement: `to_jsonb(row)` out of PostgreSQL, `jsonb_populate_recordset(null::table, …)` into it. Columns are
 * snake_case there and camelCase here; a name that ends in `At` is an instant (or an array of them). What lies inside a column stays as it is.
 */

/** A row of `to_jsonb`, with instants as dates. */
export function fromJson<Row>(row: Record<string, unknown>): Row {
  const entries = Object.entries(row).map(([column, value]) => {
    const name = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [name, name.endsWith('At') ? instants(value) : value];
  });
  return Object.fromEntries(entries) as Row;
}

/** A row for `jsonb_populate_recordset`: columns that have no value become null. */
export const toJson = (row: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value ?? null]));

/** Rows as one parameter. */
export const jsonRows = (rows: readonly object[]): string => JSON.stringify(rows.map(toJson));

const columnOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function instants(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(instants);
  return typeof value === 'string' ? new Date(value) : value;
}
