import { createI18n } from 'vue-i18n';
import { nextTick } from 'vue';

export type Locale = 'id' | 'en';
export const LOCALES: readonly Locale[] = ['id', 'en'];

const STORED = 'e-kinerja/locale';
const loaders: Record<Locale, () => Promise<{ default: object }>> = {
  id: () => import('./id.json'),
  en: () => import('./en.json'),
};

export const i18n = createI18n({ legacy: false, locale: 'id' as string, fallbackLocale: 'id', messages: {} as Record<string, never>, missingWarn: false, fallbackWarn: false });

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
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
  try {
    localStorage.setItem(STORED, locale);
  } catch {
    // Storage can be switched off; the choice then lasts for this page.
  }
  await nextTick();
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}
