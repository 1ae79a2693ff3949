import { Period, type Cycle } from '#persistence/cycles/cycles.entities.ts';
import { Report } from '#persistence/reporting/reporting.entities.ts';
import type { CycleDecisionHandlers } from '../cycles/cycle-matter.ts';
import type { DecisionContext, Outcome } from '../matters/handler.ts';
import { filled } from '../matters/step.ts';

/** Submission, acceptance and return of periodic reports. A late report is taken and marked. */
export const reportingDecisions: CycleDecisionHandlers<'submitReport' | 'acceptReport' | 'returnReport'> = {
  async submitReport({ em, row: cycle, task, command, args, acceptedAt, isLate }) {
    const periodNo = task.periodNo!;
    const period = await em.findOneOrFail(Period, { cycleId: cycle.id, number: periodNo });
    // The first submission is what the period's deadline is about; a revision has its own due date.
    if (task.round === 1) period.isLate = isLate;
    period.state = 'submitted';
    const of = { cycleId: cycle.id, periodNo, round: task.round };
    const submitted = { submittedAt: acceptedAt, submittedById: command.actorId!, isLate };
    em.persist(em.create(Report, { ...of, state: 'submitted', content: args.content, ...submitted }));
    return { story: [{ kind: 'reportSubmitted', at: acceptedAt, data: { periodNo, round: task.round, isLate } }] };
  },
  acceptReport: (context) => decide(context, 'accepted', filled(context.args.note)),
  returnReport: (context) => decide(context, 'returned', filled(context.args.reason)),
};

async function decide(
  { em, row: cycle, task, command, acceptedAt, isLate }: DecisionContext<Cycle, 'acceptReport' | 'returnReport'>,
  state: 'accepted' | 'returned',
  reason: string | null,
): Promise<Outcome> {
  const periodNo = task.periodNo!;
  const report = await em.findOneOrFail(Report, { cycleId: cycle.id, periodNo, round: task.round });
  const { actorId: decidedById, onBehalfOfPositionId } = command;
  Object.assign(report, { state, reason, decidedAt: acceptedAt, decidedById, onBehalfOfPositionId });
  const period = await em.findOneOrFail(Period, { cycleId: cycle.id, number: periodNo });
  period.state = state === 'accepted' ? 'accepted' : 'open';
  const kind = state === 'accepted' ? 'reportAccepted' : 'reportReturned';
  return {
    story: [{ kind, at: acceptedAt, data: { periodNo, round: task.round, isLate, reason } }],
    announce: { template: 'returned', data: { reason } },
  };
}
