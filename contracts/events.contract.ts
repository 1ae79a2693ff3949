import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { Uuid } from './primitives.ts';

/** Something changed for the signed-in person; the payload holds ids only, the screen reads again. */
export const LiveEvent = z.object({
  kind: z.enum(['inboxChanged', 'cycleChanged', 'campaignChanged', 'heartbeat']),
  id: Uuid.nullable(),
});
export type LiveEvent = z.infer<typeof LiveEvent>;

export const eventsContract = {
  live: oc
    .route({ method: 'GET', path: '/events', summary: 'Live changes (server-sent events)' })
    .output(eventIterator(LiveEvent)),
};
