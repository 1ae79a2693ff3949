import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const FOLDERS = ['persistence', 'activities', 'api', 'worker'];
/** Tests, benches and tools keep to the same clock. */
const BESIDE = ['workflows', 'bench', 'scripts', 'test'];

/** Where it is written what holds on a day. */
const HOLDING = 'persistence/organisation/holding.ts';

/** The date of the server, or one made of its clock: the day comes with the request or the step. */
const SERVER_DATE = [
  /\bcurrent_date\b/i,
  /\b(local|current_)timestamp\b/i,
  /\bnow\(\)[^`]{0,40}?(::date|at time zone)/i,
  /\b(clock|statement|transaction)_timestamp\(\)\s*(::date|at time zone)/i,
  /\bTODAY\b/,
];

/** A second way to say that a row is valid on a day: a column compared with a parameter or the server's date, not with another column. */
const OWN_VALIDITY = [/\bvalid_to\s+is\s+null\s+or\s+(\w+\.)?valid_to\s*>=\s*(current_date|\$\{)/i];

const all = [...FOLDERS, ...BESIDE]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  )
  .filter((file) => !/^persistence\/migrations\/|^test\/architecture\/|^bench\/compare\//.test(file));
const product = all.filter((file) => FOLDERS.includes(file.split('/')[0]!) && !file.endsWith('.test.ts'));

const found = (patterns: readonly RegExp[], text: string): string[] =>
  patterns.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);

function breaches(patterns: readonly RegExp[], among: readonly string[]): string[] {
  return among.flatMap((file) =>
    found(patterns, readFileSync(join(root, file), 'utf8')).map((text) => `${file}: ${text}`),
  );
}

describe('one clock', () => {
  it('no statement asks the server for its date', () => {
    expect(product.length).toBeGreaterThan(100);
    expect(breaches(SERVER_DATE, all)).toEqual([]);
  });

  it('what holds on a day is written in one file', () => {
    const others = product.filter((file) => file !== HOLDING);
    expect(breaches(OWN_VALIDITY, others)).toEqual([]);
  });

  it.each([
    'select 1 where a.valid_from <= current_date',
    'select (now() at time zone $1)::date',
    'select now()::date',
    "select (now() - interval '1 hour') at time zone 'Asia/Jakarta'",
    'select localtimestamp',
  ])('is seen: %s', (statement) => {
    expect(found(SERVER_DATE, statement)).not.toEqual([]);
  });

  it('an own comparison is seen, an instant of the server is none', () => {
    expect(found(OWN_VALIDITY, '(r.valid_to is null or r.valid_to >= ${day}::date)')).not.toEqual([]);
    expect(found(SERVER_DATE, 'update session set last_seen_at = now() where expires_at > now()')).toEqual([]);
  });
});
