import type { LiveEvent } from '#contracts/events.contract.ts';
import { assigneeIdsOf } from '#domain/access/actor.ts';
import { signedIn, signIn, type SignedInContext } from '../http/context.ts';
import type { LiveHub } from './live-hub.ts';

const HEARTBEAT_MS = 25_000;
const MOST_WAITING = 100;

export const eventsRoutes = {
  live: signedIn.events.live.handler(async function* ({ context, signal }) {
    const { live } = context.deps;
    const ends = AbortSignal.any([live.closing, ...(signal ? [signal] : [])]);
    yield* liveEvents(live, assigneeIdsOf(context.actor), ends, () => currentAssigneeIds(context));
  }),
};

/** The ids under which the person is addressed now; null when the session has ended since. */
async function currentAssigneeIds(context: SignedInContext): Promise<string[] | null> {
  const em = context.deps.orm.em.fork();
  return signIn({ ...context, em }).then(
    ({ actor }) => assigneeIdsOf(actor),
    () => null,
  );
}

/**
 * What changes for a person, until they leave. The first event is a heartbeat, so that the page knows that it listens; at
 * each further one it is asked again who the person is, so that an ended session ends the page and a new post is heard of.
 */
export async function* liveEvents(
  hub: Pick<LiveHub, 'subscribe'>,
  assigneeIds: readonly string[],
  signal: AbortSignal,
  refresh: () => Promise<string[] | null>,
  heartbeatMs = HEARTBEAT_MS,
): AsyncGenerator<LiveEvent, void> {
  const waiting: LiveEvent[] = [{ kind: 'heartbeat', id: null }];
  let mine: ReadonlySet<string> | null = new Set(assigneeIds);
  let wake = (): void => {};
  const push = (event: LiveEvent): void => {
    if (waiting.length < MOST_WAITING) waiting.push(event);
    wake();
  };
  const unsubscribe = hub.subscribe((message) => {
    if (message.assigneeIds.some((id) => mine?.has(id))) push({ kind: 'inboxChanged', id: message.taskId });
  });
  const heartbeat = setInterval(async () => {
    const ids = await refresh();
    mine = ids && new Set(ids);
    push({ kind: 'heartbeat', id: null });
  }, heartbeatMs);
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal.aborted && mine) {
      const event = waiting.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    clearInterval(heartbeat);
    unsubscribe();
  }
}
