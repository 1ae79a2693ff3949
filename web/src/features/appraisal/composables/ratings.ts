import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Rating } from '#domain/appraisal/predikat.ts';
import type { FormError } from '../../../ui/ErrorSummary.vue';

/** The two ratings of an appraisal while they are chosen; nothing is preselected. */
export function useRatings() {
  const { t } = useI18n();
  const hasilKerja = ref<Rating | ''>('');
  const perilaku = ref<Rating | ''>('');
  const missing = (): FormError[] => [
    ...(hasilKerja.value === '' ? [{ fieldId: 'rating-hasil-kerja', text: t('appraisal.hasilKerjaMissing') }] : []),
    ...(perilaku.value === '' ? [{ fieldId: 'rating-perilaku', text: t('appraisal.perilakuMissing') }] : []),
  ];
  return { hasilKerja, perilaku, missing };
}
