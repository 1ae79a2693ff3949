import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { print, round } from './measure.ts';

type Frame = { functionName: string; url: string; lineNumber: number };
type Profile = { nodes: { id: number; callFrame: Frame }[]; samples: number[]; timeDeltas: number[] };

/** Where the CPU of each thread went: one line per `--cpu-prof` file of a folder with the functions that ran longest themselves. Idle time is left out. */
export function printProfiles(folder: string, top = 15): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))) {
    const seconds = ownSecondsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile);
    const busy = [...seconds.values()].reduce((sum, value) => sum + value, 0);
    const longest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, top);
    print({
      profile: file,
      busySeconds: round(busy),
      top: longest.map(([name, value]) => `${round((value / busy) * 100)} % ${name}`),
    });
  }
}

function ownSecondsOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const seconds = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id)!;
    if (name !== '(idle)') seconds.set(name, (seconds.get(name) ?? 0) + timeDeltas[index]! / 1e6);
  }
  return seconds;
}

/** `startSpan @temporalio/worker/lib/tracing.js:31`, with the path from the last node_modules on; functions of V8 itself have a name only. */
function nameOf({ functionName, url, lineNumber }: Frame): string {
  const file = url
    .replace(/^file:\/\//, '')
    .split('node_modules/')
    .at(-1)!;
  return [functionName || '(anonymous)', ...(file ? [`${file}:${lineNumber + 1}`] : [])].join(' ');
}
