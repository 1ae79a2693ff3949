import type { Rating } from '#domain/appraisal/predikat.ts';
import type { FormError } from '../../../ui/ErrorSummary.vue';

/** Which of the two ratings is still to be chosen. */
export const missingRatings = (
  hasilKerja: Rating | '',
  perilaku: Rating | '',
  t: (key: string) => string,
): FormError[] => [
  ...(hasilKerja === '' ? [{ fieldId: 'rating-hasil-kerja', text: t('appraisal.hasilKerjaMissing') }] : []),
  ...(perilaku === '' ? [{ fieldId: 'rating-perilaku', text: t('appraisal.perilakuMissing') }] : []),
];
