import { PROCEDURES } from '#domain/process/procedures.ts';
import { dueAfterCalendarDays } from '#domain/rule-sets/deadlines.ts';
import { hasPendingProcedureCommand } from '#persistence/procedures/procedures.repository.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import type { ProcedureActivities, ProcedureBoundaryResult } from './procedure.contract.ts';
import { PROCEDURE_HANDLERS } from './procedure-handlers.ts';
import { datesOf, inProcedureDecision, inProcedureStep } from './procedure-step.ts';

/** How long the expiry waits for a decision that is on its way. */
const POSTPONED_MS = 5_000;

/** The steps of every kind of procedure; what a kind does of its own is in its handler. */
export const procedureActivities = (deps: ActivityDependencies): ProcedureActivities => ({
  startProcedure: (input) =>
    inProcedureStep(deps, input, `start:${input.procedureId}:${input.gen}`, async (context) => {
      const { procedure, inForce, at } = context;
      const { expiresAfterDays } = PROCEDURES[procedure.kind];
      const expiresAt =
        expiresAfterDays === null
          ? null
          : new Date(dueAfterCalendarDays(at.getTime(), expiresAfterDays, inForce.calendar));
      Object.assign(procedure, { state: 'running', startedAt: at, workflowBuild: input.workflowBuild, expiresAt });
      const own = await PROCEDURE_HANDLERS[procedure.kind].started?.(context);
      const story = [
        { kind: 'procedureStarted', at, actorId: procedure.openedById, data: { procedureKind: procedure.kind } },
        ...(own?.story ?? []),
      ];
      return { result: datesOf(procedure), story };
    }),

  decideProcedure: (input) => inProcedureDecision(deps, input),

  crossProcedureBoundary: (input) =>
    inProcedureStep<ProcedureBoundaryResult>(
      deps,
      input,
      `boundary:${input.procedureId}:${input.gen}:${input.seq}:${input.boundary}`,
      async (context) => {
        const { em, procedure, at } = context;
        // What was accepted in time counts, however late the engine hears of it.
        if (
          input.boundary === 'expired' &&
          (await hasPendingProcedureCommand(em, procedure.id, procedure.expiresAt ?? at))
        ) {
          return { postponed: { kind: 'notYet', until: input.at + POSTPONED_MS } };
        }
        const handler = PROCEDURE_HANDLERS[procedure.kind];
        const own = await (input.boundary === 'effective' ? handler.effective?.(context) : handler.expired?.(context));
        const kind = input.boundary === 'effective' ? 'procedureEffective' : 'procedureExpired';
        return { result: { kind: 'crossed' }, story: [{ kind, at, data: {} }, ...(own?.story ?? [])] };
      },
    ),

  withdrawProcedure: (input) =>
    inProcedureStep<void>(deps, input, `fact:${input.procedureId}:${input.factId}`, async (context) => {
      const { procedure, at } = context;
      const own = await PROCEDURE_HANDLERS[procedure.kind].withdrawn?.(context);
      return {
        result: undefined,
        story: [{ kind: 'procedureWithdrawn', at, actorId: input.actorId, data: {} }, ...(own?.story ?? [])],
      };
    }),
});
