import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NOT_APPLIED_YET, stageThatApplies } from '#domain/rule-sets/not-applied.ts';
import { RULE_SECTIONS } from '#domain/rule-sets/rule-set.ts';
import { readRuleSet } from '../../data/files.ts';
import { callsOf, reachedFrom } from './calls.ts';
import { filesBelow, FOLDERS, isForTests, read, root } from './sources.ts';

type Rule = {
  id: string;
  sentence: string;
  source: string;
  status: string;
  functions: string[];
  /** By function: where it runs, or why it does not. */
  appliedBy: string[];
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
  const lines = (cell: string): string[] => cell.split('<br>').map((line) => line.replaceAll('`', ''));
  return cells.map(([id, sentence, source, status, functions, appliedBy, test, cases]) => ({
    id: id!,
    sentence: sentence!,
    source: source!,
    status: status!,
    functions: lines(functions!),
    appliedBy: lines(appliedBy!).length === 1 ? lines(functions!).map(() => lines(appliedBy!)[0]!) : lines(appliedBy!),
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

/** Where the product begins: what none of these leads to does not run. */
const STARTS = [
  'api/main.ts',
  'worker/main.ts',
  'worker/jobs/import-process.ts',
  'web/src/main.ts',
  'workflows/index.ts',
];

const product = FOLDERS.flatMap(filesBelow).filter((file) => !isForTests(file));
const calls = callsOf(product);
const running = reachedFrom(calls, STARTS);
const declares = (place: string): boolean => calls.has(place);

describe('a rule is applied where docs/rules.md says so', () => {
  const outside = product.filter((file) => !file.startsWith('domain/'));
  const usedOutside = reachedFrom(calls, outside);
  const places = rules.flatMap(({ id, functions, appliedBy }) =>
    functions.map((place, index) => ({ id, place, by: appliedBy[index] ?? '' })),
  );
  const points = new Set([...read('docs/points.md').matchAll(/^- ([A-Z]\d?\.\d+) /gm)].map(([, id]) => id));

  it.each(places)('$id $place: $by', ({ place, by }) => {
    const [, point, until] = /^not yet: ([A-Z]\d?\.\d+)(?:, until then own code in (.+))?$/.exec(by) ?? [];
    const ownCode = until ?? /^own code in (.+)$/.exec(by)?.[1];
    if (point !== undefined || ownCode !== undefined) {
      expect(usedOutside.has(place), `${place} is used outside domain/ now: say by what`).toBe(false);
      if (point !== undefined) expect(points, 'docs/points.md').toContain(point);
      if (ownCode !== undefined) expect(declares(ownCode), ownCode).toBe(true);
      return;
    }
    expect(outside, 'a file of the product outside domain/').toContain(by);
    const nodes = [...calls.keys()].filter((node) => node.startsWith(`${by}#`) && running.has(node));
    expect(reachedFrom(calls, nodes).has(place), `${by} leads to ${place}`).toBe(true);
  });
});

describe('a rule set says which of its parts nothing reads yet', () => {
  /** What edits, checks, compares and keeps rule sets without applying them. */
  const EDITS = /rule-sets?\b(?!\/(deadlines|task-due))/;
  const readers = [...running].filter((node) => !EDITS.test(node)).map((node) => calls.get(node)?.text ?? '');
  const sample = readRuleSet('permenpanrb-6-2022-bulanan');
  /** The named values of a section; the ladder is a list, and the matrix has the ratings themselves as keys. */
  const valuesOf = (section: string): string[] =>
    section === 'ladder' || section === 'predikatMatrix' ? [] : Object.keys(sample[section as keyof typeof sample]!);
  const readsSection = (section: string): boolean =>
    readers.some((text) =>
      new RegExp(`\\brules\\??\\.${section}\\b|\\{[^{}]*\\b${section}\\b[^{}]*\\}: RuleSet\\b`).test(text),
    );
  const readsValue = (value: string): boolean => readers.some((text) => new RegExp(`\\.${value}\\b`).test(text));

  it.each(RULE_SECTIONS)('%s', (section) => {
    expect(readsSection(section)).toBe(stageThatApplies(section) === null);
    if (stageThatApplies(section) !== null) return;
    const unread = valuesOf(section).filter(
      (value) => stageThatApplies(`${section}.${value}`) === null && !readsValue(value),
    );
    expect(unread, 'read by nothing: NOT_APPLIED_YET').toEqual([]);
  });

  it('names only parts that a rule set has and nothing reads', () => {
    for (const path of Object.keys(NOT_APPLIED_YET)) {
      const [section = '', value] = path.split('.');
      expect(RULE_SECTIONS, path).toContain(section);
      if (value === undefined) continue;
      expect(valuesOf(section), path).toContain(value);
      expect(readsValue(value), `${path} is read now`).toBe(false);
    }
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
