import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = globSync('domain/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

const IMPURE =
  /\b(Date\.now|new Date|Date\.parse|Math\.random|Intl\.|Temporal\.|process\.(env|argv|cwd|exit|hrtime)|globalThis|setTimeout|setInterval|fetch\(|console\.)/;

describe('the domain is pure: no clock, no input or output, no packages', () => {
  it.each(sources)('%s', (file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const imports = [...text.matchAll(/^(?:import|export) [^;]*? from '([^']+)';/gms)].map((match) => match[1]!);
    expect(imports.filter((from) => !/^(\.\.?\/|#domain\/)[\w/.-]+\.ts$/.test(from))).toEqual([]);
    expect(IMPURE.exec(text)?.[0]).toBeUndefined();
  });
});
