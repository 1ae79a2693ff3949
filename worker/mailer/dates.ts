import { abbreviationOf, isIndonesianZone, type IndonesianZone } from '#domain/calendar/time-zone.ts';

export type Locale = 'id' | 'en';

/** How somebody reads a time. */
export type Clock = { locale: Locale; timeZone: string };

const INTL_LOCALE = { id: 'id-ID', en: 'en-GB' } as const;

/** The zone of this name; Jakarta's when it is none of Indonesia. */
export const zoneOf = (timeZone: string): IndonesianZone => (isIndonesianZone(timeZone) ? timeZone : 'Asia/Jakarta');

/** An instant on a person's clock: `24 November 2026 pukul 13.45 WIB`, `24 November 2026 at 13:45 WIB`. */
export const formatInstant = (at: Date, clock: Clock): string => inZone(at, clock, { dateStyle: 'long' });

/** Two instants: `24 November 2026 pukul 08.00 WIB – 12.00 WIB`; the second has its date when it is another one. */
export function formatSpan(from: Date, to: Date, clock: Clock): string {
  const dayOf = (at: Date) => new Intl.DateTimeFormat('en-CA', { timeZone: zoneOf(clock.timeZone) }).format(at);
  const end = dayOf(from) === dayOf(to) ? inZone(to, clock) : formatInstant(to, clock);
  return `${formatInstant(from, clock)} – ${end}`;
}

function inZone(at: Date, { locale, timeZone }: Clock, options: Intl.DateTimeFormatOptions = {}): string {
  const zone = zoneOf(timeZone);
  const text = new Intl.DateTimeFormat(INTL_LOCALE[locale], { ...options, timeStyle: 'short', timeZone: zone });
  return `${text.format(at)} ${abbreviationOf(zone)}`;
}

/** Calendar dates from first to last: `1–31 Maret 2026`. */
export function formatDates(startsOn: string, endsOn: string, locale: Locale): string {
  const format = new Intl.DateTimeFormat(INTL_LOCALE[locale], { dateStyle: 'long', timeZone: 'UTC' });
  return format.formatRange(new Date(`${startsOn}T00:00:00Z`), new Date(`${endsOn}T00:00:00Z`));
}
