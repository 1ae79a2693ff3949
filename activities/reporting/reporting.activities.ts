import type { ReportDocument } from '#domain/reporting/report-document.ts';
import { Period } from '#persistence/process/process.entities.ts';
import { Report } from '#persistence/reporting/reporting.entities.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { inDecision, type DecisionContext, type DecisionOutcome } from '../process/step.ts';
import { openingsOf } from '../process/tasks.ts';
import { textOf } from '../skp/skp.activities.ts';
import type { DecisionActivities, DecisionInput } from '../process/step.contract.ts';

type ReportingActivities = Pick<DecisionActivities, 'submitReport' | 'acceptReport' | 'returnReport'>;

/** Submission, acceptance and return of periodic reports. A late report is taken and marked. */
export const reportingActivities = (deps: ActivityDependencies): ReportingActivities => ({
  submitReport: (input) => inDecision(deps, input, submit),
  acceptReport: (input) => inDecision(deps, input, (context) => decide(context, input, 'accepted')),
  returnReport: (input) => inDecision(deps, input, (context) => decide(context, input, 'returned')),
});

async function submit({ em, cycle, task, command, acceptedAt, isLate }: DecisionContext): Promise<DecisionOutcome> {
  const { content } = command.arguments as { content: ReportDocument };
  const periodNo = task.periodNo!;
  const period = await em.findOneOrFail(Period, { cycleId: cycle.id, number: periodNo });
  // The first submission is what the period's deadline is about; a revision has its own due date.
  if (task.round === 1) period.isLate = isLate;
  period.state = 'submitted';
  em.persist(
    em.create(Report, {
      cycleId: cycle.id,
      periodNo,
      round: task.round,
      state: 'submitted',
      content,
      submittedAt: acceptedAt,
      submittedById: command.actorId,
      isLate,
    }),
  );
  return { story: [{ kind: 'reportSubmitted', at: acceptedAt, data: { periodNo, round: task.round, isLate } }] };
}

async function decide(
  context: DecisionContext,
  input: DecisionInput,
  state: 'accepted' | 'returned',
): Promise<DecisionOutcome> {
  const { em, cycle, task, command, acceptedAt, isLate } = context;
  const periodNo = task.periodNo!;
  const reason = textOf(command.arguments, state === 'returned' ? 'reason' : 'note');
  const report = await em.findOneOrFail(Report, { cycleId: cycle.id, periodNo, round: task.round });
  Object.assign(report, {
    state,
    reason,
    decidedAt: acceptedAt,
    decidedById: command.actorId,
    onBehalfOfPositionId: command.onBehalfOfPositionId,
  });
  const period = await em.findOneOrFail(Period, { cycleId: cycle.id, number: periodNo });
  period.state = state === 'accepted' ? 'accepted' : 'open';
  return {
    story: [
      {
        kind: state === 'accepted' ? 'reportAccepted' : 'reportReturned',
        at: acceptedAt,
        data: { periodNo, round: task.round, isLate, reason },
      },
    ],
    openings: openingsOf(input.transition).map((opening) => ({
      ...opening,
      announce: { template: 'returned', data: { reason } },
    })),
  };
}
