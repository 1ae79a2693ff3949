import type { SkpDocument } from '#domain/skp/skp-document.ts';
import { Skp } from '#persistence/skp/skp.entities.ts';
import { readGate } from '#persistence/training/gate.repository.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { inDecision, type DecisionContext, type DecisionOutcome } from '../process/step.ts';
import { openingsOf } from '../process/tasks.ts';
import type { DecisionActivities, DecisionInput } from '../process/step.contract.ts';

type SkpActivities = Pick<DecisionActivities, 'submitSkp' | 'approveSkp' | 'returnSkp'>;

/** Submission, approval and return of the SKP (PermenPANRB 6/2022, penetapan SKP). */
export const skpActivities = (deps: ActivityDependencies): SkpActivities => ({
  submitSkp: (input) => inDecision(deps, input, submit),
  approveSkp: (input) => inDecision(deps, input, (context) => decide(context, input, 'established')),
  returnSkp: (input) => inDecision(deps, input, (context) => decide(context, input, 'returned')),
});

async function submit({
  em,
  cycle,
  inForce,
  task,
  command,
  acceptedAt,
  isLate,
}: DecisionContext): Promise<DecisionOutcome> {
  const gate = await readGate(em, inForce.rules.training?.skpGate, { employeeId: cycle.employeeId, year: cycle.year });
  if (gate.kind === 'closed')
    return { refusal: 'training.gateClosed', detail: { topic: gate.topic, withinMonths: gate.withinMonths } };
  const { content } = command.arguments as { content: SkpDocument };
  em.persist(
    em.create(Skp, {
      cycleId: cycle.id,
      round: task.round,
      state: 'submitted',
      content,
      submittedAt: acceptedAt,
      submittedById: command.actorId,
      isLate,
    }),
  );
  return { story: [{ kind: 'skpSubmitted', at: acceptedAt, data: { round: task.round, isLate } }] };
}

async function decide(
  context: DecisionContext,
  input: DecisionInput,
  state: 'established' | 'returned',
): Promise<DecisionOutcome> {
  const { em, cycle, task, command, acceptedAt, isLate } = context;
  const reason = textOf(command.arguments, state === 'returned' ? 'reason' : 'note');
  const skp = await em.findOneOrFail(Skp, { cycleId: cycle.id, round: task.round });
  Object.assign(skp, {
    state,
    reason,
    decidedAt: acceptedAt,
    decidedById: command.actorId,
    onBehalfOfPositionId: command.onBehalfOfPositionId,
  });
  const kind = state === 'returned' ? 'skpReturned' : 'skpApproved';
  return {
    story: [{ kind, at: acceptedAt, data: { round: task.round, isLate, reason } }],
    openings: openingsOf(input.transition).map((opening) => ({
      ...opening,
      announce: { template: 'returned', data: { reason } },
    })),
  };
}

/** A text argument, or null when it is empty. */
export function textOf(args: Record<string, unknown>, key: string): string | null {
  const text = args[key];
  return typeof text === 'string' && text.trim() ? text : null;
}
