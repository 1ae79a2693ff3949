import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

/** Random ports are taken below the range from which systems pick ports for outgoing connections. */
const randomPorts = { from: 12_000, below: 32_000 };

/** Listens on all addresses, so that a port busy on any of them counts as busy. */
function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, exclusive: true }, () => resolve(server));
  });
}

function release(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Whether nobody listens on this port of this machine. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = await hold(port);
  if (server) await release(server);
  return server !== undefined;
}

/**
 * Finds one free port for each name, all different: the preferred one where it is free, else the next
 * free one after it; any free one where the preference is 0.
 *
 * @example await findFreePorts({ api: 3000, metrics: 0 }) // { api: 3001, metrics: 17342 }
 */
export async function findFreePorts<Name extends string>(
  preferred: Record<Name, number>,
): Promise<Record<Name, number>> {
  const held: Server[] = [];
  const found: [string, number][] = [];
  try {
    for (const [name, wish] of Object.entries<number>(preferred)) {
      const { server, port } = await holdFirstFree(wish);
      held.push(server);
      found.push([name, port]);
    }
  } finally {
    await Promise.all(held.map(release));
  }
  return Object.fromEntries(found) as Record<Name, number>;
}

async function holdFirstFree(wish: number): Promise<{ server: Server; port: number }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = wish > 0 ? wish + attempt : randomInt(randomPorts.from, randomPorts.below);
    const server = await hold(port);
    if (server) return { server, port };
  }
  throw new Error(
    `No free port found${wish > 0 ? ` from ${wish} to ${wish + 99}` : ''}. Stop something that listens and try again.`,
  );
}

/** Whether something accepts connections at 127.0.0.1:port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
