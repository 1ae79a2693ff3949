import { Problem } from './problem.ts';

/** Writes where the next page begins as one opaque word; null stays null. */
export const writeCursor = (values: Readonly<Record<string, string>> | null): string | null =>
  values && Buffer.from(JSON.stringify(values)).toString('base64url');

/** Reads a cursor of ours with these fields; anything else is 422, never a guess. */
export function readCursor<Field extends string>(
  cursor: string | undefined,
  patterns: Readonly<Record<Field, RegExp>>,
): Record<Field, string> | null {
  if (cursor === undefined) return null;
  const values = parse(cursor);
  for (const field of Object.keys(patterns) as Field[]) {
    const value = values[field];
    if (typeof value !== 'string' || !patterns[field].test(value))
      throw new Problem('request.invalid', undefined, [{ path: 'cursor', message: 'cursor' }]);
  }
  return values as Record<Field, string>;
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A timestamp as PostgreSQL writes it in UTC; the microseconds count. */
export const TIMESTAMP = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;
export const ANY_TEXT = /^[^\0]{0,300}$/;

function parse(cursor: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
