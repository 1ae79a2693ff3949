import type { GuidelineStatus } from '#domain/guidelines/guideline.ts';
import type { Tone } from '../../../ui/StatusTag.vue';

/** The tone of the mark of each status. */
export const STATUS_TONE: Readonly<Record<GuidelineStatus, Tone>> = {
  draf: 'neutral',
  ditinjau: 'waiting',
  ditetapkan: 'info',
  berlaku: 'good',
  diubah: 'warn',
  dicabut: 'bad',
};

/** Number and year as people write them: 12/2026. */
export const numberOf = ({ number, year }: { number: string; year: number | null }): string =>
  [number || '–', year].filter(Boolean).join('/');
