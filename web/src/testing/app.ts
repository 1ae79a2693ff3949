import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { cleanup, configure, render } from '@testing-library/vue';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, vi } from 'vitest';
import type { Component } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { Me } from '#contracts/session.contract.ts';
import { useSession } from '../features/session/session.store.ts';
import { i18n, useLanguage } from '../i18n/index.ts';
import { sampleMe } from './sample.ts';

// Parts of pages are loaded when they are needed; a busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 });
afterEach(() => {
  cleanup();
  // What a closing page still sends reaches nobody, least of all a real address.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
});

export type Call = {
  method: string;
  path: string;
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
};
export type Answer = { status?: number; body?: unknown };
export type Handlers = Record<string, (call: Call) => Answer | Promise<Answer>>;

/**
 * An API in memory behind `fetch`, so that tests go through the real client. Keys are like 'GET /api/tasks/:id';
 * what has no handler is not found. Returns the calls that were made.
 */
export function fakeApi(handlers: Handlers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal('fetch', async (input: Request | URL | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    for (const [key, handle] of Object.entries(handlers)) {
      const [method, pattern] = key.split(' ') as [string, string];
      const params = method === request.method ? match(pattern, url.pathname) : null;
      if (!params) continue;
      const text = await request.text();
      const call: Call = {
        method,
        path: url.pathname,
        params,
        query: url.searchParams,
        body: text === '' ? undefined : JSON.parse(text),
      };
      calls.push(call);
      return answer(await handle(call));
    }
    return answer({ status: 404, body: { type: 't', title: 'Not Found', status: 404, code: 'not.found' } });
  });
  return calls;
}

/** Problem details as the API sends them. */
export const problem = (status: number, code: string, detail?: object): Answer => ({
  status,
  body: { type: `urn:ekinerja:problem:${code}`, title: code, status, code, ...(detail && { detail }) },
});

/** The connection breaks before an answer comes. */
export const noNetwork = (): never => {
  throw new TypeError('Failed to fetch');
};

/** Shows a page or component as the app does, for somebody who is signed in. */
export async function show(
  component: Component,
  {
    props = {},
    path = '/',
    pattern = '/:rest(.*)*',
    me = sampleMe(),
    slots = {},
  }: { props?: object; path?: string; pattern?: string; me?: Me | null; slots?: object } = {},
) {
  const pinia = createPinia();
  setActivePinia(pinia);
  await useLanguage('id');
  if (me) Object.assign(useSession(), { me, isReady: true });
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: pattern, component: { template: '<i />' } },
      ...(pattern === '/:rest(.*)*' ? [] : [{ path: '/:rest(.*)*', component: { template: '<i />' } }]),
    ],
  });
  await router.push(path);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const view = render(component, {
    props,
    slots,
    global: { plugins: [pinia, i18n, router, [VueQueryPlugin, { queryClient }]] },
  } as never);
  return { ...view, router, queryClient };
}

function match(pattern: string, path: string): Record<string, string> | null {
  const names: string[] = [];
  const source = pattern.replace(/:(\w+)/g, (_, name: string) => (names.push(name), '([^/]+)'));
  const found = new RegExp(`^${source}$`).exec(path);
  return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1]!)]));
}

function answer({ status = 200, body = {} }: Answer): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
}
