import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const FOLDERS = [
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
type Folder = (typeof FOLDERS)[number];

/** Who may import whom; `types` means `import type` only. */
const MAY_IMPORT: Record<Folder, Partial<Record<Folder, RegExp | 'all' | 'types'>>> = {
  domain: {},
  config: {},
  contracts: { domain: 'all' },
  persistence: { domain: 'all', config: /^config\/config\.ts$/ },
  workflows: { domain: /^domain\/(process|result)/, activities: 'types' },
  activities: { domain: 'all', persistence: 'all', workflows: /\.ids\.ts$/ },
  api: {
    domain: 'all',
    contracts: 'all',
    persistence: 'all',
    config: 'all',
    workflows: /\.(messages|ids|client)\.ts$/,
  },
  web: { domain: 'all', contracts: 'all' },
  worker: {
    domain: 'all',
    persistence: 'all',
    activities: 'all',
    config: 'all',
    workflows: /\.(messages|ids|client)\.ts$/,
  },
};

type Import = { from: string; to: string; isTypeOnly: boolean };

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules') && !file.includes('/dist/') && !file.includes('test-support'));
}

/** Imports of a file, relative ones resolved to a path from the root. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)].map(
    ([, type, specifier]) => ({
      from: file,
      to: specifier!.startsWith('.')
        ? relative(root, join(root, file, '..', specifier!))
        : specifier!.replace(/^#/, ''),
      isTypeOnly: Boolean(type),
    }),
  );
}

const folderOf = (path: string): Folder | undefined => FOLDERS.find((folder) => path.startsWith(`${folder}/`));

function isAllowed({ from, to, isTypeOnly }: Import): boolean {
  const [source, target] = [folderOf(from)!, folderOf(to)];
  if (!target || source === target) return true;
  const rule = MAY_IMPORT[source][target];
  if (rule === undefined) return source === 'workflows' && target === 'domain' && isTypeOnly;
  if (rule === 'types') return isTypeOnly;
  return rule === 'all' || rule.test(to) || (source === 'workflows' && isTypeOnly);
}

describe('import rules', () => {
  it.each(FOLDERS)('%s imports only what it may', (folder) => {
    const files = filesBelow(folder);
    expect(files.length).toBeGreaterThan(0);
    const forbidden = files.flatMap(importsOf).filter((candidate) => !isAllowed(candidate));
    expect(forbidden.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('domain needs no package and no part of Node', () => {
    const outside = filesBelow('domain')
      .flatMap(importsOf)
      .filter(({ to }) => !folderOf(to));
    expect(outside.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('a forbidden import is seen', () => {
    expect(isAllowed({ from: 'web/src/x.ts', to: 'api/app.ts', isTypeOnly: false })).toBe(false);
    expect(isAllowed({ from: 'workflows/a/a.workflow.ts', to: 'activities/x.contract.ts', isTypeOnly: false })).toBe(
      false,
    );
    expect(isAllowed({ from: 'workflows/a/a.workflow.ts', to: 'activities/x.contract.ts', isTypeOnly: true })).toBe(
      true,
    );
  });

  it('no folder has a name that invites anything', () => {
    const names = filesBelow('.').flatMap((file) => file.split('/').slice(0, -1));
    expect(names.filter((name) => ['shared', 'utils', 'common', 'helpers', 'misc', 'lib'].includes(name))).toEqual([]);
  });
});
