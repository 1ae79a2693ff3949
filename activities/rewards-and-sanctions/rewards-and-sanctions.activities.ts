import { dueAfterMonths } from '#domain/rule-sets/deadlines.ts';
import { FollowUpRecord } from '#persistence/rewards-and-sanctions/rewards-and-sanctions.entities.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { inDecision, type DecisionContext, type DecisionOutcome } from '../process/step.ts';
import type { DecisionActivities } from '../process/step.contract.ts';

type FollowUpActivities = Pick<
  DecisionActivities,
  'recordRewardProposal' | 'recordGuidance' | 'recordImprovementPlan' | 'concludeImprovement'
>;

/**
 * What follows a final result: a reward proposal, guidance, or an improvement plan of six months with its conclusion
 * (PermenPANRB 6/2022, tindak lanjut; PP 30/2019 Ps. 56–58). A low predikat never opens a discipline case.
 */
export const followUpActivities = (deps: ActivityDependencies): FollowUpActivities => ({
  recordRewardProposal: (input) =>
    inDecision(deps, input, (context) => record(context, 'rewardProposal', 'rewardProposed')),
  recordGuidance: (input) => inDecision(deps, input, (context) => record(context, 'guidance', 'guidanceGiven')),
  recordImprovementPlan: (input) => inDecision(deps, input, planImprovement),
  concludeImprovement: (input) =>
    inDecision(deps, input, (context) => record(context, 'improvementConclusion', 'improvementConcluded')),
});

async function planImprovement(context: DecisionContext): Promise<DecisionOutcome> {
  const { inForce, at } = context;
  const reviewAt = dueAfterMonths(at.getTime(), inForce.rules.followUp.improvementMonths, inForce.calendar);
  const recorded = await record(context, 'improvementPlan', 'improvementPlanned', new Date(reviewAt));
  return {
    ...recorded,
    boundaries: [{ at: reviewAt, boundary: { kind: 'improvementPeriodEnded' }, isQuarterStart: false }],
  };
}

async function record(
  { em, cycle, command, acceptedAt, isLate }: DecisionContext,
  kind: FollowUpRecord['kind'],
  storyKind: string,
  reviewAt: Date | null = null,
): Promise<DecisionOutcome & { story: NonNullable<unknown>[] }> {
  const {
    decision: _decision,
    outcome,
    ...content
  } = command.arguments as { decision?: string; outcome?: string } & Record<string, unknown>;
  em.persist(
    em.create(FollowUpRecord, {
      cycleId: cycle.id,
      kind,
      content,
      outcome: outcome ?? null,
      reviewAt,
      recordedAt: acceptedAt,
      recordedById: command.actorId,
      onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
    }),
  );
  return {
    story: [
      {
        kind: storyKind,
        at: acceptedAt,
        data: { outcome: outcome ?? null, isLate, reviewAt: reviewAt?.toISOString() ?? null },
      },
    ],
  };
}
