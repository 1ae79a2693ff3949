import { z } from 'zod';
import { TASK_KINDS } from '#domain/process/tasks.ts';

/* Fields that the data of several mails have. */

/** An instant as ISO 8601 text, or as milliseconds since 1970. */
export const instant = z.union([z.iso.datetime({ offset: true }), z.number()]).transform((value) => new Date(value));

/** A text that may be missing. */
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** What each mail about a task says of it. */
export const taskFields = {
  taskKind: z.enum(TASK_KINDS),
  dueAt: instant,
  periodNo: z
    .number()
    .int()
    .nullish()
    .transform((value) => value ?? null),
};
