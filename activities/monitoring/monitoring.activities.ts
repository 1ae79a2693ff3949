import { Evaluation } from '#persistence/monitoring/monitoring.entities.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { inDecision, type DecisionContext, type DecisionOutcome } from '../process/step.ts';
import type { DecisionActivities } from '../process/step.contract.ts';

/** The evaluation that closes the appraisal: strengths, weaknesses, proposed improvements. */
export const monitoringActivities = (deps: ActivityDependencies): Pick<DecisionActivities, 'recordEvaluation'> => ({
  recordEvaluation: (input) => inDecision(deps, input, evaluate),
});

async function evaluate({ em, cycle, command, acceptedAt, isLate }: DecisionContext): Promise<DecisionOutcome> {
  const { strengths, weaknesses, improvements } = command.arguments as Record<
    'strengths' | 'weaknesses' | 'improvements',
    string[]
  >;
  em.persist(
    em.create(Evaluation, {
      cycleId: cycle.id,
      strengths,
      weaknesses,
      improvements,
      recordedAt: acceptedAt,
      recordedById: command.actorId,
      onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
    }),
  );
  return {
    story: [
      {
        kind: 'evaluated',
        at: acceptedAt,
        data: { strengths: strengths.length, weaknesses: weaknesses.length, improvements: improvements.length, isLate },
      },
    ],
  };
}
