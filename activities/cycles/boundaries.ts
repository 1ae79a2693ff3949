import { Appraisal } from '#persistence/appraisal/appraisal.entities.ts';
import { Period } from '#persistence/cycles/cycles.entities.ts';
import { selfAssessmentLapse } from './agenda.ts';
import type { CycleBoundaryHandlers } from './cycle-matter.ts';

/** What the boundaries of the calendar do beside opening and closing tasks. */
export const cycleBoundaries: CycleBoundaryHandlers = {
  async periodOpened({ em, row: cycle, at }, { boundary: { periodNo } }) {
    await em.nativeUpdate(Period, { cycleId: cycle.id, number: periodNo!, state: 'upcoming' }, { state: 'open' });
    return { story: [{ kind: 'periodOpened', at, data: { periodNo } }] };
  },
  appraisalOpened: async ({ at, inForce }) => ({
    story: [{ kind: 'appraisalOpened', at }],
    agenda: { adds: [selfAssessmentLapse(at, inForce)] },
  }),
  selfAssessmentLapsed: async ({ at }) => ({ story: [{ kind: 'selfAssessmentLapsed', at }] }),
  async objectionWindowClosed({ em, row: cycle, at }) {
    const appraisal = await em.findOneOrFail(Appraisal, { cycleId: cycle.id });
    appraisal.isFinal = true;
    return { story: [{ kind: 'objectionWindowClosed', at, data: { predikat: cycle.finalPredikat ?? null } }] };
  },
  improvementPeriodEnded: async ({ at }) => ({ story: [{ kind: 'improvementPeriodEnded', at }] }),
};
