import type { FormError } from '../ErrorSummary.vue';

const SHORTEST_REASON = 10;

/** Whether a reason is long enough to be one. */
export const isReason = (text: string): boolean => text.trim().length >= SHORTEST_REASON;

/** The text of the error of one field, to be shown at the field itself. */
export const errorOf = (errors: readonly FormError[], fieldId: string): string | null =>
  errors.find((error) => error.fieldId === fieldId)?.text ?? null;
