import { z } from 'zod';

export const Uuid = z.uuid();
/** An instant, ISO 8601 in UTC. */
export const Instant = z.iso.datetime();
/** A calendar date, 'YYYY-MM-DD'. */
export const DateOnly = z.iso.date();

/** Keyset paging: `nextCursor` is null on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const PageQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

export const Person = z.object({ id: Uuid, name: z.string() });
export const UnitRef = z.object({ id: Uuid, code: z.string(), name: z.string() });
