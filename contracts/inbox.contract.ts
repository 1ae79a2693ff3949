import { oc } from '@orpc/contract';
import { z } from 'zod';
import { page, PageQuery, Uuid } from './primitives.ts';
import { ProcedureTaskDetail } from './procedures.contract.ts';
import {
  AppraisalView,
  CycleSummary,
  Decision,
  Evidence,
  EvaluationView,
  FollowUpView,
  Period,
  Predikat,
  Rating,
  ReportVersion,
  SkpVersion,
  TaskKind,
  TaskRow,
} from './work.schemas.ts';

const InboxQuery = PageQuery.extend({
  kind: TaskKind.optional(),
  due: z.enum(['all', 'late', 'soon']).default('all'),
  search: z.string().trim().max(100).optional(),
});

/** A suggestion computed from the year's material; a code with its numbers, put in words by the screen. */
export const Suggestion = z.object({
  kind: z.enum(['strength', 'weakness', 'improvement']),
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** Everything one needs to decide a task without leaving the page. Parts that do not concern the kind of task are null or empty. */
export const TaskDetail = z.object({
  task: TaskRow,
  cycle: CycleSummary,
  /** Decisions the signed-in person may take now; empty when only looking. */
  decisions: z.array(Decision),
  procedure: z.null(),
  skp: SkpVersion.nullable(),
  /** The version that was returned before, for 'what changed'. */
  previousSkp: SkpVersion.nullable(),
  report: ReportVersion.nullable(),
  previousReport: ReportVersion.nullable(),
  period: Period.nullable(),
  evidence: z.array(Evidence),
  appraisal: AppraisalView.nullable(),
  periods: z.array(Period),
  reports: z.array(ReportVersion),
  evaluation: EvaluationView.nullable(),
  followUps: z.array(FollowUpView),
  suggestions: z.array(Suggestion),
  /** The predikat matrix of the cycle's rule set: hasil kerja → perilaku → predikat. */
  matrix: z.record(Rating, z.record(Rating, Predikat)).nullable(),
});
export type TaskDetail = z.infer<typeof TaskDetail>;

export const inboxContract = {
  /** Open tasks of the signed-in person, soonest due first. */
  list: oc.route({ method: 'GET', path: '/inbox', summary: 'Open tasks' }).input(InboxQuery).output(page(TaskRow)),
  counts: oc
    .route({ method: 'GET', path: '/inbox/counts', summary: 'How many tasks are open' })
    .output(
      z.object({
        open: z.number().int(),
        late: z.number().int(),
        soon: z.number().int(),
        byKind: z.record(z.string(), z.number().int()),
      }),
    ),
  task: oc
    .route({ method: 'GET', path: '/tasks/{id}', summary: 'A task with all that its decision needs' })
    .input(z.object({ id: Uuid }))
    .output(z.union([TaskDetail, ProcedureTaskDetail])),
};
