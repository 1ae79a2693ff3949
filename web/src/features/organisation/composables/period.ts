import { useI18n } from 'vue-i18n';
import { useFormat } from '../../../ui/format.ts';
import type { Tone } from '../../../ui/StatusTag.vue';

export const STATE_TONES: Readonly<Record<'current' | 'future' | 'past', Tone>> = {
  current: 'good',
  future: 'info',
  past: 'neutral',
};

/** Words for validity dates: since a day, or from one to another. */
export function usePeriod(): (from: string, to: string | null) => string {
  const { t } = useI18n();
  const format = useFormat();
  return (from, to) =>
    to
      ? t('role.until', { from: format.dateOnly(from), to: format.dateOnly(to) })
      : t('role.from', { date: format.dateOnly(from) });
}
