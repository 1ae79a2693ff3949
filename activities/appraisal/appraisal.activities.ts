import { objectionDueAt } from '#domain/appraisal/objection.ts';
import { predikatFromRatings, type Rating } from '#domain/appraisal/predikat.ts';
import { followUpFor } from '#domain/rewards-and-sanctions/follow-up.ts';
import { Appraisal, AppraisalResult } from '#persistence/appraisal/appraisal.entities.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { inDecision, type DecisionContext, type DecisionOutcome } from '../process/step.ts';
import { openingsOf } from '../process/tasks.ts';
import type { DecisionActivities, DecisionInput } from '../process/step.contract.ts';

type AppraisalActivities = Pick<
  DecisionActivities,
  'submitSelfAssessment' | 'rateEmployee' | 'acknowledgeResult' | 'fileObjection' | 'decideObjection'
>;

/** Self-assessment, rating, delivery and objection (PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019 Ps. 59). */
export const appraisalActivities = (deps: ActivityDependencies): AppraisalActivities => ({
  submitSelfAssessment: (input) => inDecision(deps, input, selfAssess),
  rateEmployee: (input) => inDecision(deps, input, (context) => rate(context, input)),
  acknowledgeResult: (input) => inDecision(deps, input, acknowledge),
  fileObjection: (input) => inDecision(deps, input, object),
  decideObjection: (input) => inDecision(deps, input, decideObjection),
});

/** The appraisal row of a cycle; made with the first thing that is known of it. */
export async function appraisalOf({ em, cycle }: Pick<DecisionContext, 'em' | 'cycle'>): Promise<Appraisal> {
  const found = await em.findOne(Appraisal, { cycleId: cycle.id });
  if (found) return found;
  const appraisal = em.create(Appraisal, { cycleId: cycle.id });
  em.persist(appraisal);
  return appraisal;
}

async function selfAssess(context: DecisionContext): Promise<DecisionOutcome> {
  const { content } = context.command.arguments as { content: { text: string } };
  const appraisal = await appraisalOf(context);
  Object.assign(appraisal, {
    selfAssessment: content,
    selfAssessedAt: context.acceptedAt,
    isSelfAssessmentLate: context.isLate,
  });
  return { story: [{ kind: 'selfAssessed', at: context.acceptedAt, data: { isLate: context.isLate } }] };
}

/** Fixes the two ratings; the matrix gives the predikat, and the objection window starts with the delivery. */
async function rate(context: DecisionContext, input: DecisionInput): Promise<DecisionOutcome> {
  const { cycle, inForce, at, isLate } = context;
  const result = newResult(context, 1, 'rating');
  const objectionUntil = objectionDueAt(at.getTime(), inForce.rules.appraisal, inForce.calendar);
  const appraisal = await appraisalOf(context);
  Object.assign(appraisal, { deliveredAt: at, objectionUntil: new Date(objectionUntil) });
  cycle.finalPredikat = result.predikat;
  const { kind: followUp } = followUpFor(result.predikat, inForce.rules.followUp);
  cycle.followUp = followUp;
  return {
    followUp,
    story: [
      {
        kind: 'rated',
        at: context.acceptedAt,
        data: { hasilKerja: result.hasilKerja, perilaku: result.perilaku, predikat: result.predikat, isLate },
      },
    ],
    openings: openingsOf(input.transition).map((opening) => ({
      ...opening,
      announce: {
        template: 'result',
        data: { predikat: result.predikat, objectionUntil: new Date(objectionUntil).toISOString() },
      },
    })),
    boundaries: [{ at: objectionUntil + 1, boundary: { kind: 'objectionWindowClosed' }, isQuarterStart: false }],
  };
}

async function acknowledge(context: DecisionContext): Promise<DecisionOutcome> {
  const appraisal = await appraisalOf(context);
  Object.assign(appraisal, { acknowledgedAt: context.acceptedAt, isFinal: true });
  return {
    story: [{ kind: 'acknowledged', at: context.acceptedAt, data: { predikat: context.cycle.finalPredikat ?? null } }],
  };
}

/** An objection counts when it was accepted within the window, whenever it is processed. */
async function object(context: DecisionContext): Promise<DecisionOutcome> {
  const appraisal = await appraisalOf(context);
  if (appraisal.objectionUntil && context.acceptedAt > appraisal.objectionUntil) {
    return { refusal: 'appraisal.objectionLate', detail: { until: appraisal.objectionUntil.toISOString() } };
  }
  const { reason } = context.command.arguments as { reason: string };
  Object.assign(appraisal, { objection: { reason }, objectedAt: context.acceptedAt });
  return { story: [{ kind: 'objected', at: context.acceptedAt, data: { reason } }] };
}

/** The appraiser's superior hears both and decides; the result is final, the first one is kept (PP 30/2019 Ps. 59). */
async function decideObjection(context: DecisionContext): Promise<DecisionOutcome> {
  const { em, cycle, command, inForce, acceptedAt, isLate } = context;
  const first = await em.findOneOrFail(AppraisalResult, { cycleId: cycle.id, number: 1 });
  if (first.decidedById === command.actorId) return { refusal: 'access.notAuthorised' };
  const result = newResult(context, 2, 'objection');
  const appraisal = await appraisalOf(context);
  appraisal.isFinal = true;
  cycle.finalPredikat = result.predikat;
  const { kind: followUp } = followUpFor(result.predikat, inForce.rules.followUp);
  cycle.followUp = followUp;
  const { reason } = command.arguments as { reason: string };
  return {
    followUp,
    story: [
      {
        kind: 'objectionDecided',
        at: acceptedAt,
        data: {
          hasilKerja: result.hasilKerja,
          perilaku: result.perilaku,
          predikat: result.predikat,
          from: first.predikat,
          reason,
          isLate,
        },
      },
    ],
  };
}

function newResult(
  { em, cycle, command, inForce, acceptedAt }: DecisionContext,
  number: number,
  origin: 'rating' | 'objection',
): AppraisalResult {
  const args = command.arguments as { hasilKerja: Rating; perilaku: Rating; notes?: string; reason?: string };
  const result = em.create(AppraisalResult, {
    cycleId: cycle.id,
    number,
    origin,
    hasilKerja: args.hasilKerja,
    perilaku: args.perilaku,
    predikat: predikatFromRatings(args.hasilKerja, args.perilaku, inForce.rules.predikatMatrix),
    notes: args.notes ?? args.reason ?? '',
    decidedAt: acceptedAt,
    decidedById: command.actorId,
    onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
  });
  em.persist(result);
  return result;
}
