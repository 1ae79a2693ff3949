import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const largestLogBytes = 10 * 1024 * 1024;

/** What to run. */
export type Command = {
  /** A word for messages, such as `api`. */
  name: string;
  command: string;
  args: readonly string[];
  /** Gets its output (appended; moved to `….1` when large). Missing: the output is shown as it comes. */
  logFile?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** Asks it to stop in good order. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take to stop before it is killed. Default 15 s. */
  stopTimeoutMs?: number;
};

/** How a process ended: `code` or `signal`, whichever there was. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** A process with its own process group, watched by the guardian. */
export type RunningProcess = {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string | undefined;
  /** Resolves when it has ended, for whatever reason; never rejects. */
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  /** The end of what it wrote since it was started. */
  lastLines(count?: number): string;
  /** Sends a signal to its process group; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, then kills it; resolves when it is gone. */
  stop(): Promise<void>;
};

/**
 * Starts a process in a group of its own, so that a Ctrl-C in the terminal reaches only the launcher,
 * which stops its parts in order. Should the launcher itself be killed, the guardian stops them.
 *
 * @throws when it cannot be started at all (no such file, not executable)
 */
export async function startProcess(command: Command): Promise<RunningProcess> {
  const stopSignal = command.stopSignal ?? 'SIGTERM';
  const log = command.logFile === undefined ? undefined : openLog(command.logFile);
  const output = log?.descriptor ?? 'inherit';
  const child = spawn(command.command, command.args, {
    detached: true,
    stdio: ['ignore', output, output],
    env: command.env ?? process.env,
    ...(command.cwd !== undefined && { cwd: command.cwd }),
    ...(command.uid !== undefined && { uid: command.uid }),
    ...(command.gid !== undefined && { gid: command.gid }),
  });
  if (log) closeSync(log.descriptor);
  const pid = await pidOf(child, command);
  tellGuardian(`+${pid} ${stopSignal}`);

  let hasExited = false;
  const exited = once(child, 'exit').then(([code, signal]): Exit => {
    hasExited = true;
    // What it leaves behind in its group goes with it.
    signalGroup(pid, 'SIGKILL');
    tellGuardian(`-${pid}`);
    return { code, signal };
  });

  const kill = (signal: NodeJS.Signals) => {
    if (!hasExited) signalGroup(pid, signal);
  };

  return {
    name: command.name,
    pid,
    logFile: command.logFile,
    exited,
    hasExited: () => hasExited,
    lastLines: (count = 20) => (log ? lastLinesSince(log, count) : ''),
    kill,
    async stop() {
      kill(stopSignal);
      const isGone = await Promise.race([
        exited.then(() => true),
        sleep(command.stopTimeoutMs ?? 15_000, false, { ref: false }),
      ]);
      if (!isGone) kill('SIGKILL');
      await exited;
    },
  };
}

/** A process that can be started again as it was: what tests break on purpose and the supervisor repairs. */
export type Service = {
  readonly name: string;
  /** The current process; another one after `restart`. */
  readonly process: RunningProcess;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
  /** Starts it again, after `kill` or a crash; stops it first if it runs. */
  restart(): Promise<void>;
};

/** @param launch starts the process and resolves when it serves */
export async function startService(launch: () => Promise<RunningProcess>): Promise<Service> {
  let current = await launch();
  return {
    get name() {
      return current.name;
    },
    get process() {
      return current;
    },
    get pid() {
      return current.pid;
    },
    kill: (signal) => current.kill(signal),
    stop: () => current.stop(),
    async restart() {
      await current.stop();
      current = await launch();
    },
  };
}

/**
 * Waits until a process that was just started answers.
 *
 * @param isReady asked again and again; an error it throws counts as no
 * @throws when the process ends or the time is over; then it is stopped and its last lines are told
 */
export async function waitUntilReady(
  running: RunningProcess,
  isReady: () => Promise<boolean>,
  timeoutMs: number,
): Promise<RunningProcess> {
  const deadline = Date.now() + timeoutMs;
  while (!running.hasExited() && Date.now() < deadline) {
    if ((await isReady().catch(() => false)) && !running.hasExited()) return running;
    await sleep(50);
  }
  const what = running.hasExited() ? describeExit(await running.exited) : `no answer after ${timeoutMs / 1000} s`;
  await running.stop();
  throw new Error(`${running.name} did not start: ${what}.${lastLinesOf(running)}`);
}

/**
 * Runs a process to its end.
 *
 * @returns what it wrote
 * @throws when it ends with anything but 0; the message holds the last lines it wrote
 */
export async function runProcess(command: Command): Promise<string> {
  const running = await startProcess(command);
  const exit = await running.exited;
  if (exit.code !== 0) {
    throw new Error(`${command.name} ended with ${describeExit(exit)}.${lastLinesOf(running)}`);
  }
  return running.lastLines(Number.POSITIVE_INFINITY);
}

/** `exit code 1` or `signal SIGKILL`. */
export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`;
}

/** For the end of a message: what a process wrote last and where the rest is; empty when it wrote nothing. */
export function lastLinesOf(running: RunningProcess): string {
  const lines = running.lastLines();
  return lines && ` Its last lines (all of them: ${running.logFile}):\n${lines}`;
}

/** Whether a process with this id runs (whoever owns it); one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // EPERM: macOS says so when only ended processes are left.
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function pidOf(child: ChildProcess, { name, command }: Command): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const [error] = await once(child, 'error');
  throw new Error(`${name} could not be started (${command}): ${(error as Error).message}`);
}

type Log = { file: string; descriptor: number; startsAt: number };

function openLog(file: string): Log {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.1`);
  const descriptor = openSync(file, 'a');
  return { file, descriptor, startsAt: statSync(file).size };
}

function lastLinesSince({ file, startsAt }: Log, count: number): string {
  const text = readFileSync(file).subarray(startsAt).toString('utf8').trimEnd();
  return count === Number.POSITIVE_INFINITY ? text : text.split('\n').slice(-count).join('\n');
}

let guardian: Writable | undefined;

/** Starts the guardian with the first process; its pipe must not keep this process alive. */
function tellGuardian(line: string): void {
  guardian ??= startGuardian();
  guardian.write(`${line}\n`);
}

function startGuardian(): Writable {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guardian.ts')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const pipe = child.stdin;
  child.unref();
  (pipe as unknown as { unref(): void }).unref();
  pipe.on('error', () => {
    // A launcher without its guardian still stops its parts itself.
  });
  return pipe;
}
