import { useI18n } from 'vue-i18n';
import { computed } from 'vue';
import { now } from './now.ts';

const ZONE_NAMES: Record<string, string> = {
  'Asia/Jakarta': 'WIB',
  'Asia/Pontianak': 'WIB',
  'Asia/Makassar': 'WITA',
  'Asia/Jayapura': 'WIT',
};
const DEFAULT_ZONE = 'Asia/Jakarta';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** NIP as people read it: 19800101 200501 1 001. Other numbers stay as they are. */
export const groupNip = (number: string): string =>
  /^\d{18}$/.test(number)
    ? `${number.slice(0, 8)} ${number.slice(8, 14)} ${number.slice(14, 15)} ${number.slice(15)}`
    : number;

/** Dates, times, numbers and sizes in the language of the page. */
export function useFormat() {
  const { locale, t } = useI18n();
  const tag = computed(() => (locale.value === 'en' ? 'en-GB' : 'id-ID'));

  const dateOfInstant = (instant: string, zone = DEFAULT_ZONE): string =>
    new Intl.DateTimeFormat(tag.value, { dateStyle: 'long', timeZone: zone }).format(new Date(instant));
  const timeOfInstant = (instant: string, zone = DEFAULT_ZONE): string => {
    const text = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(
      new Date(instant),
    );
    const clock = locale.value === 'en' ? text : text.replace(':', '.');
    return `${clock} ${ZONE_NAMES[zone] ?? zone}`;
  };
  const dateTime = (instant: string, zone = DEFAULT_ZONE): string =>
    t('common.dateTime', { date: dateOfInstant(instant, zone), time: timeOfInstant(instant, zone) });
  /** A calendar date 'YYYY-MM-DD'. */
  const dateOnly = (date: string): string =>
    new Intl.DateTimeFormat(tag.value, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
  /** A span of calendar dates, without saying the shared month and year twice. */
  const dateRange = (from: string, to: string): string =>
    new Intl.DateTimeFormat(tag.value, { dateStyle: 'long', timeZone: 'UTC' }).formatRange(
      new Date(`${from}T00:00:00Z`),
      new Date(`${to}T00:00:00Z`),
    );
  const shortDate = (instant: string, zone = DEFAULT_ZONE): string =>
    new Intl.DateTimeFormat(tag.value, { day: 'numeric', month: 'short', year: 'numeric', timeZone: zone }).format(
      new Date(instant),
    );
  const number = (value: number): string => new Intl.NumberFormat(tag.value).format(value);
  const bytes = (size: number): string =>
    size < 1_000_000
      ? `${number(Math.max(1, Math.round(size / 1000)))} kB`
      : `${new Intl.NumberFormat(tag.value, { maximumFractionDigits: 1 }).format(size / 1_000_000)} MB`;
  /** '3 hari', '2 jam', '5 menit': how long something is away from now. */
  const span = (instant: string): string => {
    const away = Math.abs(Date.parse(instant) - now.value);
    if (away >= DAY) return t('common.days', { n: Math.floor(away / DAY) }, Math.floor(away / DAY));
    if (away >= HOUR) return t('common.hours', { n: Math.floor(away / HOUR) }, Math.floor(away / HOUR));
    return t('common.minutes', { n: Math.max(1, Math.floor(away / MINUTE)) }, Math.max(1, Math.floor(away / MINUTE)));
  };
  return { dateOfInstant, timeOfInstant, dateTime, dateOnly, dateRange, shortDate, number, bytes, span, nip: groupNip };
}
