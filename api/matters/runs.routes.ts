import type { z } from 'zod';
import type { RunRow, RunStory } from '#contracts/administration.contract.ts';
import { findCycleAccess, readCycleSummaries, type CycleAccess } from '#persistence/cycles/cycle-views.queries.ts';
import {
  countRunsByStage,
  findBrokenLine,
  readRunHead,
  readStory,
  searchRuns,
} from '#persistence/matters/runs.queries.ts';
import { readMailsOfMatter } from '#persistence/notifications/mails.queries.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { sql } from '#persistence/sql.ts';
import { allows, requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { ANY_TEXT, readCursor, UUID, writeCursor } from '../http/cursor.ts';
import { found, notFound } from '../http/problem.ts';
import { presentEngineRun } from './engine-events.presenter.ts';

export const runsRoutes = {
  runs: signedIn.administration.runs.handler(async ({ input, context }) => {
    requireSome(context.ability, 'read', 'Run');
    const access = accessibleBy(context.ability, 'read', 'Run');
    const after = readCursor(input.cursor, { name: ANY_TEXT, id: UUID });
    const { items, next } = await searchRuns(context.em, access, input, after, input.limit);
    const waiting = await readWaitingFor(
      context.em,
      items.map(({ cycleId }) => cycleId),
      context.today,
    );
    const rows = items.map((run) => ({ ...run, waitingFor: waiting.get(run.cycleId) ?? [] })) as z.infer<
      typeof RunRow
    >[];
    return { items: rows, nextCursor: writeCursor(next), byStage: await countRunsByStage(context.em, access, input) };
  }),
  story: signedIn.administration.story.handler(async ({ input, context }) => {
    await requireVisibleRun(context, input.cycleId);
    return presentStory(context, input.cycleId);
  }),
  engineEvents: signedIn.administration.engineEvents.handler(async ({ input, context }) => {
    await requireVisibleRun(context, input.cycleId);
    const { workflowId } = found(await readRunHead(context.em, input.cycleId));
    return (await context.deps.engine.history(workflowId)).map(presentEngineRun);
  }),
};

async function requireVisibleRun({ em, ability }: SignedInContext, cycleId: string): Promise<CycleAccess> {
  const cycle = await findCycleAccess(em, cycleId);
  if (!cycle || !allows(ability, 'read', 'Run', cycle)) throw notFound();
  return cycle;
}

async function presentStory({ em, deps, today }: SignedInContext, cycleId: string): Promise<z.infer<typeof RunStory>> {
  const { temporalUiUrl, temporalNamespace } = deps.config;
  const head = found(await readRunHead(em, cycleId));
  const [cycle] = await readCycleSummaries(em, sql`c.id = ${cycleId}`, today);
  const brokenAt = await findBrokenLine(em, cycleId);
  const story = {
    cycle: cycle!,
    workflowId: head.workflowId,
    build: head.build,
    seq: head.seq,
    waitingFor: (await readWaitingFor(em, [cycleId], today)).get(cycleId) ?? [],
    events: await readStory(em, cycleId, today),
    mails: await readMailsOfMatter(em, cycleId),
    chain: { isIntact: brokenAt === null, brokenAt },
    engineUiUrl: temporalUiUrl ? `${temporalUiUrl}/namespaces/${temporalNamespace}/workflows/${head.workflowId}` : null,
  };
  return story as z.infer<typeof RunStory>;
}
