import type { ImportedRow, RosterImportRow } from '#contracts/roster.contract.ts';
import type { Tone } from '../../../ui/StatusTag.vue';

/** Whether a worker still has something to do with an import, so that it is asked for again soon. */
export const isInWork = ({ state }: Pick<RosterImportRow, 'state'>): boolean =>
  state === 'waiting' || state === 'working';

const IMPORT_TONES: Readonly<Record<RosterImportRow['state'], Tone>> = {
  waiting: 'waiting',
  working: 'waiting',
  checked: 'info',
  applied: 'good',
  failed: 'bad',
};
export const toneOf = (state: RosterImportRow['state']): Tone => IMPORT_TONES[state];

const ROW_TONES: Readonly<Record<ImportedRow['state'], Tone>> = {
  new: 'neutral',
  ready: 'info',
  held: 'warn',
  refused: 'bad',
  applied: 'good',
};
export const rowToneOf = (state: ImportedRow['state']): Tone => ROW_TONES[state];
