import { describe, expect, it } from 'vitest';
import { parseStartOptions } from './start-options.ts';

describe('parseStartOptions', () => {
  it('keeps everything by default', () => {
    expect(parseStartOptions([])).toEqual({ isReset: false, isEmpty: false, port: undefined });
  });

  it('reads all options', () => {
    expect(parseStartOptions(['--reset', '--empty', '--port', '8080'])).toEqual({
      isReset: true,
      isEmpty: true,
      port: 8080,
    });
  });

  it.each([['--port', 'http'], ['--port', '0'], ['--port'], ['--rest'], ['now']])('refuses %s %s', (...args) => {
    expect(() => parseStartOptions(args)).toThrow('See `npm start -- --help`.');
  });
});
