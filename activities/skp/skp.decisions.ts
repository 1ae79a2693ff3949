import { Skp } from '#persistence/skp/skp.entities.ts';
import { readGate } from '#persistence/training/gate.repository.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import type { CycleDecisionHandlers } from '../cycles/cycle-matter.ts';
import type { DecisionContext, Outcome } from '../matters/handler.ts';
import { filled } from '../matters/step.ts';

/** Submission, approval and return of the SKP (PermenPANRB 6/2022, penetapan SKP). */
export const skpDecisions: CycleDecisionHandlers<'submitSkp' | 'approveSkp' | 'returnSkp'> = {
  async submitSkp({ em, row: cycle, inForce, task, command, args, acceptedAt, isLate }) {
    const person = { employeeId: cycle.employeeId, year: cycle.year };
    const gate = await readGate(em, inForce.rules.training?.skpGate, person);
    if (gate.kind === 'closed')
      return { refusal: 'training.gateClosed', detail: { topic: gate.topic, withinMonths: gate.withinMonths } };
    const submitted = { submittedAt: acceptedAt, submittedById: command.actorId!, isLate };
    em.persist(
      em.create(Skp, { cycleId: cycle.id, round: task.round, state: 'submitted', content: args.content, ...submitted }),
    );
    return { story: [{ kind: 'skpSubmitted', at: acceptedAt, data: { round: task.round, isLate } }] };
  },
  approveSkp: (context) => decide(context, 'established', filled(context.args.note)),
  returnSkp: (context) => decide(context, 'returned', filled(context.args.reason)),
};

async function decide(
  { em, row: cycle, task, command, acceptedAt, isLate }: DecisionContext<Cycle, 'approveSkp' | 'returnSkp'>,
  state: 'established' | 'returned',
  reason: string | null,
): Promise<Outcome> {
  const skp = await em.findOneOrFail(Skp, { cycleId: cycle.id, round: task.round });
  const { actorId: decidedById, onBehalfOfPositionId } = command;
  Object.assign(skp, { state, reason, decidedAt: acceptedAt, decidedById, onBehalfOfPositionId });
  const kind = state === 'returned' ? 'skpReturned' : 'skpApproved';
  return {
    story: [{ kind, at: acceptedAt, data: { round: task.round, isLate, reason } }],
    announce: { template: 'returned', data: { reason } },
  };
}
