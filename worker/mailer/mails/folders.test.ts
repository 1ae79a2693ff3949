import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MAIL_TEMPLATES } from '#domain/notifications/mail.ts';
import { buildLayout, layoutFile } from '../build-layout.ts';
import { folderProblems, wordProblems } from '../test-support/mail-folders.ts';

const here = import.meta.dirname;

it('there is one folder for each mail', () => {
  const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).sort()).toEqual([...MAIL_TEMPLATES].sort());
});

it.each(MAIL_TEMPLATES)('%s has its mail and the same words in both languages', (template) => {
  expect(folderProblems(join(here, template))).toEqual([]);
});

it('what mails share has the same words in both languages', () => {
  expect(wordProblems({ id: join(here, '../labels.id.json'), en: join(here, '../labels.en.json') })).toEqual([]);
});

describe('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mail-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The folder of a mail with its English words changed. */
  function spoil(change: (words: Record<string, unknown>) => void): string[] {
    cpSync(join(here, 'returned'), folder, { recursive: true });
    const file = join(folder, 'words.en.json');
    const words = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    change(words);
    writeFileSync(file, JSON.stringify(words));
    return folderProblems(folder);
  }

  it('without words in a language is refused', () => {
    cpSync(join(here, 'returned'), folder, { recursive: true });
    rmSync(join(folder, 'words.en.json'));
    expect(folderProblems(folder)).toEqual([`${join(folder, 'words.en.json')} is missing`]);
  });

  it('that lacks a text, has an empty one or other places to fill is refused', () => {
    const file = join(folder, 'words.en.json');
    expect(spoil((words) => delete words['title'])).toEqual([`title has no text in ${file}`]);
    expect(spoil((words) => (words['lead'] = { year: ' ', procedure: 'Text' }))).toEqual([
      `lead.year has no text in ${file}`,
    ]);
    expect(spoil((words) => (words['subject'] = 'Returned: {tsk}'))).toEqual([`subject has other places in ${file}`]);
    expect(spoil((words) => (words['extra'] = 'Text'))).toEqual([
      `extra has no text in ${join(folder, 'words.id.json')}`,
    ]);
  });
});

it('the layout is made from the present MJML source (else: node worker/mailer/build-layout.ts)', async () => {
  expect(readFileSync(layoutFile, 'utf8')).toBe(await buildLayout());
});
