import { createHash } from 'node:crypto';
import pg from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { Problem } from '../http/problem.ts';

/**
 * Slows down guessing. Keys are hashes; offices share an address, so an address alone is never a key. Whoever comes with a
 * browser that the account's owner used before (`knownDevice`) waits for their own mistakes only: strangers who guess at a
 * number cannot keep its owner out.
 */
export type Throttle = {
  /** Throws `session.throttled` while somebody must wait. */
  check(subject: string, ip: string, knownDevice?: string | null): Promise<void>;
  failed(subject: string, ip: string, knownDevice?: string | null): Promise<void>;
  succeeded(subject: string, ip: string, knownDevice?: string | null): Promise<void>;
  close(): Promise<void>;
};

const WINDOW_SECONDS = 15 * 60;

/** Free failures, and the longest delay after more of them. An account as a whole is delayed but never locked out. */
const LIMITS = {
  accountAndAddress: { free: 5, longestSeconds: 60 },
  account: { free: 20, longestSeconds: 30 },
  knownDevice: { free: 5, longestSeconds: 60 },
  secondFactor: { free: 10, longestSeconds: 900 },
} as const;

/** Subjects of second steps begin so. Who gets there knows the password, and a code has six digits only: they wait longer. */
export const FACTOR = 'factor:';

type Scope = keyof typeof LIMITS;

export function createThrottle(databaseUrl: string): Throttle {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 2000,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => {
    // A connection lost while idle; the next query opens another.
  });
  const stores = lazily(() => openStores(pool));

  const keysOf = (subject: string, ip: string, knownDevice?: string | null): Partial<Record<Scope, string>> => {
    if (knownDevice) return { knownDevice: keyOf(subject, 'device', knownDevice) };
    return {
      accountAndAddress: keyOf(subject, ip),
      [subject.startsWith(FACTOR) ? 'secondFactor' : 'account']: keyOf(subject),
    };
  };
  const each = <Result>(
    keys: Partial<Record<Scope, string>>,
    work: (key: string, scope: Scope) => Promise<Result>,
  ): Promise<Result[]> =>
    Promise.all((Object.entries(keys) as [Scope, string][]).map(([scope, key]) => work(key, scope)));

  return {
    async check(...who) {
      const { delays } = await stores();
      const waits = await each(keysOf(...who), async (key) => (await delays.get(key))?.msBeforeNext ?? 0);
      const wait = Math.max(...waits);
      if (wait > 0) throw new Problem('session.throttled', { retryAfterSeconds: Math.ceil(wait / 1000) });
    },
    async failed(...who) {
      const { failures, delays } = await stores();
      await each(keysOf(...who), async (key, scope) => {
        const { consumedPoints } = await failures.penalty(key);
        const seconds = delayAfter(scope, consumedPoints);
        if (seconds > 0) await delays.block(key, seconds);
      });
    },
    async succeeded(...who) {
      const { failures, delays } = await stores();
      await each(keysOf(...who), async (key) => {
        await failures.delete(key);
        await delays.delete(key);
      });
    },
    close: () => pool.end(),
  };
}

/** 2, 4, 8, … seconds from the last free failure on, up to the limit of the scope. */
export function delayAfter(scope: Scope, failures: number): number {
  const { free, longestSeconds } = LIMITS[scope];
  return failures < free ? 0 : Math.min(2 ** Math.min(failures - free + 1, 10), longestSeconds);
}

const keyOf = (...parts: string[]): string => createHash('sha256').update(parts.join('\n')).digest('base64url');

type Stores = { failures: RateLimiterPostgres; delays: RateLimiterPostgres };

async function openStores(pool: pg.Pool): Promise<Stores> {
  const open = (keyPrefix: string, tableCreated: boolean) =>
    new Promise<RateLimiterPostgres>((resolve, reject) => {
      const limiter: RateLimiterPostgres = new RateLimiterPostgres(
        {
          storeClient: pool,
          storeType: 'pool',
          tableName: 'sign_in_throttle',
          keyPrefix,
          tableCreated,
          points: 1_000_000,
          duration: WINDOW_SECONDS,
          clearExpiredByTimeout: !tableCreated,
        },
        (error?: Error) => (error ? reject(error) : queueMicrotask(() => resolve(limiter))),
      );
    });
  const failures = await open('failures', false);
  return { failures, delays: await open('delay', true) };
}

/** Made at first use, and again after a failure: the database may come later than the API. */
function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
