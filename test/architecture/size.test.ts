import { describe, expect, it } from 'vitest';
import { filesBelow, FOLDERS, isForTests, read } from './sources.ts';

const MOST_LINES = 300;

describe('a file can be read at once', () => {
  it(`no file of the product has more than ${MOST_LINES} lines; migrations are data`, () => {
    const files = [...FOLDERS, 'scripts', 'bench']
      .flatMap(filesBelow)
      .filter((file) => !isForTests(file) && !file.startsWith('persistence/migrations/'));
    expect(files.length).toBeGreaterThan(500);
    const long = files.filter((file) => read(file).trimEnd().split('\n').length > MOST_LINES);
    expect(long).toEqual([]);
  });
});
