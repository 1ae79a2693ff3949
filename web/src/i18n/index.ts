import { createI18n } from 'vue-i18n';
import { nextTick } from 'vue';

export type Locale = 'id' | 'en';

const STORED = 'e-kinerja/locale';
type Messages = { [key: string]: string | Messages };
type Loader = () => Promise<{ default: Messages }>;
/** What every screen needs. */
const common: Record<Locale, Loader> = { id: () => import('./id.json'), en: () => import('./en.json') };
/** Texts beside their feature; `build/feature-texts.ts` has them loaded with the first file of it that speaks. */
const ofFeatures = import.meta.glob<{ default: Messages }>('../features/*/texts.*.json');
const wanted = new Set<string>();
const loading = new Map<string, Promise<void>>();

export const i18n = createI18n<false>({
  legacy: false,
  locale: storedLocale(),
  fallbackLocale: 'id',
  messages: {},
  missingWarn: false,
  fallbackWarn: false,
});

/** The language chosen on this device, Indonesian when none was. */
export function storedLocale(): Locale {
  return read() === 'en' ? 'en' : 'id';
}

/** Loads the texts of a language, of all features in use too, and shows it everywhere. */
export async function useLanguage(locale: Locale): Promise<void> {
  const features = [...wanted].map((feature) => merge(feature, locale));
  await Promise.all([once(locale, locale, common[locale]), ...features]);
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
 * Loads the texts of a feature in the language shown, and in every language chosen later.
 * @public called by what `web/build/feature-texts.ts` writes into each file of a feature
 */
export async function loadTexts(feature: string): Promise<void> {
  wanted.add(feature);
  await merge(feature, i18n.global.locale.value === 'en' ? 'en' : 'id');
}

function merge(feature: string, locale: Locale): Promise<void> {
  const path = `../features/${feature}/texts.${locale}.json`;
  return once(path, locale, ofFeatures[path]!);
}

/** Loads a file of texts once; one that did not come is asked for again. */
function once(name: string, locale: Locale, load: Loader): Promise<void> {
  const known = loading.get(name);
  if (known) return known;
  const merging = load().then(({ default: messages }) => i18n.global.mergeLocaleMessage(locale, messages));
  loading.set(name, merging);
  merging.catch(() => loading.delete(name));
  return merging;
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}
