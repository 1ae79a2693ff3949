import type { ProcedureOutcome, ProcedureProcess } from '#domain/process/procedures.ts';
import type { ProcedureDecision, ProcedureKind } from '#domain/process/tasks.ts';
import type { DecisionContext, Outcome, Refused, StepContext } from '../matters/handler.ts';

/** A step of a procedure: `phase` and `outcome` hold after it. */
export type ProcedureContext = StepContext<null> & {
  phase: ProcedureProcess['phase'];
  outcome: ProcedureOutcome | null;
};

/** A decision of a procedure: `decision` says which, `reason` what whoever decided wrote. */
export type ProcedureDecisionContext = ProcedureContext &
  Pick<DecisionContext<null, ProcedureDecision>, 'task' | 'command' | 'acceptedAt'> & {
    decision: ProcedureDecision;
    actorId: string;
    reason: string | null;
  };

/** What a kind adds to a step. */
export type Effect = Pick<Outcome, 'story' | 'mails'>;

/**
 * What a kind of procedure does of its own in the transaction of a step; all of it is optional. The step itself (tasks, mails, story, reply)
 * is done for every kind alike. A handler may set `matter.effectiveAt`, `matter.expiresAt`, `matter.subject` and `matter.data`. A refusal
 * must come before the first write.
 */
export type ProcedureHandler = {
  /** The kind writes its own mail when it is granted; otherwise the person concerned and the opener get the usual one. */
  saysGranted?: true;
  /** A decision is applied. */
  decided?(context: ProcedureDecisionContext): Promise<Effect | Refused>;
  /** The effective date of an approved matter is reached. */
  effective?(context: ProcedureContext): Promise<Effect>;
  /** Nobody decided in time. */
  expired?(context: ProcedureContext): Promise<Effect>;
  /** Who opened it took it back. */
  withdrawn?(context: ProcedureContext): Promise<Effect>;
};

export type ProcedureHandlers = Readonly<Record<ProcedureKind, ProcedureHandler>>;
