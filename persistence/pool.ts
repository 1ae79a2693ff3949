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
