import { api } from '../../../api.ts';
import { useCommand } from '../../decisions/use-command.ts';

/** An organiser's decision about a published event. */
export const useTrainingCommand = (onApplied: () => void) =>
  useCommand({
    receiptOf: (commandId) => api.training.receipt({ commandId }),
    heard: (what) => void (what === 'applied' && onApplied()),
  });
