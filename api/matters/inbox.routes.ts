import type { TaskRow } from '#contracts/work.schemas.ts';
import { countInbox, readInbox } from '#persistence/matters/inbox.queries.ts';
import { readCursor, TIMESTAMP, UUID, writeCursor } from '../http/cursor.ts';
import { signedIn } from '../http/context.ts';
import { findVisibleTask, presentTaskDetail } from './task-detail.presenter.ts';

export const inboxRoutes = {
  list: signedIn.inbox.list.handler(async ({ input, context }) => {
    const after = readCursor(input.cursor, { dueAt: TIMESTAMP, id: UUID });
    const { items, next } = await readInbox(context.em, context, input, after, input.limit);
    return { items: items satisfies TaskRow[], nextCursor: writeCursor(next) };
  }),
  counts: signedIn.inbox.counts.handler(({ context }) => countInbox(context.em, context.actor)),
  task: signedIn.inbox.task.handler(async ({ input, context }) =>
    presentTaskDetail(context, await findVisibleTask(context, input.id)),
  ),
};
