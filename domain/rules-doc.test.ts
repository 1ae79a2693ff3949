import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

type Rule = {
  id: string;
  sentence: string;
  source: string;
  status: string;
  functions: string[];
  test: string;
  cases: string[];
};

/** The rows of docs/rules.md. */
function readRules(): Rule[] {
  const cells = read('docs/rules.md')
    .split('\n')
    .filter((line) => line.startsWith('| R-'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return cells.map(([id, sentence, source, status, functions, test, cases]) => ({
    id: id!,
    sentence: sentence!,
    source: source!,
    status: status!,
    functions: functions!.split('<br>').map((name) => name.replaceAll('`', '')),
    test: test!.replaceAll('`', ''),
    cases: cases!
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  }));
}

const rules = readRules();
const testFiles = globSync('domain/**/*.test.ts', { cwd: root });
const mentions = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

describe('docs/rules.md', () => {
  it('has each rule once, with its sentence, source and status', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(50);
    expect(new Set(ids).size).toBe(ids.length);
    expect(rules.filter(({ sentence, source, status }) => !sentence || !source || !status)).toEqual([]);
  });

  it.each(rules)('$id names functions that exist and a test that holds it', ({ id, functions, test, cases }) => {
    for (const place of functions) {
      const [file, name] = place.split('#');
      expect(existsSync(join(root, file!)), file).toBe(true);
      expect(read(file!), place).toMatch(new RegExp(`^export (function|const) ${name}\\b`, 'm'));
    }
    const text = read(test);
    expect(mentions(text, id), `${test} names ${id}`).toBe(true);
    for (const number of cases) expect(mentions(text, `case ${number}`), `${test} names case ${number}`).toBe(true);
  });

  it('has every rule that a test or the code names', () => {
    const named = globSync('domain/**/*.ts', { cwd: root }).flatMap(
      (file) => read(file).match(/\bR-[A-Z]+-\d+\b/g) ?? [],
    );
    const known = new Set(rules.map(({ id }) => id));
    expect([...new Set(named)].filter((id) => !known.has(id))).toEqual([]);
  });

  it('covers all 43 worked cases', () => {
    const covered = new Set(rules.flatMap(({ cases }) => cases.map(Number)));
    expect(Array.from({ length: 43 }, (_, index) => index + 1).filter((number) => !covered.has(number))).toEqual([]);
    expect(testFiles.length).toBeGreaterThan(20);
  });
});

describe('docs/glossary.md', () => {
  const glossary = read('docs/glossary.md');
  const terms = [...glossary.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1]!);

  it('explains each term once, in the order of the alphabet', () => {
    expect(terms.length).toBeGreaterThan(30);
    expect(terms).toEqual([...new Set(terms)].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())));
  });

  it('has no term that the code does not use', () => {
    const code = globSync('domain/**/*.ts', { cwd: root }).map(read).join('\n').toLowerCase();
    expect(terms.filter((term) => !code.includes(term.toLowerCase()))).toEqual([]);
  });
});
