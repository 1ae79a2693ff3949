import { Evaluation } from '#persistence/monitoring/monitoring.entities.ts';
import type { CycleDecisionHandlers } from '../cycles/cycle-matter.ts';

/** The evaluation that closes the appraisal: strengths, weaknesses, proposed improvements. */
export const monitoringDecisions: CycleDecisionHandlers<'recordEvaluation'> = {
  async recordEvaluation({ em, row: cycle, command, args, acceptedAt, isLate }) {
    const { strengths, weaknesses, improvements } = args;
    em.persist(
      em.create(Evaluation, {
        cycleId: cycle.id,
        strengths,
        weaknesses,
        improvements,
        recordedAt: acceptedAt,
        recordedById: command.actorId!,
        onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
      }),
    );
    const counts = { strengths: strengths.length, weaknesses: weaknesses.length, improvements: improvements.length };
    return { story: [{ kind: 'evaluated', at: acceptedAt, data: { ...counts, isLate } }] };
  },
};
