import type { ProcedureKind } from '#domain/process/procedures.ts';
import type { ReplyCode } from '#domain/process/reply.ts';
import type { StoryEvent } from '#persistence/audit/audit.repository.ts';
import type { Command } from '#persistence/commands/commands.entities.ts';
import type { Task } from '#persistence/process/process.entities.ts';
import { accountRegistration } from '../accounts/registration.handler.ts';
import { secondFactorReset } from '../accounts/second-factor-reset.handler.ts';
import { guidelinePublication } from '../guidelines/publication.handler.ts';
import { correctionRequest } from '../organisation/correction.handler.ts';
import { ruleSetApproval } from '../rule-sets/approval.handler.ts';
import type { ProcedureContext } from './procedure-step.ts';

export type ProcedureDecisionContext = ProcedureContext & { task: Task; command: Command; acceptedAt: Date };

/** What a kind adds to a decision: lines of the story, or why it refuses. A refusal must come before the first write. */
export type ProcedureEffect =
  | { story?: StoryEvent[] }
  | { refusal: ReplyCode; detail?: Record<string, string | number> };

/**
 * What a kind of procedure does of its own in the transaction of a step; all of it is optional. The step itself (tasks, mails, story, reply)
 * is done for every kind alike. `context.outcome` and `context.phase` say where the step leads. A handler may set `procedure.effectiveAt`,
 * `procedure.expiresAt`, `procedure.subject` and `procedure.data`.
 */
export type ProcedureHandler = {
  /** The kind writes its own mail when it is granted; otherwise the person concerned and the opener get the usual one. */
  saysGranted?: true;
  /** The procedure starts; its first task is about to be opened. */
  started?(context: ProcedureContext): Promise<{ story?: StoryEvent[] }>;
  /** A decision is applied. */
  decided?(context: ProcedureDecisionContext): Promise<ProcedureEffect>;
  /** The effective date of an approved matter is reached. */
  effective?(context: ProcedureContext): Promise<{ story?: StoryEvent[] }>;
  /** Nobody decided in time. */
  expired?(context: ProcedureContext): Promise<{ story?: StoryEvent[] }>;
  /** Who opened it took it back. */
  withdrawn?(context: ProcedureContext): Promise<{ story?: StoryEvent[] }>;
};

export type ProcedureHandlers = Readonly<Record<ProcedureKind, ProcedureHandler>>;

/** What each kind does; its code lies in the folder of its own stage. */
export const PROCEDURE_HANDLERS: ProcedureHandlers = {
  guidelinePublication,
  ruleSetApproval,
  accountRegistration,
  correctionRequest,
  secondFactorReset,
};
