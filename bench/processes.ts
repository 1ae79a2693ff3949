import { readdirSync, readFileSync } from 'node:fs';

/** The processes under test by name: each stands for itself and all its descendants. */
export type Parts = () => Record<string, number>;

/** The name under which the whole machine stands among the parts. */
export const MACHINE = 'machine';

const TICKS_PER_SECOND = 100;

/** CPU seconds spent so far by each part and its descendants, those that ended included, and by the whole machine. Zeros where there is no /proc. */
export function cpuSecondsBy(parts: Parts): Record<string, number> {
  const all = processes();
  const seconds = (pid: number): number =>
    familyOf(pid, all).reduce((sum, member) => sum + member.ticks, 0) / TICKS_PER_SECOND;
  return {
    bench: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    ...Object.fromEntries(Object.entries(parts()).map(([name, pid]) => [name, seconds(pid)])),
    [MACHINE]: machineSeconds(),
  };
}

/** Resident megabytes of each part and its descendants; memory that they share counts once (proportional set size). */
export function memoryMbBy(parts: Parts): Record<string, number> {
  const all = processes();
  const megabytes = (pid: number): number =>
    familyOf(pid, all).reduce((sum, member) => sum + residentKb(member.pid), 0) / 1024;
  return Object.fromEntries(Object.entries(parts()).map(([name, pid]) => [name, Math.round(megabytes(pid))]));
}

type Process = { pid: number; parent: number; ticks: number };

function processes(): Process[] {
  return readdirOrNothing('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readOrNothing(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.length > 15
      ? [
          {
            pid: Number(name),
            parent: Number(fields[1]),
            ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0),
          },
        ]
      : [];
  });
}

function familyOf(pid: number, all: readonly Process[]): Process[] {
  const own = all.filter((candidate) => candidate.pid === pid);
  return [...own, ...all.filter((candidate) => candidate.parent === pid).flatMap((child) => familyOf(child.pid, all))];
}

function machineSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = readOrNothing('/proc/stat')
    .split('\n')[0]!
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

function residentKb(pid: number): number {
  const proportional = /^Pss:\s+(\d+)/m.exec(readOrNothing(`/proc/${pid}/smaps_rollup`));
  const resident = /^VmRSS:\s+(\d+)/m.exec(readOrNothing(`/proc/${pid}/status`));
  return Number((proportional ?? resident)?.[1] ?? 0);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function readdirOrNothing(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
