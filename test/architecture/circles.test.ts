import { describe, expect, it } from 'vitest';
import { filesBelow, FOLDERS, importsOf } from './sources.ts';

type Graph = ReadonlyMap<string, readonly string[]>;

/** Every circle that a walk in depth closes, as `a → b → a`; a graph has none of them exactly when it has no circle. */
function circlesOf(graph: Graph): string[] {
  const found = new Set<string>();
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  function visit(file: string): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.add(named(path.slice(path.indexOf(file))));
      return;
    }
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    state.set(file, 'done');
  }
  for (const file of [...graph.keys()].sort()) visit(file);
  return [...found].sort();
}

function named(circle: readonly string[]): string {
  const start = circle.indexOf([...circle].sort()[0]!);
  const turned = [...circle.slice(start), ...circle.slice(0, start)];
  return [...turned, turned[0]!].join(' → ');
}

describe('files import one another in one direction only, types counted', () => {
  const files = [...FOLDERS, 'scripts', 'bench'].flatMap(filesBelow);

  it('there is no circle of files', () => {
    const graph = new Map(files.map((file) => [file, importsOf(file).map(({ to }) => to)]));
    expect(circlesOf(graph)).toEqual([]);
  });

  it('a circle is seen, however long, and named alike wherever the walk begins', () => {
    const ring = (...names: string[]): Graph =>
      new Map(names.map((name, index) => [name, [names[(index + 1) % names.length]!]]));
    expect(circlesOf(ring('b', 'c', 'a'))).toEqual(['a → b → c → a']);
    expect(circlesOf(ring('a', 'b'))).toEqual(['a → b → a']);
    expect(
      circlesOf(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toEqual([]);
  });
});
