import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, root } from './sources.ts';

const ID = /\b(?:S[1-8]|[TEHX])\.\d+\b/g;
const points = [...read('docs/points.md').matchAll(/^- ([STEHX]\d?\.\d+) \S/gm)].map(([, id]) => id!);

/** The place of an id in the order of the page: the eight stages, then the letters. */
const rank = (id: string): number =>
  'STEHX'.indexOf(id[0]!) * 10_000 + Number(id.slice(1).split('.')[0]) * 100 + Number(id.split('.')[1]);

describe('docs/points.md', () => {
  it('says each point once, in order', () => {
    expect(points.length).toBeGreaterThan(50);
    expect(points).toEqual([...new Set(points)].sort((a, b) => rank(a) - rank(b)));
  });

  it('has every point that a test names', () => {
    const tests = globSync('**/*.test.ts', { cwd: root, exclude: (name) => /node_modules|^\.|dist$/.test(name) });
    const named = new Set(tests.flatMap((file) => read(file).match(ID) ?? []));
    expect(named.size).toBeGreaterThan(30);
    expect([...named].filter((id) => !points.includes(id))).toEqual([]);
  });
});
