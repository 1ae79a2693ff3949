import type { RuleSetSummary } from '#contracts/rule-sets.schemas.ts';
import type { Tone } from '../../../ui/StatusTag.vue';

/** How a rule set stands to today, as the tone of its mark. */
export const STANDING: Readonly<Record<RuleSetSummary['standing'], Tone>> = {
  ahead: 'info',
  inForce: 'good',
  past: 'neutral',
};
