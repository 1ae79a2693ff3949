import { afterEach, expect, it, vi } from 'vitest';
import { formatDuration, step } from './progress.ts';

const log = vi.spyOn(console, 'log').mockReturnValue();
afterEach(() => {
  log.mockClear();
});
const lines = () => log.mock.calls.map(([line]) => String(line));

it('tells what is done, why, and how long it took', async () => {
  expect(await step('Baking', 'no bread', async () => 'bread')).toBe('bread');
  expect(lines()).toEqual(['  … Baking (no bread)', '  ✓ Baking: 0.0 s']);
});

it('does not call a failure done', async () => {
  await expect(step('Baking', 'no bread', () => Promise.reject(new Error('no flour')))).rejects.toThrow('no flour');
  expect(lines().at(-1)).toBe('  ✗ Baking: 0.0 s');
});

it.each([
  [420, '0.4 s'],
  [11_600, '12 s'],
  [200_000, '3 min 20 s'],
])('writes %i ms as %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
