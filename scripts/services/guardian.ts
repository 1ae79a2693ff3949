/**
 * Watches over the processes of one launcher: reads `+PID SIGNAL` and `-PID` lines from its standard
 * input and, when that ends (the launcher is gone, even by kill -9), stops every process group still
 * on its list, the youngest first. Started by process.ts; never by hand.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const gracePeriodMs = 8000;
const groups = new Map<number, NodeJS.Signals>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const [pid, signal] = line.slice(1).split(' ');
  if (line.startsWith('+')) groups.set(Number(pid), signal as NodeJS.Signals);
  else groups.delete(Number(pid));
}

const youngestFirst = [...groups].reverse();
for (const [pid, signal] of youngestFirst) signalGroup(pid, signal);

const deadline = Date.now() + gracePeriodMs;
while (Date.now() < deadline && youngestFirst.some(([pid]) => signalGroup(pid, 0))) await sleep(100);
for (const [pid] of youngestFirst) signalGroup(pid, 'SIGKILL');

/** Returns whether the group exists. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
