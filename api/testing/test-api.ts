import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntityManager } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { openOrm, type Orm } from '#persistence/orm.ts';
import { openSession } from '#persistence/accounts/sessions.repository.ts';
import { createTestDatabase } from '#test/environment/database.ts';
import { hashToken, newToken } from '../accounts/session-cookie.ts';
import { createThrottle } from '../accounts/throttle.ts';
import { createApp } from '../app.ts';
import type { ApiConfig } from '../http/context.ts';
import { createLiveHub } from '../live/live-hub.ts';
import type { Engine } from '../temporal/engine.ts';

export type Answer = { status: number; body: any; headers: Headers };

/** Speaks to the API as one person, or as nobody. */
export type TestClient = {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

/** An engine that never answers: what the API sees while Temporal is down. */
const ENGINE_DOWN: Engine = {
  deliver: async () => 'pending',
  history: async () => [],
  isReachable: async () => false,
  close: async () => {},
};

export type TestApi = {
  url: string;
  databaseUrl: string;
  evidenceDir: string;
  em(): EntityManager;
  orm: Orm;
  /** Signed in as an employee, without a password; null: with a token that nobody has. */
  as(employeeId: string | null): Promise<TestClient>;
  nobody: TestClient;
  /** What a process that stops does first. */
  closeLive(): Promise<void>;
  close(): Promise<void>;
};

export type TestApiOptions = {
  engine?: Partial<Engine>;
  config?: Partial<ApiConfig>;
  orm?: Orm;
  /** The clock of requests. */
  now?: () => Date;
};

/** `startTestApi` for the top of a test file: it is closed after the file's last test. */
export async function useApi(options?: TestApiOptions): Promise<TestApi> {
  const api = await startTestApi(options);
  afterAll(() => api.close());
  return api;
}

/** The whole API on a database of its own, behind a real port. The engine is what a test says it is. */
export async function startTestApi({
  engine = {},
  config = {},
  orm: given,
  now = () => new Date(),
}: TestApiOptions = {}): Promise<TestApi> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'e-kinerja-api-'));
  const orm = given ?? (await openOrm(database.url, { poolMax: 10 }));
  const log = pino({ level: 'silent' });
  const live = createLiveHub(database.url, log);
  const throttle = createThrottle(database.url);
  const settings: ApiConfig = {
    nodeEnv: 'test',
    dataDir: folder,
    publicUrl: 'http://kinerja.test',
    agencyTimeZone: 'Asia/Jakarta',
    sessionCookieSecure: false,
    sessionIdleMinutes: 30,
    sessionMaxHours: 12,
    trustProxy: 0,
    commandWaitMs: 2000,
    evidenceDir: join(folder, 'evidence'),
    temporalUiUrl: undefined,
    temporalNamespace: 'default',
    metricsToken: undefined,
    secretsKeys: ['a key for tests, long enough to be one'],
    secondFactorFor: 'none',
    oidc: undefined,
    ...config,
  };
  const server = createServer(
    createApp(
      { config: settings, orm, engine: { ...ENGINE_DOWN, ...engine }, live, throttle, log, now },
      join(folder, 'no-web'),
    ),
  );
  const url = await listen(server);
  const em = (): EntityManager => orm.em.fork();

  return {
    url,
    databaseUrl: database.url,
    evidenceDir: settings.evidenceDir,
    em,
    orm,
    nobody: clientOf(url, null),
    async as(employeeId) {
      const token = newToken();
      if (employeeId === null) return clientOf(url, `ekinerja=${token}`);
      await em().execute(`insert into account (employee_id, password_hash) values (?, 'none') on conflict do nothing`, [
        employeeId,
      ]);
      await openSession(em(), { employeeId, tokenHash: hashToken(token), userAgent: 'test', maxHours: 1 });
      return clientOf(url, `ekinerja=${token}`);
    },
    closeLive: () => live.close(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([live.close(), throttle.close(), orm.close()]);
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function clientOf(url: string, cookie: string | null): TestClient {
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path.startsWith('/health') || path.startsWith('/metrics') ? '' : '/api'}${path}`, {
      redirect: 'manual',
      ...init,
      headers: { ...(cookie && { cookie }), ...(init.headers as Record<string, string>) },
    });
  const answer = async (response: Response): Promise<Answer> => {
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const json = (method: string, body: unknown, headers: Record<string, string> = {}): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    fetch: call,
    get: async (path) => answer(await call(path)),
    post: async (path, body, headers) => answer(await call(path, json('POST', body, headers))),
    put: async (path, body) => answer(await call(path, json('PUT', body))),
    delete: async (path) => answer(await call(path, { method: 'DELETE' })),
  };
}
