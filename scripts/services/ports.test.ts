import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePorts, isListening, isPortFree } from './ports.ts';

const servers: Server[] = [];

function listen(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    servers.push(server);
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe('ports', () => {
  it('sees a port that is busy on one address only', async () => {
    const port = await listen();
    expect(await isPortFree(port)).toBe(false);
    expect(await isListening(port)).toBe(true);
  });

  it('takes the preferred port when it is free', async () => {
    const { free } = await findFreePorts({ free: 0 });
    expect(await findFreePorts({ api: free })).toEqual({ api: free });
    expect(await isListening(free)).toBe(false);
  });

  it('takes the next free one when it is busy', async () => {
    const busy = await listen();
    const { api } = await findFreePorts({ api: busy });
    expect(api).toBeGreaterThan(busy);
  });

  it('gives every name another port', async () => {
    const { first, second, third } = await findFreePorts({ first: 0, second: 0, third: 0 });
    expect(new Set([first, second, third]).size).toBe(3);
  });
});
