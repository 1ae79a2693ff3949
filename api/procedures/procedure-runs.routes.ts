import type { ProcedureRunRow, ProcedureStory } from '#contracts/administration.contract.ts';
import { readMailsOfMatter } from '#persistence/notifications/mails.queries.ts';
import { findProcedure, searchProcedures, type ProcedureRun } from '#persistence/procedures/procedures.queries.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { findBrokenLine, readStory } from '#persistence/matters/runs.queries.ts';
import { allows, requireSome } from '../access/ability.ts';
import { presentEngineRun } from '../matters/engine-events.presenter.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { readCursor, TIMESTAMP, UUID, writeCursor } from '../http/cursor.ts';
import { notFound } from '../http/problem.ts';

/** The administration's view of procedures: the list, the story, the engine's events. */
export const procedureRunsRoutes = {
  procedures: signedIn.administration.procedures.handler(async ({ input, context }) => {
    requireSome(context.ability, 'read', 'Run');
    const after = readCursor(input.cursor, { openedAt: TIMESTAMP, id: UUID });
    const { items, next } = await searchProcedures(
      context.em,
      accessibleBy(context.ability, 'read', 'Run'),
      input,
      after,
      input.limit,
    );
    return { items: await withWaiting(context, items), nextCursor: writeCursor(next) };
  }),
  procedureStory: signedIn.administration.procedureStory.handler(async ({ input, context }) => {
    const procedure = await requireVisibleRun(context, input.id);
    const { em, deps } = context;
    const { temporalUiUrl, temporalNamespace } = deps.config;
    const [row] = await withWaiting(context, [procedure]);
    const brokenAt = await findBrokenLine(em, procedure.id);
    return {
      procedure: row!,
      workflowId: procedure.workflowId,
      build: procedure.build,
      seq: procedure.seq,
      waitingFor: row!.waitingFor,
      events: await readStory(em, procedure.id, context.today),
      mails: await readMailsOfMatter(em, procedure.id),
      chain: { isIntact: brokenAt === null, brokenAt },
      engineUiUrl: temporalUiUrl
        ? `${temporalUiUrl}/namespaces/${temporalNamespace}/workflows/${procedure.workflowId}`
        : null,
    } as ProcedureStory;
  }),
  procedureEvents: signedIn.administration.procedureEvents.handler(async ({ input, context }) => {
    const { workflowId } = await requireVisibleRun(context, input.id);
    return (await context.deps.engine.history(workflowId)).map(presentEngineRun);
  }),
};

async function requireVisibleRun({ em, ability }: SignedInContext, id: string): Promise<ProcedureRun> {
  const procedure = await findProcedure(em, id);
  if (!procedure || !allows(ability, 'read', 'Run', procedure)) throw notFound();
  return procedure;
}

async function withWaiting(
  { em, today }: SignedInContext,
  procedures: readonly ProcedureRun[],
): Promise<ProcedureRunRow[]> {
  const waiting = await readWaitingFor(
    em,
    procedures.map(({ id }) => id),
    today,
  );
  return procedures.map(
    ({ data: _data, ...procedure }) =>
      ({ ...procedure, waitingFor: waiting.get(procedure.id) ?? [] }) as ProcedureRunRow,
  );
}
