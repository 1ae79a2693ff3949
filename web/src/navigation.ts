import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { START_LOCATION, type RouteLocationNormalized, type Router } from 'vue-router';

/** A page that opens sooner than this needs no remark. */
const SLOW_MS = 150;
const NO_FILE = /dynamically imported module|Importing a module|Failed to fetch|Unable to preload/i;

/** Whether the server answers right now; a release also gives the files of pages new names. */
const serverAnswers = (): Promise<boolean> =>
  fetch('/', { method: 'HEAD', cache: 'no-store' }).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * What becomes of a click on a link whose page is still to be loaded: `isSlow` while it takes long, `failed` when its files do not come.
 * After a release the files have new names, so the app is loaded afresh at the wanted page, but only when the server is there to give it.
 */
export function useNavigation(router: Router, loadAfresh: (path: string) => void = (path) => location.assign(path)) {
  const isSlow = ref(false);
  const failed = shallowRef<RouteLocationNormalized | null>(null);
  let under: RouteLocationNormalized | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function end(to: RouteLocationNormalized): void {
    // The end of one that was overtaken says nothing about the one that overtook it.
    if (to !== under) return;
    under = null;
    clearTimeout(timer);
    isSlow.value = false;
  }

  const stops = [
    router.beforeEach((to, from) => {
      under = to;
      // A filter that is written into the address leads nowhere else.
      if (to.path !== from.path) failed.value = null;
      clearTimeout(timer);
      timer = setTimeout(() => (isSlow.value = true), SLOW_MS);
    }),
    router.afterEach(end),
    router.onError(async (error, to, from) => {
      if (to !== under || !NO_FILE.test(String(error))) return end(to);
      const canLoadAfresh = from !== START_LOCATION && (await serverAnswers());
      if (to !== under) return;
      end(to);
      if (canLoadAfresh) loadAfresh(to.fullPath);
      else failed.value = to;
    }),
  ];
  onScopeDispose(() => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  });

  return {
    isSlow: computed(() => isSlow.value),
    failed: computed(() => failed.value),
    tryAgain: () => void (failed.value && router.push(failed.value.fullPath).catch(() => undefined)),
  };
}
