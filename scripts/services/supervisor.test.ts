import { describe, expect, it, vi } from 'vitest';
import type { Exit, RunningProcess, Service } from './process.ts';
import { createSupervisor } from './supervisor.ts';

/** A part whose crashes the test decides. */
function fakeService(name: string, stopped: string[] = []) {
  let crash = (_exit: Exit) => {};
  const launch = (): RunningProcess => {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    crash = resolve;
    return {
      name,
      pid: 1,
      logFile: undefined,
      exited: promise,
      hasExited: () => false,
      lastLines: () => '',
      kill: () => {},
      stop: async () => {},
    };
  };
  let current = launch();
  const service: Service = {
    name,
    get process() {
      return current;
    },
    pid: 1,
    kill: vi.fn(),
    async stop() {
      stopped.push(name);
      crash({ code: 0, signal: null });
    },
    restart: vi.fn(async () => {
      current = launch();
    }),
  };
  return { service, crash: (code = 1) => crash({ code, signal: null }) };
}

/** A clock that moves only by sleeping, or when the test says so. */
function fakeClock() {
  let now = 0;
  const naps: number[] = [];
  return {
    naps,
    now: () => now,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    sleep: async (milliseconds: number) => {
      naps.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** Lets everything happen that waits for nothing but promises. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createSupervisor', () => {
  it('starts a crashed part again after a while and says so', async () => {
    const lines: string[] = [];
    const clock = fakeClock();
    const { service, crash } = fakeService('api');
    createSupervisor((line) => lines.push(line), clock).watch(service);

    crash();
    await settle();
    expect(clock.naps).toEqual([500]);
    expect(service.restart).toHaveBeenCalledTimes(1);
    expect(lines).toEqual(['api ended with exit code 1.', 'api is started again in 0.5 s.', 'api runs again.']);
  });

  it('gives a part up after five crashes within a minute', async () => {
    const clock = fakeClock();
    const { service, crash } = fakeService('worker');
    const supervisor = createSupervisor(() => {}, clock);
    supervisor.watch(service);

    for (let count = 0; count < 5; count++) {
      crash();
      await settle();
    }
    expect(await supervisor.givenUp).toBe('worker crashed 5 times within a minute. It is not started again.');
    expect(clock.naps).toEqual([500, 1000, 2000, 4000]);
  });

  it('forgives crashes that lie further apart', async () => {
    const clock = fakeClock();
    const { service, crash } = fakeService('worker');
    createSupervisor(() => {}, clock).watch(service);

    for (let count = 0; count < 10; count++) {
      crash();
      await settle();
      clock.pass(30_000);
    }
    expect(service.restart).toHaveBeenCalledTimes(10);
  });

  it('counts a restart that fails as a crash', async () => {
    const { service, crash } = fakeService('api');
    vi.mocked(service.restart).mockRejectedValue(new Error('port is busy'));
    const supervisor = createSupervisor(() => {}, fakeClock());
    supervisor.watch(service);

    crash();
    expect(await supervisor.givenUp).toContain('api crashed 5 times');
  });

  it('stops parts in the reverse order and starts none of them again', async () => {
    const stopped: string[] = [];
    const parts = ['postgres', 'temporal', 'api'].map((name) => fakeService(name, stopped));
    const supervisor = createSupervisor(() => {}, fakeClock());
    for (const { service } of parts) supervisor.watch(service);

    await supervisor.stopAll();
    await settle();
    expect(stopped).toEqual(['api', 'temporal', 'postgres']);
    for (const { service } of parts) expect(service.restart).not.toHaveBeenCalled();
  });
});
