import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, runProcess, startProcess, startService, waitUntilReady } from './process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const shell = (script: string) => ({
  name: 'part',
  command: 'sh',
  args: ['-c', script],
  logFile: join(folder, 'part.log'),
});

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await sleep(20);
};

describe('runProcess', () => {
  it('returns what the process wrote, without earlier runs', async () => {
    await runProcess(shell('echo first'));
    expect(await runProcess(shell('echo second'))).toBe('second');
    expect(readFileSync(join(folder, 'part.log'), 'utf8')).toBe('first\nsecond\n');
  });

  it('shows the last lines of a failure', async () => {
    await expect(runProcess(shell('echo no such table >&2; exit 3'))).rejects.toThrow(
      /part ended with exit code 3\.[^]*part\.log[^]*no such table/,
    );
  });

  it('says what could not be started', async () => {
    await expect(startProcess({ ...shell(''), command: '/no/such/program' })).rejects.toThrow(
      'part could not be started',
    );
  });

  it('moves a large log away', async () => {
    writeFileSync(join(folder, 'part.log'), Buffer.alloc(11 * 1024 * 1024, 'x'));
    await runProcess(shell('echo fresh'));
    expect(readFileSync(join(folder, 'part.log'), 'utf8')).toBe('fresh\n');
    expect(existsSync(join(folder, 'part.log.1'))).toBe(true);
  });
});

describe('startProcess', () => {
  it('stops the whole process group', async () => {
    const running = await startProcess(shell('sleep 60 & echo $!; wait'));
    await until(() => running.lastLines() !== '');
    const grandchild = Number(running.lastLines());
    await running.stop();
    await until(() => !isAlive(grandchild));
    expect(running.hasExited()).toBe(true);
  });

  it('leaves nothing of a process that ended by itself', async () => {
    const running = await startProcess(shell('sleep 60 & echo $!'));
    await running.exited;
    const grandchild = Number(running.lastLines());
    await until(() => !isAlive(grandchild));
  });

  it('kills what does not listen', async () => {
    const running = await startProcess({
      ...shell(`trap '' TERM; echo on; while true; do sleep 0.1; done`),
      stopTimeoutMs: 300,
    });
    await until(() => running.lastLines() === 'on');
    await running.stop();
    expect(await running.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('leaves nothing running when the launcher itself is killed', async () => {
    const launcher = join(folder, 'launcher.ts');
    const pidFile = join(folder, 'pid');
    writeFileSync(
      launcher,
      `import { startProcess } from ${JSON.stringify(join(import.meta.dirname, 'process.ts'))};
       import { writeFileSync } from 'node:fs';
       const part = await startProcess({ name: 'part', command: 'sleep', args: ['60'], logFile: ${JSON.stringify(join(folder, 'sleep.log'))} });
       writeFileSync(${JSON.stringify(pidFile)}, String(part.pid));
       await part.exited;`,
    );
    const running = await startProcess({ ...shell(''), command: process.execPath, args: [launcher] });
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    const part = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(part)).toBe(true);
    running.kill('SIGKILL');
    await until(() => !isAlive(part));
  });
});

describe('startService', () => {
  it('starts the same again', async () => {
    const service = await startService(() => startProcess(shell('exec sleep 60')));
    const first = service.pid;
    service.kill('SIGKILL');
    await service.restart();
    expect(service.pid).not.toBe(first);
    expect(isAlive(service.pid)).toBe(true);
    await service.stop();
  });
});

describe('waitUntilReady', () => {
  it('tells why a process did not start', async () => {
    const running = await startProcess(shell('echo out of disk; exit 1'));
    await expect(waitUntilReady(running, async () => false, 10_000)).rejects.toThrow(/exit code 1[^]*out of disk/);
  });

  it('does not believe an answer from somebody else', async () => {
    const running = await startProcess(shell('exit 1'));
    await running.exited;
    await expect(waitUntilReady(running, async () => true, 10_000)).rejects.toThrow('exit code 1');
  });

  it('stops one that never answers', async () => {
    const running = await startProcess(shell('exec sleep 60'));
    await expect(waitUntilReady(running, async () => false, 200)).rejects.toThrow('no answer after 0.2 s');
    expect(running.hasExited()).toBe(true);
  });
});
