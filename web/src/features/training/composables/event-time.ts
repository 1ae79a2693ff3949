import { useI18n } from 'vue-i18n';
import { isIndonesianZone, zoneOffsetMs } from '#domain/calendar/time-zone.ts';
import { useFormat } from '../../../ui/format.ts';

const offsetOf = (zone: string): number => (isIndonesianZone(zone) ? zoneOffsetMs(zone) : zoneOffsetMs('Asia/Jakarta'));

/** An instant as the field `datetime-local` wants it, on the clock of a zone. */
export const toLocal = (instant: string, zone: string): string =>
  new Date(Date.parse(instant) + offsetOf(zone)).toISOString().slice(0, 16);

/** The instant of a local time of a zone; null when nothing (or no time) is written. */
export function fromLocal(text: string, zone: string): string | null {
  const at = Date.parse(`${text}:00Z`);
  return text.length === 16 && !Number.isNaN(at) ? new Date(at - offsetOf(zone)).toISOString() : null;
}

/** From and to of an event on its own clock. */
export function useEventTime() {
  const { t } = useI18n();
  const format = useFormat();
  const span = ({ startsAt, endsAt, timeZone }: { startsAt: string; endsAt: string; timeZone: string }): string => {
    const isOneDay = toLocal(startsAt, timeZone).slice(0, 10) === toLocal(endsAt, timeZone).slice(0, 10);
    return t('training.span', {
      from: format.dateTime(startsAt, timeZone),
      to: isOneDay ? format.timeOfInstant(endsAt, timeZone) : format.dateTime(endsAt, timeZone),
    });
  };
  return { span };
}
