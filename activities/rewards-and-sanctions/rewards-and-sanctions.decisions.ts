import type { StoryKind } from '#domain/process/story.ts';
import type { Arguments } from '#domain/process/decisions.ts';
import { dueAfterMonths } from '#domain/rule-sets/deadlines.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { FollowUpRecord } from '#persistence/rewards-and-sanctions/rewards-and-sanctions.entities.ts';
import { agendaItem } from '../cycles/agenda.ts';
import type { CycleDecisionHandlers } from '../cycles/cycle-matter.ts';
import type { DecisionContext, Outcome } from '../matters/handler.ts';

type FollowUpDecision = 'recordRewardProposal' | 'recordGuidance' | 'recordImprovementPlan' | 'concludeImprovement';

/**
 * What follows a final result: a reward proposal, guidance, or an improvement plan of six months with its conclusion
 * (PermenPANRB 6/2022, tindak lanjut; PP 30/2019 Ps. 56–58). A low predikat never opens a discipline case.
 */
export const followUpDecisions: CycleDecisionHandlers<FollowUpDecision> = {
  recordRewardProposal: async (context) => record(context, 'rewardProposal', 'rewardProposed'),
  recordGuidance: async (context) => record(context, 'guidance', 'guidanceGiven'),
  async recordImprovementPlan(context) {
    const { inForce, at } = context;
    const reviewAt = dueAfterMonths(at.getTime(), inForce.rules.followUp.improvementMonths, inForce.calendar);
    return {
      ...record(context, 'improvementPlan', 'improvementPlanned', new Date(reviewAt)),
      agenda: { adds: [agendaItem(reviewAt, { kind: 'improvementPeriodEnded' })] },
    };
  },
  concludeImprovement: async (context) => record(context, 'improvementConclusion', 'improvementConcluded'),
};

function record<D extends FollowUpDecision>(
  { em, row: cycle, command, args, acceptedAt, isLate }: DecisionContext<Cycle, D>,
  kind: FollowUpRecord['kind'],
  storyKind: StoryKind,
  reviewAt: Date | null = null,
): Outcome {
  const { outcome = null, ...content } = args as Arguments[D] & { outcome?: string; decision?: D };
  delete content.decision;
  em.persist(
    em.create(FollowUpRecord, {
      cycleId: cycle.id,
      kind,
      content,
      outcome,
      reviewAt,
      recordedAt: acceptedAt,
      recordedById: command.actorId!,
      onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
    }),
  );
  const data = { outcome, isLate, reviewAt: reviewAt?.toISOString() ?? null };
  return { story: [{ kind: storyKind, at: acceptedAt, data }] };
}
