import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  PROCEDURE_DECISIONS,
  type ProcedureDecision,
  type ProcedureKind,
  type ProcedureProcess,
} from '#domain/process/procedures.ts';
import type { Reply } from '#domain/process/reply.ts';
import type { CommandRef } from '../performance-cycle/performance-cycle.messages.ts';

/** What a run starts with: the row is written already. */
export type ProcedureInput = { procedureId: string; kind: ProcedureKind; gen: number };

/** Updates, one per decision; the update id is the command's id. */
export const procedureUpdates = Object.fromEntries(
  PROCEDURE_DECISIONS.map((decision) => [decision, defineUpdate<Reply, [CommandRef]>(decision)]),
) as Record<ProcedureDecision, ReturnType<typeof defineUpdate<Reply, [CommandRef]>>>;

/** Who opened it takes it back. `factId` makes a repeated signal harmless. */
export const withdrawProcedure = defineSignal<[{ factId: string; actorId: string }]>('withdrawProcedure');

/** Where the procedure stands, for checking against the database. */
export const procedureState = defineQuery<{ process: ProcedureProcess; seq: number }>('procedureState');
