import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something that runs somewhere until it is stopped. */
export type Running<Where> = { where: Where; stop(): Promise<void> };

/**
 * Offers something that is dear to start to all test files of a run: `GET url` starts it when nobody has asked before,
 * and answers where it is, as JSON. Workers are processes, so that the one who starts it must be the run itself.
 */
export async function offer<Where>(
  start: () => Promise<Running<Where>>,
): Promise<{ url: string; stop(): Promise<void> }> {
  let started: Promise<Running<Where>> | undefined;
  const server = createServer(async (_request, response) => {
    try {
      started ??= start();
      response.end(JSON.stringify((await started).where));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      const running = await started?.catch(() => undefined);
      await running?.stop();
    },
  };
}

/** Where the thing is that is offered at this address; waits until it runs. */
export async function ask<Where>(url: string): Promise<Where> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Where;
}
