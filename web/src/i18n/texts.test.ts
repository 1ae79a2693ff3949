import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PREDIKATS, RATINGS } from '#domain/appraisal/predikat.ts';
import { ALL_ERROR_CODES } from '#domain/error-codes.ts';
import { SUGGESTION_CODES } from '#domain/monitoring/evaluation.ts';
import { MAIL_TEMPLATES } from '#domain/notifications/mail.ts';
import { OPERATION_KINDS, RUN_COUNTS, RUN_STAGES } from '#domain/process/runs.ts';
import { OPERATION_STORY_KINDS, STORY_KINDS } from '#domain/process/story.ts';
import { CYCLE_STAGES, DECISIONS, PROCEDURE_KINDS, TASK_KINDS } from '#domain/process/tasks.ts';
import { EVENT_STEPS } from '#domain/training/event.ts';
import { NILAI_BERAKHLAK } from '#domain/skp/berakhlak.ts';
import { SMART_CODES } from '#domain/skp/smart-check.ts';

type Texts = { [key: string]: string | Texts };
const SOURCE = join(import.meta.dirname, '..');

const flat = (texts: Texts, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[`${prefix}${key}`, value] as [string, string]] : flat(value, `${prefix}${key}.`),
  );
const FEATURES = join(SOURCE, 'features');
/** Where texts lie: '' is the root, which every screen has; else the feature beside whose screens they are. */
const homes = ['', ...readdirSync(FEATURES).filter((name) => existsSync(join(FEATURES, name, 'texts.id.json')))];
const read = (home: string, locale: string): [string, string][] => {
  const file = home === '' ? join(import.meta.dirname, `${locale}.json`) : join(FEATURES, home, `texts.${locale}.json`);
  return flat(JSON.parse(readFileSync(file, 'utf8')) as Texts);
};
/** All texts of a language: the common ones and those of every feature. */
const textsOf = (locale: string): [string, string][] => homes.flatMap((home) => read(home, locale));
const indonesian = new Map(textsOf('id'));
const english = new Map(textsOf('en'));
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(vue|ts)$/.test(file) && !file.endsWith('.test.ts'),
);
const texts = new Map(files.map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')]));
const sources = [...texts.values()].join('\n');

const homeOf = new Map(homes.flatMap((home) => read(home, 'id').map(([key]) => [key, home] as const)));
const featureOf = (file: string): string => /^features\/([\w-]+)\//.exec(file)?.[1] ?? '';
/** Files a file needs before it runs; what it loads later comes with its own texts. */
const neededBy = (file: string): string[] =>
  [...texts.get(file)!.matchAll(/^import (?!type )[^;]*?from '(\.[^']+)';/gm)]
    .map(([, path]) => normalize(join(file, '..', path!)))
    .filter((path) => texts.has(path));
/** The features whose texts are there when a file runs: those of all files it needs that speak. */
function homesBefore(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const found = new Set(/\buseI18n\b|\$t\(/.test(texts.get(file)!) ? ['', featureOf(file)] : ['']);
  for (const needed of neededBy(file)) for (const home of homesBefore(needed, seen)) found.add(home);
  return found;
}

describe('texts', () => {
  it('exist in both languages', () => {
    expect([...indonesian.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('have one place each', () => {
    for (const locale of ['id', 'en']) {
      const keys = textsOf(locale).map(([key]) => key);
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    }
  });

  it('lie in the same place in both languages', () => {
    for (const home of homes)
      expect(
        read(home, 'id').map(([key]) => key),
        home,
      ).toEqual(read(home, 'en').map(([key]) => key));
  });

  it('are there when a screen speaks them: at the root, in its feature, or in one whose screens it is made of', () => {
    const missing = files.flatMap((file) => {
      const there = homesBefore(file);
      const keys = [...texts.get(file)!.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map(([, key]) => key!);
      return keys.filter((key) => !there.has(homeOf.get(key) ?? '')).map((key) => `${file}: ${key}`);
    });
    expect(missing).toEqual([]);
  });

  it('lie with the only feature that says them', () => {
    const said = new Map<string, string>();
    for (const [file, text] of texts) said.set(featureOf(file), `${said.get(featureOf(file)) ?? ''}${text}`);
    const strangers = [...homeOf].flatMap(([key, home]) => {
      const sayers = [...said].filter(([, text]) =>
        ["'", '"', '`'].some((quote) => text.includes(quote + key + quote)),
      );
      return home !== '' && sayers.length === 1 && sayers[0]![0] !== home ? [`${home}: ${key}`] : [];
    });
    expect(strangers).toEqual([]);
  });

  it('are never empty and fill the same places', () => {
    const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
    for (const [key, text] of indonesian) {
      expect(text.trim(), key).not.toBe('');
      expect(places(english.get(key)!), key).toEqual(places(text));
    }
  });

  it('exist for every key that is written in a screen', () => {
    const keys = [
      ...sources.matchAll(/\bt\(\s*'([\w.-]+)'/g),
      ...sources.matchAll(/keypath="([\w.-]+)"/g),
      ...sources.matchAll(/'((?:page)\.\w+)'/g),
    ].map(([, key]) => key!);
    expect(keys.length).toBeGreaterThan(300);
    expect([...new Set(keys)].filter((key) => !indonesian.has(key))).toEqual([]);
  });

  it('exist for every key that is made from a code', () => {
    const stages: readonly string[] = [...CYCLE_STAGES, 'finished'];
    const needed = [
      ...TASK_KINDS.map((kind) => `task.kind.${kind}`),
      ...DECISIONS.map((decision) => `receipt.done.${decision}`),
      ...RATINGS.map((rating) => `rating.${rating}`),
      ...PREDIKATS.map((predikat) => `predikat.${predikat}`),
      ...NILAI_BERAKHLAK.flatMap((value) =>
        ['name', 'guide1', 'guide2', 'guide3'].map((part) => `berakhlak.${value}.${part}`),
      ),
      ...SMART_CODES,
      ...SUGGESTION_CODES.map((code) => `suggestion.${code}`),
      ...[...STORY_KINDS, ...OPERATION_STORY_KINDS].map((kind) => `story.${kind}`),
      ...EVENT_STEPS.map((step) => `story.step.${step}`),
      ...['performanceCycle', ...OPERATION_KINDS].map((kind) => `run.kind.${kind}`),
      ...RUN_STAGES.filter((stage) => !stages.includes(stage)).map((stage) => `run.stage.${stage}`),
      ...RUN_COUNTS.map((count) => `run.count.${count}`),
      ...MAIL_TEMPLATES.map((template) => `mail.template.${template}`),
      ...stages.map((stage) => `cycle.stage.${stage}`),
      ...PROCEDURE_KINDS.map((kind) => `procedure.kind.${kind}`),
    ];
    expect(needed.filter((key) => !indonesian.has(key))).toEqual([]);
  });

  it.each(ALL_ERROR_CODES)('say what %s means', (code) => {
    expect(indonesian.has(`problem.${code}`)).toBe(true);
  });

  it('are all used', () => {
    const written = new Set([...sources.matchAll(/['"`]([a-zA-Z][\w.-]*\.[\w.-]*\w)['"`]/g)].map(([, key]) => key!));
    const prefixes = [...sources.matchAll(/`([a-zA-Z][\w.]*\.)\$\{/g)].map(([, prefix]) => prefix!);
    const suffixed = [...prefixes, 'smart.', 'skp.field.', 'skp.approach.', 'skp.kind.', 'skp.aspek.'];
    expect(
      [...indonesian.keys()].filter((key) => !written.has(key) && !suffixed.some((prefix) => key.startsWith(prefix))),
    ).toEqual([]);
  });

  it('never call the look official', () => {
    for (const text of [...indonesian.values(), ...english.values()]) expect(text).not.toMatch(/\b(resmi|official)\b/i);
  });
});
