import type { z } from 'zod';
import type { CycleView } from '#contracts/cycles.contract.ts';
import { readAppraisal } from '#persistence/appraisal/appraisal.queries.ts';
import {
  findCycleAccess,
  readCycleSummaries,
  readMatrix,
  readOwnTasksOfCycle,
  readPeriods,
  type CycleAccess,
} from '#persistence/cycles/cycle-views.queries.ts';
import { readWaitingFor } from '#persistence/matters/waiting-for.queries.ts';
import { readEvaluation } from '#persistence/monitoring/evaluations.queries.ts';
import { readReportVersions } from '#persistence/reporting/reports.queries.ts';
import { readFollowUps } from '#persistence/rewards-and-sanctions/follow-ups.queries.ts';
import { readSkpVersions } from '#persistence/skp/skp.queries.ts';
import { listEvidence } from '#persistence/reporting/evidence.repository.ts';
import { sql } from '#persistence/sql.ts';
import { allows } from '../access/ability.ts';
import type { SignedInContext } from '../http/context.ts';
import { notFound } from '../http/problem.ts';

/** The cycle's access fields, or 404 when there is none or it is not for the reader's eyes. */
export async function requireVisibleCycle({ em, ability }: SignedInContext, id: string): Promise<CycleAccess> {
  const cycle = await findCycleAccess(em, id);
  if (!cycle || !allows(ability, 'read', 'Cycle', cycle)) throw notFound();
  return cycle;
}

/** The same for what only the employee does with their own cycle. */
export async function requireOwnCycle({ em, ability }: SignedInContext, id: string): Promise<CycleAccess> {
  const cycle = await findCycleAccess(em, id);
  if (!cycle || !allows(ability, 'edit', 'Draft', { employeeId: cycle.employeeId })) throw notFound();
  return cycle;
}

/** A whole cycle as its employee and superiors see it. */
export async function presentCycle(
  { em, actor, today }: SignedInContext,
  { id }: CycleAccess,
): Promise<z.input<typeof CycleView>> {
  const [cycle] = await readCycleSummaries(em, sql`c.id = ${id}`, today);
  const view = {
    cycle: cycle!,
    periods: await readPeriods(em, id),
    skps: await readSkpVersions(em, id),
    reports: await readReportVersions(em, id),
    evidence: await listEvidence(em, id),
    appraisal: await readAppraisal(em, id),
    evaluation: await readEvaluation(em, id),
    followUps: await readFollowUps(em, id),
    waitingFor: (await readWaitingFor(em, [id], today)).get(id) ?? [],
    myTasks: await readOwnTasksOfCycle(em, id, { actor, today }),
    matrix: await readMatrix(em, id),
  };
  return view satisfies z.input<typeof CycleView>;
}
