import { createI18n } from 'vue-i18n';
import { nextTick } from 'vue';

export type Locale = 'id' | 'en';
export const LOCALES: readonly Locale[] = ['id', 'en'];

const STORED = 'e-kinerja/locale';
type Loader = () => Promise<{ default: object }>;
const loaders: Record<Locale, Loader> = { id: () => import('./id.json'), en: () => import('./en.json') };
/** Texts that only some pages need: a folder per part, loaded with the first page that names it. */
const partLoaders = import.meta.glob<{ default: object }>('./*/*.json');
export const TEXT_PARTS: readonly string[] = [...new Set(Object.keys(partLoaders).map((path) => path.split('/')[1]!))];
const wantedParts = new Set<string>();
const merged = new Set<string>();

export const i18n = createI18n({
  legacy: false,
  locale: 'id' as string,
  fallbackLocale: 'id',
  messages: {} as Record<string, never>,
  missingWarn: false,
  fallbackWarn: false,
});

/** The language chosen on this device, Indonesian when none was. */
export function storedLocale(): Locale {
  return read() === 'en' ? 'en' : 'id';
}

/** Loads the texts of a language and shows it everywhere. */
export async function useLanguage(locale: Locale): Promise<void> {
  if (!i18n.global.availableLocales.includes(locale as never)) {
    const { default: messages } = await loaders[locale]();
    i18n.global.setLocaleMessage(locale, messages as never);
  }
  await Promise.all([...wantedParts].map((part) => mergePart(part, locale)));
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // Storage can be switched off; the choice then lasts for this page.
  }
  await nextTick();
}

/**
 * Loads the texts of a part (a folder beside this file) in the language shown, and in every language chosen later.
 * Routes name theirs in `meta.texts`; a part of a page that is loaded lazily calls it before it shows.
 */
export async function loadTexts(part: string): Promise<void> {
  wantedParts.add(part);
  await mergePart(part, i18n.global.locale.value as Locale);
}

async function mergePart(part: string, locale: Locale): Promise<void> {
  const path = `./${part}/${locale}.json`;
  if (merged.has(path)) return;
  const { default: messages } = await partLoaders[path]!();
  i18n.global.mergeLocaleMessage(locale, messages as never);
  merged.add(path);
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}
