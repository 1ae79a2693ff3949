import type { EntityManager } from '@mikro-orm/postgresql';
import { predikatFromRatings, type Rating } from '#domain/appraisal/predikat.ts';
import { followUpFor, type FollowUp } from '#domain/rewards-and-sanctions/follow-up.ts';
import { objectionDueAt } from '#domain/appraisal/objection.ts';
import { Appraisal, AppraisalResult } from '#persistence/appraisal/appraisal.entities.ts';
import type { Cycle } from '#persistence/cycles/cycles.entities.ts';
import { agendaItem } from '../cycles/agenda.ts';
import type { CycleDecisionHandlers } from '../cycles/cycle-matter.ts';
import type { DecisionContext } from '../matters/handler.ts';

type AppraisalDecision =
  | 'submitSelfAssessment'
  | 'rateEmployee'
  | 'acknowledgeResult'
  | 'fileObjection'
  | 'decideObjection';

/** Self-assessment, rating, delivery and objection (PermenPANRB 6/2022; SE MenPANRB 3/2023; PP 30/2019 Ps. 59). */
export const appraisalDecisions: CycleDecisionHandlers<AppraisalDecision> = {
  async submitSelfAssessment({ em, row: cycle, args, acceptedAt, isLate }) {
    const appraisal = await appraisalOf(em, cycle.id);
    const assessed = { selfAssessment: args.content, selfAssessedAt: acceptedAt, isSelfAssessmentLate: isLate };
    Object.assign(appraisal, assessed);
    return { story: [{ kind: 'selfAssessed', at: acceptedAt, data: { isLate } }] };
  },

  /** Fixes the two ratings; the matrix gives the predikat, and the objection window starts with the delivery. */
  async rateEmployee(context) {
    const { em, row: cycle, inForce, at, acceptedAt, isLate, args } = context;
    const result = newResult(context, { number: 1, origin: 'rating', notes: args.notes });
    const until = objectionDueAt(at.getTime(), inForce.rules.appraisal, inForce.calendar);
    const appraisal = await appraisalOf(em, cycle.id);
    Object.assign(appraisal, { deliveredAt: at, objectionUntil: new Date(until) });
    const { hasilKerja, perilaku, predikat } = result;
    return {
      sets: { followUp: settle(context, predikat) },
      story: [{ kind: 'rated', at: acceptedAt, data: { hasilKerja, perilaku, predikat, isLate } }],
      announce: { template: 'result', data: { predikat, objectionUntil: new Date(until).toISOString() } },
      agenda: { adds: [agendaItem(until + 1, { kind: 'objectionWindowClosed' })] },
    };
  },

  async acknowledgeResult({ em, row: cycle, acceptedAt }) {
    Object.assign(await appraisalOf(em, cycle.id), { acknowledgedAt: acceptedAt, isFinal: true });
    return { story: [{ kind: 'acknowledged', at: acceptedAt, data: { predikat: cycle.finalPredikat ?? null } }] };
  },

  /** An objection counts when it was accepted within the window, whenever it is processed. */
  async fileObjection({ em, row: cycle, args: { reason }, acceptedAt }) {
    const appraisal = await appraisalOf(em, cycle.id);
    if (appraisal.objectionUntil && acceptedAt > appraisal.objectionUntil)
      return { refusal: 'appraisal.objectionLate', detail: { until: appraisal.objectionUntil.toISOString() } };
    Object.assign(appraisal, { objection: { reason }, objectedAt: acceptedAt });
    return { story: [{ kind: 'objected', at: acceptedAt, data: { reason } }] };
  },

  /** The appraiser's superior hears both and decides; the result is final, the first one is kept (PP 30/2019 Ps. 59). */
  async decideObjection(context) {
    const { em, row: cycle, command, acceptedAt, isLate, args } = context;
    const first = await em.findOneOrFail(AppraisalResult, { cycleId: cycle.id, number: 1 });
    if (first.decidedById === command.actorId) return { refusal: 'access.notAuthorised' };
    const { reason } = args;
    const { hasilKerja, perilaku, predikat } = newResult(context, { number: 2, origin: 'objection', notes: reason });
    (await appraisalOf(em, cycle.id)).isFinal = true;
    const data = { hasilKerja, perilaku, predikat, from: first.predikat, reason, isLate };
    return {
      sets: { followUp: settle(context, predikat) },
      story: [{ kind: 'objectionDecided', at: acceptedAt, data }],
    };
  },
};

/** The appraisal row of a cycle; made with the first thing that is known of it. */
async function appraisalOf(em: EntityManager, cycleId: string): Promise<Appraisal> {
  const found = await em.findOne(Appraisal, { cycleId });
  if (found) return found;
  const appraisal = em.create(Appraisal, { cycleId });
  em.persist(appraisal);
  return appraisal;
}

type Rated = DecisionContext<Cycle, 'rateEmployee' | 'decideObjection'>;
type Predikat = ReturnType<typeof predikatFromRatings>;

/** The predikat stands; says what follows from it. */
function settle({ row: cycle, inForce }: Rated, predikat: Predikat): FollowUp {
  const { kind } = followUpFor(predikat, inForce.rules.followUp);
  cycle.finalPredikat = predikat;
  cycle.followUp = kind;
  return kind;
}

function newResult(
  { em, row: cycle, command, inForce, acceptedAt, args }: Rated & { args: { hasilKerja: Rating; perilaku: Rating } },
  what: { number: number; origin: 'rating' | 'objection'; notes: string },
): AppraisalResult & { predikat: Predikat } {
  const { hasilKerja, perilaku } = args;
  const predikat = predikatFromRatings(hasilKerja, perilaku, inForce.rules.predikatMatrix);
  const result = em.create(AppraisalResult, {
    cycleId: cycle.id,
    ...what,
    hasilKerja,
    perilaku,
    predikat,
    decidedAt: acceptedAt,
    decidedById: command.actorId!,
    onBehalfOfPositionId: command.onBehalfOfPositionId ?? null,
  });
  em.persist(result);
  return Object.assign(result, { predikat });
}
