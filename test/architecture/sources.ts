import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The product's files and their imports, as the tests of this folder read them. */

export const root = join(import.meta.dirname, '../..');
export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

export const FOLDERS = [
  'domain',
  'contracts',
  'persistence',
  'workflows',
  'activities',
  'api',
  'web',
  'worker',
  'config',
] as const;
export type Folder = (typeof FOLDERS)[number];

/** Whether a file serves tests only, without being one. */
export const isForTests = (file: string): boolean => /^test\/|\/testing\//.test(file);

export type Import = { from: string; to: string; isTypeOnly: boolean };

/** The source files below a folder, no tests; paths from the root. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/node_modules|\/dist\/|test-support/.test(file));
}

/** A specifier as a path from the root; packages stay as they are. */
export const resolved = (file: string, specifier: string): string =>
  specifier.startsWith('.') ? relative(root, join(root, file, '..', specifier)) : specifier.replace(/^#/, '');

/** Imports of a file, relative ones resolved to a path from the root. */
export const importsOf = (file: string): Import[] =>
  [...read(file).matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map(
    ([, type, specifier]) => ({ from: file, to: resolved(file, specifier!), isTypeOnly: Boolean(type) }),
  );

export const folderOf = (path: string): Folder | undefined => FOLDERS.find((folder) => path.startsWith(`${folder}/`));
