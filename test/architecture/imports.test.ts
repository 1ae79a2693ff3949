import { describe, expect, it } from 'vitest';
import { filesBelow, folderOf, FOLDERS, importsOf, type Folder, type Import } from './sources.ts';

/** Who may import whom; `types` means `import type` only. */
const MAY_IMPORT: Record<Folder, Partial<Record<Folder, RegExp | 'all' | 'types'>>> = {
  domain: {},
  config: {},
  contracts: { domain: 'all' },
  persistence: { domain: 'all', config: /^config\/config\.ts$/ },
  workflows: { domain: /^domain\/(process|result)/, activities: 'types' },
  activities: { domain: 'all', persistence: 'all' },
  api: { domain: 'all', contracts: 'all', persistence: 'all', config: 'all', workflows: /\.(messages|client)\.ts$/ },
  web: { domain: 'all', contracts: 'all' },
  worker: {
    domain: 'all',
    persistence: 'all',
    activities: 'all',
    config: 'all',
    workflows: /\.(messages|client)\.ts$/,
  },
};

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
