import { readCycleSummaries } from '#persistence/cycles/cycle-views.queries.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { readPreviousSkp, readSuperiorResults, readTeam } from '#persistence/cycles/team.queries.ts';
import { sql } from '#persistence/sql.ts';
import type { CycleSummary } from '#contracts/work.schemas.ts';
import type { z } from 'zod';
import type { TeamMember } from '#contracts/cycles.contract.ts';
import { signedIn } from '../http/context.ts';
import { presentCycle, requireOwnCycle, requireVisibleCycle } from './cycle.presenter.ts';

export const cyclesRoutes = {
  mine: signedIn.cycles.mine.handler(
    async ({ context }) =>
      (await readCycleSummaries(
        context.em,
        sql`c.employee_id = ${context.actor.employeeId}`,
        context.today,
      )) satisfies CycleSummary[],
  ),
  get: signedIn.cycles.get.handler(async ({ input, context }) =>
    presentCycle(context, await requireVisibleCycle(context, input.id)),
  ),
  team: signedIn.cycles.team.handler(async ({ input, context }) => {
    const team = await readTeam(
      context.em,
      context.actor.positionIds,
      context.actor.employeeId,
      input.year ?? null,
      context.today,
    );
    const waiting = await readWaitingFor(
      context.em,
      team.flatMap(({ cycleId }) => cycleId ?? []),
      context.today,
    );
    return team.map(
      (row) =>
        ({ ...row, waitingFor: (row.cycleId && waiting.get(row.cycleId)) || [] }) satisfies z.infer<typeof TeamMember>,
    );
  }),
  superiorResults: signedIn.cycles.superiorResults.handler(async ({ input, context }) => {
    await requireOwnCycle(context, input.id);
    return readSuperiorResults(context.em, input.id, context.today);
  }),
  previousSkp: signedIn.cycles.previousSkp.handler(async ({ input, context }) => {
    await requireOwnCycle(context, input.id);
    const previous = await readPreviousSkp(context.em, input.id);
    return { content: previous?.content ?? null, year: previous?.year ?? null };
  }),
};
