import { oc } from '@orpc/contract';
import { z } from 'zod';
import { PROCEDURE_KINDS } from '#domain/process/tasks.ts';
import { Instant, Person, UnitRef, Uuid } from './primitives.ts';
import { Decision, TaskRow, WaitingFor } from './work.schemas.ts';

const ProcedureKind = z.enum(PROCEDURE_KINDS);

/** An administrative matter other than a cycle. `data` is what its kind keeps about it. */
export const ProcedureView = z.object({
  id: Uuid,
  kind: ProcedureKind,
  subject: z.string(),
  subjectId: Uuid.nullable(),
  /** The open step, `waiting` for its date, or `finished`. */
  stage: z.string(),
  state: z.enum(['starting', 'running', 'finished']),
  outcome: z.enum(['granted', 'rejected', 'withdrawn', 'expired']).nullable(),
  employee: Person.extend({ number: z.string(), positionTitle: z.string() }),
  openedBy: Person,
  unit: UnitRef,
  timeZone: z.string(),
  openedAt: Instant,
  expiresAt: Instant.nullable(),
  effectiveAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  data: z.record(z.string(), z.unknown()),
});
export type ProcedureView = z.infer<typeof ProcedureView>;

/** A decision that was taken earlier in the same procedure. */
export const ProcedureDecisionView = z.object({
  kind: z.string(),
  at: Instant,
  actor: z.string().nullable(),
  onBehalfOf: z.string().nullable(),
  reason: z.string().nullable(),
});

/** Everything one needs to decide a task of a procedure; what it is about is shown by a component of its kind. */
export const ProcedureTaskDetail = z.object({
  task: TaskRow,
  decisions: z.array(Decision),
  procedure: ProcedureView,
  earlier: z.array(ProcedureDecisionView),
});
export type ProcedureTaskDetail = z.infer<typeof ProcedureTaskDetail>;

/** The receipt of what was opened. `accepted`: stored for good, the engine starts it as soon as it can. */
export const OpeningReceipt = z.object({
  procedureId: Uuid,
  number: z.number().int(),
  state: z.enum(['accepted', 'answered']),
});
export type OpeningReceipt = z.infer<typeof OpeningReceipt>;

/** A procedure with who is asked now, as its people see it. */
export const ProcedureProgress = ProcedureView.extend({ waitingFor: z.array(WaitingFor), canWithdraw: z.boolean() });
export type ProcedureProgress = z.infer<typeof ProcedureProgress>;

export const proceduresContract = {
  mine: oc
    .route({ method: 'GET', path: '/procedures/mine', summary: 'Procedures one opened or that concern oneself' })
    .input(z.object({ kind: ProcedureKind.optional() }))
    .output(z.array(ProcedureProgress)),
  get: oc
    .route({ method: 'GET', path: '/procedures/{id}', summary: 'A procedure' })
    .input(z.object({ id: Uuid }))
    .output(ProcedureProgress.extend({ earlier: z.array(ProcedureDecisionView) })),
  /** 409 `process.notWithdrawable` once it was decided. */
  withdraw: oc
    .route({ method: 'POST', path: '/procedures/{id}/withdrawal', summary: 'Take back an own request' })
    .input(z.object({ id: Uuid }))
    .output(z.object({ noted: z.literal(true) })),
};
