import type { RunRow, RunStory } from '#contracts/runs.contract.ts';
import { isOperation } from '#domain/process/runs.ts';
import { findBrokenLine, readStory } from '#persistence/audit/story.queries.ts';
import { readCommandsTo } from '#persistence/commands/commands.queries.ts';
import {
  countRunsByStage,
  findRun,
  readRunCounts,
  searchRuns,
  type RunListRow,
} from '#persistence/matters/runs.queries.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { readMailsOfMatter } from '#persistence/notifications/mails.queries.ts';
import { requireSome } from '../access/ability.ts';
import { accessibleBy } from '../http/accessible-by.ts';
import { signedIn, type SignedInContext } from '../http/context.ts';
import { ANY_TEXT, readCursor, UUID, writeCursor } from '../http/cursor.ts';
import { found } from '../http/problem.ts';
import { presentEngineRun } from './engine-events.presenter.ts';

/** Everything that runs, as the administration sees it: the list, the story of one, the engine's events. */
export const runsRoutes = {
  list: signedIn.runs.list.handler(async ({ input, context }) => {
    requireSome(context.ability, 'read', 'Run');
    const access = accessibleBy(context.ability, 'read', 'Run');
    const after = readCursor(input.cursor, { name: ANY_TEXT, id: UUID });
    const { items, next } = await searchRuns(context.em, access, input, after, input.limit);
    return {
      items: await withWaiting(context, items),
      nextCursor: writeCursor(next),
      byStage: await countRunsByStage(context.em, access, input),
    };
  }),
  story: signedIn.runs.story.handler(async ({ input, context }) =>
    presentStory(context, await requireVisibleRun(context, input.id)),
  ),
  events: signedIn.runs.events.handler(async ({ input, context }) => {
    const { workflowId } = await requireVisibleRun(context, input.id);
    return (await context.deps.engine.history(workflowId)).map(presentEngineRun);
  }),
};

/** A run that the reader may see; 404 otherwise. */
const requireVisibleRun = async ({ em, ability }: SignedInContext, id: string): Promise<RunListRow> =>
  found(await findRun(em, accessibleBy(ability, 'read', 'Run'), id));

async function withWaiting({ em, today }: SignedInContext, runs: readonly RunListRow[]): Promise<RunRow[]> {
  const waiting = await readWaitingFor(
    em,
    runs.map(({ id }) => id),
    today,
  );
  return runs.map((run) => ({ ...run, waitingFor: waiting.get(run.id) ?? [] }) satisfies RunRow);
}

async function presentStory(context: SignedInContext, run: RunListRow): Promise<RunStory> {
  const { em, deps, today } = context;
  const { temporalUiUrl, temporalNamespace } = deps.config;
  const [row] = await withWaiting(context, [run]);
  return {
    run: row!,
    counts: isOperation(run.kind) ? await readRunCounts(em, run.kind, run.id) : {},
    events: await readStory(em, run.id, today),
    mails: await readMailsOfMatter(em, run.id),
    commands: await readCommandsTo(em, run),
    chain: isOperation(run.kind) ? null : await verdictOn(context, run.id),
    engineUiUrl: temporalUiUrl ? `${temporalUiUrl}/namespaces/${temporalNamespace}/workflows/${run.workflowId}` : null,
  } satisfies RunStory;
}

async function verdictOn({ em }: SignedInContext, matterId: string): Promise<RunStory['chain']> {
  const brokenAt = await findBrokenLine(em, matterId);
  return { isIntact: brokenAt === null, brokenAt };
}
