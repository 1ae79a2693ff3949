import { oc } from '@orpc/contract';
import { z } from 'zod';
import type { DecisionArguments as Carried } from '#domain/process/decisions.ts';
import { Instant, Uuid } from './primitives.ts';
import { Decision, Predikat, Rating, ReportContent, SelfAssessmentContent, SkpContent } from './work.schemas.ts';

const reason = z.string().trim().min(10, 'reason.tooShort').max(2000);
const lines = z.array(z.string().trim().min(1).max(1000)).max(10);

/** What each decision carries. Sent once, stored in the ledger, read there by the activity that carries it out. */
export const DecisionArguments = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('submitSkp'), content: SkpContent }),
  z.object({ decision: z.literal('approveSkp'), note: z.string().max(2000).default('') }),
  z.object({ decision: z.literal('returnSkp'), reason }),
  z.object({ decision: z.literal('submitReport'), content: ReportContent }),
  z.object({ decision: z.literal('acceptReport'), note: z.string().max(2000).default('') }),
  z.object({ decision: z.literal('returnReport'), reason }),
  z.object({ decision: z.literal('submitSelfAssessment'), content: SelfAssessmentContent }),
  z.object({
    decision: z.literal('rateEmployee'),
    hasilKerja: Rating,
    perilaku: Rating,
    notes: z.string().trim().max(5000).default(''),
  }),
  z.object({ decision: z.literal('acknowledgeResult') }),
  z.object({ decision: z.literal('fileObjection'), reason }),
  z.object({
    decision: z.literal('decideObjection'),
    hasilKerja: Rating,
    perilaku: Rating,
    hearingAppraiser: reason,
    hearingEmployee: reason,
    reason,
  }),
  z.object({ decision: z.literal('recordEvaluation'), strengths: lines, weaknesses: lines, improvements: lines }),
  z.object({
    decision: z.literal('recordRewardProposal'),
    reward: z.string().trim().min(3).max(500),
    outcome: z.enum(['proposed', 'notProposed']),
    reason,
  }),
  z.object({ decision: z.literal('recordGuidance'), summary: reason, agreements: lines }),
  z.object({
    decision: z.literal('recordImprovementPlan'),
    goals: lines.min(1),
    support: z.string().trim().max(2000).default(''),
  }),
  z.object({
    decision: z.literal('concludeImprovement'),
    outcome: z.enum(['improved', 'notImproved']),
    summary: reason,
  }),
  z.object({ decision: z.literal('approve'), note: z.string().trim().max(2000).default('') }),
  z.object({ decision: z.literal('return'), reason }),
  z.object({ decision: z.literal('reject'), reason }),
  z.object({ decision: z.literal('resubmit'), note: z.string().trim().max(2000).default('') }),
]) satisfies z.ZodType<Carried>;
export type DecisionArguments = z.infer<typeof DecisionArguments>;

/** The receipt of a decision. `accepted`: stored for good, the engine has not answered yet. `answered`: see `outcome`. */
export const Receipt = z.object({
  commandId: Uuid,
  number: z.number().int(),
  decision: Decision,
  acceptedAt: Instant,
  isLate: z.boolean().nullable(),
  state: z.enum(['accepted', 'answered']),
  outcome: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('applied') }),
      z.object({ kind: z.literal('refused'), code: z.string(), detail: z.record(z.string(), z.unknown()).optional() }),
    ])
    .nullable(),
  /** What happens next: who is asked now and until when; the predikat after a rating. */
  next: z.object({ assignee: z.string(), kind: z.string(), dueAt: Instant }).nullable(),
  predikat: Predikat.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

export const decisionsContract = {
  /**
   * Decides a task. `commandId` is made when the form opens, so a repeat is harmless.
   * 200 when the engine answered, 202 with the receipt when it is slow or down (nothing is lost),
   * 409 `process.taskDecided` with who decided and when, 403 `access.notAuthorised` / `access.ownItem`.
   */
  decide: oc
    .route({ method: 'POST', path: '/tasks/{taskId}/decisions', summary: 'Decide a task', outputStructure: 'detailed' })
    .input(z.object({ taskId: Uuid, commandId: Uuid, arguments: DecisionArguments }))
    .output(
      z.union([
        z.object({ status: z.literal(200), body: Receipt }),
        z.object({ status: z.literal(202), body: Receipt }),
      ]),
    ),
  receipt: oc
    .route({ method: 'GET', path: '/receipts/{commandId}', summary: 'The receipt of an own decision' })
    .input(z.object({ commandId: Uuid }))
    .output(Receipt),
};
