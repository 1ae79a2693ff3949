import type { LiveEvent } from '#contracts/events.contract.ts';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import { signedIn } from '../http/context.ts';
import type { LiveHub } from './live-hub.ts';

const HEARTBEAT_MS = 25_000;
const MOST_WAITING = 100;

export const eventsRoutes = {
  live: signedIn.events.live.handler(async function* ({ context, signal }) {
    yield* liveEvents(context.deps.live, new Set(assigneeIdsOf(context.actor)), signal);
  }),
};

/** What changes for a person, until they leave. The first event is a heartbeat, so that the page knows that it listens. */
export async function* liveEvents(hub: LiveHub, assigneeIds: ReadonlySet<string>, signal: AbortSignal | undefined): AsyncGenerator<LiveEvent, void> {
  const waiting: LiveEvent[] = [{ kind: 'heartbeat', id: null }];
  let wake = (): void => {};
  const push = (event: LiveEvent): void => {
    if (waiting.length < MOST_WAITING) waiting.push(event);
    wake();
  };
  const unsubscribe = hub.subscribe((message) => {
    if (message.assigneeIds.some((id) => assigneeIds.has(id))) push({ kind: 'inboxChanged', id: message.taskId });
  });
  const heartbeat = setInterval(() => push({ kind: 'heartbeat', id: null }), HEARTBEAT_MS);
  signal?.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal?.aborted) {
      const event = waiting.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(heartbeat);
    unsubscribe();
  }
}
