import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const tokensIn = (block: string): Map<string, string> =>
  new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{3,6});/g)].map(([, name, colour]) => [name!, colour!]));
const light = tokensIn(/\n:root \{([^}]*)\}/.exec(css)![1]!);
const dark = tokensIn(/\n:root\[data-theme='dark'\] \{([^}]*)\}/.exec(css)![1]!);
const darkByDevice = tokensIn(/:root:not\(\[data-theme='light'\]\) \{([^}]*)\}/.exec(css)![1]!);

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('colours, %s', (_name, tokens) => {
  const of = (name: string): string => tokens.get(name)!;
  const surfaces = ['page', 'surface', 'raised'];
  const text: [string, string[]][] = [
    ['ink', [...surfaces, 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
    ['muted', [...surfaces, 'accent-soft', 'good-soft', 'warn-soft', 'bad-soft']],
    ['link', [...surfaces, 'accent-soft']],
    ['good', [...surfaces, 'good-soft']],
    ['warn', [...surfaces, 'warn-soft']],
    ['bad', [...surfaces, 'bad-soft']],
    ['on-accent', ['accent', 'accent-strong', 'bad-fill', 'bad-fill-strong']],
  ];
  it.each(text.flatMap(([colour, grounds]) => grounds.map((ground) => [colour, ground] as const)))(
    'text %s on %s reaches 4.5',
    (colour, ground) => {
      expect(contrast(of(colour), of(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );
  it.each(
    ['control', 'focus', 'accent'].flatMap((colour) => ['page', 'surface'].map((ground) => [colour, ground] as const)),
  )('border %s on %s reaches 3', (colour, ground) => {
    expect(contrast(of(colour), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

it('dark is the same by choice and by device', () => {
  expect([...darkByDevice]).toEqual([...dark]);
});
