import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf } from './build-web.ts';

let root: string;
const write = (path: string, text: string) => writeFileSync(join(root, path), text);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-web-test-'));
  mkdirSync(join(root, 'web/src'), { recursive: true });
  mkdirSync(join(root, 'web/dist'));
  write('web/src/main.ts', 'one');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('hashOf', () => {
  it('changes with the contents and the names of sources', () => {
    const before = hashOf(['web'], root);
    expect(hashOf(['web'], root)).toBe(before);
    write('web/src/main.ts', 'two');
    const changed = hashOf(['web'], root);
    expect(changed).not.toBe(before);
    write('web/src/other.ts', '');
    expect(hashOf(['web'], root)).not.toBe(changed);
  });

  it('does not change with builds and tests', () => {
    const before = hashOf(['web'], root);
    write('web/dist/main.js', 'built');
    write('web/src/main.test.ts', 'test');
    expect(hashOf(['web'], root)).toBe(before);
  });
});
