import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const SOURCE = join(import.meta.dirname, '../src');
const I18N = join(SOURCE, 'i18n/index.ts').replaceAll('\\', '/');
const MODULE = 'virtual:feature-texts/';

/** The feature a file belongs to, when it has texts of its own. */
function featureOf(file: string): string | null {
  const [, feature] =
    /\/web\/src\/features\/([\w-]+)\/[^?]+\.(?:vue|ts)(?:$|\?vue&type=(?:script|template))/.exec(
      file.replaceAll('\\', '/'),
    ) ?? [];
  return feature && existsSync(join(SOURCE, 'features', feature, 'texts.id.json')) ? feature : null;
}

/**
 * A screen comes with the texts of its feature: whatever file of a feature speaks (`useI18n`, `$t`) waits for
 * `features/<feature>/texts.<locale>.json` before it runs. So texts follow the import graph, and nothing is loaded by hand.
 */
export function featureTextsPlugin(): Plugin {
  return {
    name: 'feature-texts',
    enforce: 'post',
    resolveId: (id) => (id.startsWith(MODULE) ? { id: `\0${id}`, moduleSideEffects: true } : undefined),
    load(id) {
      if (!id.startsWith(`\0${MODULE}`)) return undefined;
      const feature = id.slice(MODULE.length + 1);
      return `import { loadTexts } from ${JSON.stringify(I18N)};\nawait loadTexts(${JSON.stringify(feature)});\n`;
    },
    transform(code, id) {
      const feature = featureOf(id);
      if (!feature || !/\buseI18n\b|\$t\(/.test(code)) return undefined;
      return { code: `import '${MODULE}${feature}';${code}`, map: null };
    },
  };
}
