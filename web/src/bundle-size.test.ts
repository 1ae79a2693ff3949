import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

type Chunk = {
  file: string;
  isEntry?: boolean;
  isDynamicEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
};
const DIST = join(import.meta.dirname, '../dist');
const FEATURES = join(import.meta.dirname, 'features');
const MANIFEST = join(DIST, '.vite/manifest.json');
const KB = 1000;
const FIRST_SCREENS_KB = 130;
const ROUTE_KB = 60;
const isBuilt = existsSync(MANIFEST);

describe.skipIf(!isBuilt)(
  `script sizes${isBuilt ? '' : ' (web/dist is not built: run `npx vite build web` first)'}`,
  () => {
    const manifest = isBuilt ? (JSON.parse(readFileSync(MANIFEST, 'utf8')) as Record<string, Chunk>) : {};
    const sizes = new Map<string, number>();

    /** The script files that a chunk needs before it runs. */
    function filesOf(key: string, seen = new Set<string>()): Set<string> {
      const chunk = manifest[key];
      if (!chunk || seen.has(key)) return new Set();
      seen.add(key);
      const files = new Set(chunk.file.endsWith('.js') ? [chunk.file] : []);
      for (const imported of chunk.imports ?? []) for (const file of filesOf(imported, seen)) files.add(file);
      return files;
    }
    function sizeOf(file: string): number {
      if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length);
      return sizes.get(file)!;
    }
    const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + sizeOf(file), 0);

    const first = new Set(
      [
        'index.html',
        'src/features/session/pages/SignInPage.vue',
        'src/features/inbox/pages/InboxPage.vue',
        'src/i18n/id.json',
        'src/features/inbox/texts.id.json',
      ].flatMap((key) => [...filesOf(key)]),
    );
    const routes = Object.keys(manifest).filter(
      (key) => manifest[key]!.isDynamicEntry && /\/pages\/\w+\.vue$/.test(key),
    );

    it('know all pages', () => {
      expect(routes.length).toBeGreaterThan(15);
      expect(first.size).toBeGreaterThan(3);
    });

    it(`sign-in and inbox: at most ${FIRST_SCREENS_KB} KB compressed`, () => {
      expect(sum(first)).toBeLessThanOrEqual(FIRST_SCREENS_KB * KB);
    });

    it.each(routes)(`%s: at most ${ROUTE_KB} KB more`, (route) => {
      expect(sum([...filesOf(route)].filter((file) => !first.has(file)))).toBeLessThanOrEqual(ROUTE_KB * KB);
    });

    it('each feature waits for its own texts before it speaks', () => {
      const scripts = Object.values(manifest)
        .filter(({ file }) => file.endsWith('.js'))
        .map(({ file }) => readFileSync(join(DIST, file), 'utf8'));
      const waited = new Set(
        scripts.flatMap((code) => [...code.matchAll(/await \w+\(`([\w-]+)`\)/g)].map(([, name]) => name)),
      );
      const features = readdirSync(FEATURES).filter((name) => existsSync(join(FEATURES, name, 'texts.id.json')));
      expect(features.filter((name) => !waited.has(name))).toEqual([]);
    });

    it('the schemas of the contract stay on the server', () => {
      for (const file of new Set(
        Object.values(manifest)
          .map((chunk) => chunk.file)
          .filter((name) => name.endsWith('.js')),
      )) {
        expect(readFileSync(join(DIST, file), 'utf8')).not.toMatch(/ZodObject|invalid_type/);
      }
    });
  },
);
