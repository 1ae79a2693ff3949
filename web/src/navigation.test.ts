import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, type EffectScope } from 'vue';
import { createMemoryHistory, createRouter, type Router } from 'vue-router';
import { useNavigation } from './navigation.ts';

const page = { template: '<i />' };
const noFile = (): Promise<never> =>
  Promise.reject(new TypeError('Failed to fetch dynamically imported module: /assets/x.js'));
const loadAfresh = vi.fn<(path: string) => void>();
let load: () => Promise<typeof page>;
let router: Router;
let scope: EffectScope;
let navigation: ReturnType<typeof useNavigation>;

beforeEach(async () => {
  vi.useFakeTimers();
  loadAfresh.mockReset();
  router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: page },
      { path: '/here', component: page },
      { path: '/lazy', component: () => load() },
    ],
  });
  await router.push('/here');
  scope = effectScope();
  navigation = scope.run(() => useNavigation(router, loadAfresh))!;
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

describe('the way to a page that is still to be loaded', () => {
  it('shows after a moment that a page is on its way, and stops when it is there', async () => {
    let arrive = (): void => undefined;
    load = () => new Promise((resolve) => (arrive = () => resolve(page)));
    const opening = router.push('/lazy');
    await vi.advanceTimersByTimeAsync(100);
    expect(navigation.isSlow.value).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    expect(navigation.isSlow.value).toBe(true);
    arrive();
    await opening;
    expect([navigation.isSlow.value, router.currentRoute.value.path]).toEqual([false, '/lazy']);
  });

  it('goes on showing it when another page is asked for meanwhile', async () => {
    load = () => new Promise((resolve) => setTimeout(() => resolve(page), 1000));
    void router.push('/here?first');
    const opening = router.push('/lazy');
    await vi.advanceTimersByTimeAsync(500);
    expect(navigation.isSlow.value).toBe(true);
    await vi.advanceTimersByTimeAsync(600);
    await opening;
    expect(navigation.isSlow.value).toBe(false);
  });

  it('stays on the page and says so when there is no network, and opens it on a second try', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    load = noFile;
    await router.push('/lazy').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(navigation.failed.value?.path).toBe('/lazy');
    expect(router.currentRoute.value.path).toBe('/here');
    expect([navigation.isSlow.value, loadAfresh.mock.calls]).toEqual([false, []]);
    await router.replace('/here?search=a');
    expect(navigation.failed.value?.path).toBe('/lazy');
    load = () => Promise.resolve(page);
    navigation.tryAgain();
    await vi.advanceTimersByTimeAsync(0);
    expect([navigation.failed.value, router.currentRoute.value.path]).toEqual([null, '/lazy']);
  });

  it('loads the app afresh at the page when the server is there but the file is not, as after a release', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(null)));
    load = noFile;
    await router.push('/lazy?a=1').catch(() => undefined);
    await vi.advanceTimersByTimeAsync(0);
    expect(loadAfresh.mock.calls).toEqual([['/lazy?a=1']]);
    expect(navigation.failed.value).toBeNull();
  });
});
