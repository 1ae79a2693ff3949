import type { ProcedureBoundary, ProcedureDecision, ProcedureTransition } from '#domain/process/procedures.ts';
import type { Reply } from '#domain/process/reply.ts';

/** What the procedure's workflow tells an activity that carries out one step. Instants are epoch milliseconds of the workflow's clock. */
export type ProcedureStepInput = {
  procedureId: string;
  /** Steps done so far and the generation of the run: compared with the database in the same transaction. */
  seq: number;
  gen: number;
  at: number;
  transition: ProcedureTransition;
  /** Where the procedure stands after the step. */
  stage: string;
};

/** The two dates a procedure can wait for; null when there is none. */
export type ProcedureDates = { expiresAt: number | null; effectiveAt: number | null };

export type ProcedureDecisionInput = ProcedureStepInput & {
  decision: ProcedureDecision;
  commandId: string;
  taskId: string;
};
export type ProcedureDecisionResult = { reply: Reply; dates?: ProcedureDates };

/** `notYet`: a decision that was accepted in time is on its way; come back at `until`. */
export type ProcedureBoundaryResult = { kind: 'crossed' } | { kind: 'notYet'; until: number };

export type ProcedureActivities = {
  /** Opens the first task and says until when the procedure can be decided. */
  startProcedure(input: ProcedureStepInput & { workflowBuild: string }): Promise<ProcedureDates>;
  decideProcedure(input: ProcedureDecisionInput): Promise<ProcedureDecisionResult>;
  crossProcedureBoundary(input: ProcedureStepInput & { boundary: ProcedureBoundary }): Promise<ProcedureBoundaryResult>;
  withdrawProcedure(input: ProcedureStepInput & { factId: string; actorId: string }): Promise<void>;
};
