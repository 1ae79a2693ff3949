import { inForce, readSkpVersions } from '#persistence/skp/skp.queries.ts';
import type { Checks } from '../matters/checks.ts';
import { requireValidReport } from '../skp/content-rules.ts';

/** What is asked of a report before it is handed in: that it fits the SKP in force. */
export const reportChecks = {
  async submitReport(em, cycleId, { content }) {
    const skp = inForce(await readSkpVersions(em, cycleId));
    if (skp) requireValidReport(content, skp.content);
  },
} satisfies Checks;
