import type { Pool, PoolClient } from 'pg';

/**
 * Gives a connection back to its pool when it ends while somebody holds it. A transaction whose connection dies cannot be
 * rolled back, and the layers above then forget to release it: without this, each crash of the database would cost a place
 * in the pool for good, until nothing answers any more.
 */
export function releaseDeadConnections(pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  pool.connect = (async () => {
    const client = await connect();
    const release = client.release.bind(client);
    const onEnd = (): void => client.release(true);
    let isReleased = false;
    client.release = (error) => {
      if (isReleased) return;
      isReleased = true;
      client.removeListener('end', onEnd);
      release(error);
    };
    client.once('end', onEnd);
    return client;
  }) as typeof pool.connect;
}

/** Texts beyond this number stay unnamed: each name keeps a plan in the memory of every connection. */
const NAMED_STATEMENTS = 500;

/**
 * Makes each text with parameters a named statement of its connection: parsed once, and planned once when its plan does not
 * depend on the values, instead of every time.
 */
export function prepareStatements(pool: Pool): void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    if (!names.has(text) && names.size < NAMED_STATEMENTS) names.set(text, `q${names.size}`);
    return names.get(text);
  };
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    client.query = ((text: unknown, values: unknown, ...rest: unknown[]) =>
      typeof text === 'string' && Array.isArray(values) && values.length > 0
        ? query({ text, values, name: nameOf(text) }, ...rest)
        : query(text, values, ...rest)) as typeof client.query;
  });
}
