import type { QueryClient } from '@tanstack/vue-query';
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { LiveEvent } from '#contracts/events.contract.ts';
import { api } from './api.ts';

const POLL_MS = 60_000;
const MAX_WAIT_MS = 30_000;

/** Whether changes arrive by themselves at the moment. */
const isLive = ref(false);

/**
 * Listens for changes while somebody is signed in and the tab can be seen, and makes the screens read again what changed.
 * Without a connection everything that is on screen is read again each minute.
 */
export function useLiveChanges(queries: QueryClient, isSignedIn: Ref<boolean>): void {
  let abort: AbortController | null = null;
  const poll = setInterval(() => {
    if (!isLive.value && isSignedIn.value && !document.hidden) void queries.invalidateQueries();
  }, POLL_MS);

  const follow = (): void => {
    abort?.abort();
    abort = null;
    if (!isSignedIn.value || document.hidden) return;
    abort = new AbortController();
    void listen(queries, abort.signal);
  };
  const onVisible = (): void => {
    follow();
    if (!document.hidden && isSignedIn.value) void queries.invalidateQueries();
  };
  document.addEventListener('visibilitychange', onVisible);
  watch(isSignedIn, follow, { immediate: true });
  onScopeDispose(() => {
    abort?.abort();
    clearInterval(poll);
    document.removeEventListener('visibilitychange', onVisible);
  });
}

async function listen(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const event of await api.events.live(undefined, { signal })) {
        if (!isLive.value && failures > 0) void queries.invalidateQueries();
        isLive.value = true;
        failures = 0;
        apply(queries, event);
      }
    } catch {
      // The connection broke or was closed; the next round opens it again.
    }
    isLive.value = false;
    failures += 1;
    await pause(Math.random() * Math.min(MAX_WAIT_MS, 1000 * 2 ** failures), signal);
  }
}

function apply(queries: QueryClient, event: LiveEvent): void {
  const again = (...key: unknown[]): void => void queries.invalidateQueries({ queryKey: key });
  switch (event.kind) {
    case 'inboxChanged':
      again('inbox');
      again('task');
      again('guidelines', 'mine');
      again('guidelines', 'unread');
      return;
    case 'cycleChanged':
      if (event.id) {
        again('cycle', event.id);
        again('story', event.id);
      }
      again('cycles');
      again('team');
      again('runs');
      return;
    case 'campaignChanged':
      again('campaigns');
      again('runs');
      if (event.id) again('story', event.id);
      return;
    case 'heartbeat':
      return;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
