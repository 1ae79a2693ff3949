import type { z } from 'zod';
import type { TaskDetail } from '#contracts/inbox.contract.ts';
import type { ProcedureTaskDetail } from '#contracts/procedures.contract.ts';
import { decisionsOf, isShown, type Decision } from '#domain/process/tasks.ts';
import { readAppraisal } from '#persistence/appraisal/appraisal.queries.ts';
import { readCycleSummaries, readMatrix, readPeriods } from '#persistence/cycles/cycle-views.queries.ts';
import { readEvaluation } from '#persistence/monitoring/evaluations.queries.ts';
import { readReportVersions, type ReportVersionRow } from '#persistence/reporting/reports.queries.ts';
import { readFollowUps } from '#persistence/rewards-and-sanctions/follow-ups.queries.ts';
import { inForce, readSkpVersions, type SkpVersionRow } from '#persistence/skp/skp.queries.ts';
import { findProcedure } from '#persistence/procedures/procedures.queries.ts';
import { findTask, type TaskForDecision } from '#persistence/matters/tasks.queries.ts';
import { listEvidence } from '#persistence/reporting/evidence.repository.ts';
import { sql } from '#persistence/sql.ts';
import { allows } from '../access/ability.ts';
import type { SignedInContext } from '../http/context.ts';
import { found, notFound } from '../http/problem.ts';
import { readDecisions } from '../procedures/procedure-decisions.ts';
import { suggestionsFor } from '../monitoring/suggestions.ts';

/** The task, or 404 when there is none or it is not for the reader's eyes. */
export async function findVisibleTask(
  { em, actor, ability, today }: SignedInContext,
  id: string,
): Promise<TaskForDecision> {
  const task = await findTask(em, id, { employeeId: actor.employeeId, today });
  if (!task || !allows(ability, 'read', 'Task', task)) throw notFound();
  return task;
}

/** Everything one needs to decide a task without leaving the page. */
export async function presentTaskDetail(
  context: SignedInContext,
  task: TaskForDecision,
): Promise<z.input<typeof TaskDetail> | ProcedureTaskDetail> {
  return task.matterKind === 'performanceCycle' ? presentCycleTask(context, task) : presentProcedureTask(context, task);
}

async function presentProcedureTask(context: SignedInContext, task: TaskForDecision): Promise<ProcedureTaskDetail> {
  const procedure = found(await findProcedure(context.em, task.matterId));
  return {
    task: task.row,
    decisions: decisionsFor(context, task),
    procedure,
    earlier: await readDecisions(context, procedure.id),
  } satisfies ProcedureTaskDetail;
}

async function presentCycleTask(context: SignedInContext, task: TaskForDecision): Promise<z.input<typeof TaskDetail>> {
  const { em, today } = context;
  const { matterId: cycleId } = task;
  const { kind, round, periodNo } = task.row;
  const isOfPeriod = isShown(kind, 'period');
  const isOfYear = isShown(kind, 'year');
  const [cycle] = await readCycleSummaries(em, sql`c.id = ${cycleId}`, today);
  const skps = await readSkpVersions(em, cycleId);
  const reports = isOfPeriod || isOfYear ? await readReportVersions(em, cycleId, isOfPeriod ? periodNo : null) : [];
  const periods = isOfPeriod || isOfYear ? await readPeriods(em, cycleId) : [];
  const evidence = isOfPeriod || isOfYear ? await listEvidence(em, cycleId, isOfPeriod ? periodNo : null) : [];
  const isOfSkp = isShown(kind, 'skp');
  const detail = {
    task: task.row,
    cycle: cycle!,
    decisions: decisionsFor(context, task),
    procedure: null,
    skp: isOfSkp ? (skps.find((skp) => skp.round === round) ?? skps.at(-1) ?? null) : inForce(skps),
    previousSkp: isOfSkp ? lastReturnedBefore(skps, round) : null,
    report: isOfPeriod ? (reports.find((report) => report.round === round) ?? reports.at(-1) ?? null) : null,
    previousReport: isOfPeriod ? lastReturnedBefore(reports, round) : null,
    period: isOfPeriod ? (periods.find(({ number }) => number === periodNo) ?? null) : null,
    evidence,
    appraisal: isOfYear ? await readAppraisal(em, cycleId) : null,
    periods: isOfYear ? periods : [],
    reports: isOfYear ? reports : [],
    evaluation: isOfYear ? await readEvaluation(em, cycleId) : null,
    followUps: isOfYear ? await readFollowUps(em, cycleId) : [],
    suggestions: kind === 'evaluate' ? await suggestionsFor(em, cycleId) : [],
    matrix: isShown(kind, 'result') ? await readMatrix(em, cycleId) : null,
  };
  return detail satisfies z.input<typeof TaskDetail>;
}

/** What the reader may decide now; nothing on a task that is closed, somebody else's, their own item, or a further step of a procedure they decided in. */
function decisionsFor({ ability, actor }: SignedInContext, task: TaskForDecision): Decision[] {
  const isBarred = task.barredIds.includes(actor.employeeId);
  return task.row.state === 'open' && !isBarred && allows(ability, 'decide', 'Task', task)
    ? [...decisionsOf(task.row.kind)]
    : [];
}

function lastReturnedBefore<Version extends SkpVersionRow | ReportVersionRow>(
  versions: readonly Version[],
  round: number,
): Version | null {
  return versions.findLast((version) => version.state === 'returned' && version.round < round) ?? null;
}
