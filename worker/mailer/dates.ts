import { abbreviationOf, isIndonesianZone } from '#domain/calendar/time-zone.ts';

export type Locale = 'id' | 'en';

const INTL_LOCALE = { id: 'id-ID', en: 'en-GB' } as const;

/** An instant on the recipient's clock: `24 November 2026 pukul 13.45 WIB`, `24 November 2026 at 13:45 WIB`. */
export function formatInstant(at: Date, timeZone: string, locale: Locale): string {
  const zone = isIndonesianZone(timeZone) ? timeZone : 'Asia/Jakarta';
  const text = new Intl.DateTimeFormat(INTL_LOCALE[locale], {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: zone,
  }).format(at);
  return `${text} ${abbreviationOf(zone)}`;
}

/** Calendar dates from first to last: `1–31 Maret 2026`. */
export function formatDates(startsOn: string, endsOn: string, locale: Locale): string {
  const format = new Intl.DateTimeFormat(INTL_LOCALE[locale], { dateStyle: 'long', timeZone: 'UTC' });
  return format.formatRange(new Date(`${startsOn}T00:00:00Z`), new Date(`${endsOn}T00:00:00Z`));
}
