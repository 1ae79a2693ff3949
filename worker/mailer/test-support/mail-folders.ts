import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Words = string | readonly Words[] | { readonly [key: string]: Words };

/** Each text of a file by its path; texts of a list are numbered. */
function textsOf(words: Words, path = ''): Map<string, string> {
  if (typeof words === 'string') return new Map([[path, words]]);
  return new Map(
    Object.entries(words).flatMap(([key, inner]: [string, Words]) => [
      ...textsOf(inner, path ? `${path}.${key}` : key),
    ]),
  );
}

const placesIn = (text = ''): string => (text.match(/\{\w+\}/g) ?? []).toSorted().join(' ');

/** What is wrong with two files of words: a text that only one of them has, is empty, or has other places to fill. */
export function wordProblems(files: { id: string; en: string }): string[] {
  const missing = Object.values(files).filter((file) => !existsSync(file));
  if (missing.length) return missing.map((file) => `${file} is missing`);
  const [id, en] = [files.id, files.en].map((file) => textsOf(JSON.parse(readFileSync(file, 'utf8')) as Words));
  const keys = new Set([...id!.keys(), ...en!.keys()]);
  return [...keys].flatMap((key) => {
    if (!id!.get(key)?.trim()) return [`${key} has no text in ${files.id}`];
    if (!en!.get(key)?.trim()) return [`${key} has no text in ${files.en}`];
    return placesIn(id!.get(key)) === placesIn(en!.get(key)) ? [] : [`${key} has other places in ${files.en}`];
  });
}

/** What is missing in the folder of a mail. */
export const folderProblems = (folder: string): string[] => [
  ...(existsSync(join(folder, 'mail.ts')) ? [] : [`${join(folder, 'mail.ts')} is missing`]),
  ...wordProblems({ id: join(folder, 'words.id.json'), en: join(folder, 'words.en.json') }),
];
