import type { Checks } from '../matters/checks.ts';
import { requireOpenGate } from '../training/gate.ts';
import { requireValidSkp } from './content-rules.ts';

/** What is asked of an SKP before it is handed in: the training that the rule set wants, and its content. */
export const skpChecks = {
  async submitSkp(em, cycleId, { content }) {
    await requireOpenGate(em, cycleId);
    requireValidSkp(content);
  },
} satisfies Checks;
