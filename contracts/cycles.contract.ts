import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Instant, Person, Uuid } from './primitives.ts';
import {
  AppraisalView,
  CycleSummary,
  Evidence,
  EvaluationView,
  FollowUpView,
  Period,
  Predikat,
  Rating,
  ReportContent,
  ReportVersion,
  SelfAssessmentContent,
  SkpContent,
  SkpVersion,
  TaskRow,
  WaitingFor,
} from './work.schemas.ts';

/** A whole cycle as its employee and superiors see it. */
export const CycleView = z.object({
  cycle: CycleSummary,
  periods: z.array(Period),
  skps: z.array(SkpVersion),
  reports: z.array(ReportVersion),
  evidence: z.array(Evidence),
  appraisal: AppraisalView.nullable(),
  evaluation: EvaluationView.nullable(),
  followUps: z.array(FollowUpView),
  waitingFor: z.array(WaitingFor),
  /** Open tasks of this cycle that the signed-in person can decide. */
  myTasks: z.array(TaskRow),
  matrix: z.record(Rating, z.record(Rating, Predikat)),
});
export type CycleView = z.infer<typeof CycleView>;

export const DraftKind = z.enum(['skp', 'report', 'selfAssessment']);
const draftKey = { cycleId: Uuid, kind: DraftKind, periodNo: z.coerce.number().int().min(0).max(12) };
export const DraftContent = z.union([SkpContent, ReportContent, SelfAssessmentContent]);
/** A draft. Version 0 is a proposal that was never saved (empty, or the content that was returned). */
export const DraftView = z.object({
  version: z.number().int(),
  content: DraftContent,
  updatedAt: Instant.nullable(),
  updatedBy: Person.nullable(),
});

export const TeamMember = z.object({
  employee: Person.extend({ number: z.string(), positionTitle: z.string() }),
  cycleId: Uuid.nullable(),
  year: z.number().int().nullable(),
  stage: z.string().nullable(),
  state: z.string().nullable(),
  finalPredikat: Predikat.nullable(),
  waitingFor: z.array(WaitingFor),
  lateTasks: z.number().int(),
  reportsAccepted: z.number().int(),
  reportsDue: z.number().int(),
});

export const cyclesContract = {
  mine: oc
    .route({ method: 'GET', path: '/cycles/mine', summary: 'Own cycles, newest first' })
    .output(z.array(CycleSummary)),
  get: oc
    .route({ method: 'GET', path: '/cycles/{id}', summary: 'A cycle' })
    .input(z.object({ id: Uuid }))
    .output(CycleView),
  team: oc
    .route({ method: 'GET', path: '/team', summary: 'Direct reports and where they stand' })
    .input(z.object({ year: z.coerce.number().int().optional() }))
    .output(z.array(TeamMember)),
  /** The superior's established results, for linking (matriks peran hasil). Empty with `superiorHasSkp` false when there are none yet. */
  superiorResults: oc
    .route({ method: 'GET', path: '/cycles/{id}/superior-results', summary: 'Results of the superior to carry' })
    .input(z.object({ id: Uuid }))
    .output(
      z.object({
        superiorHasSkp: z.boolean(),
        superiorName: z.string().nullable(),
        results: z.array(z.object({ id: z.string(), text: z.string() })),
      }),
    ),
  /** The established SKP of the year before, to start from; null when there is none. */
  previousSkp: oc
    .route({ method: 'GET', path: '/cycles/{id}/previous-skp', summary: 'SKP of the year before' })
    .input(z.object({ id: Uuid }))
    .output(z.object({ content: SkpContent.nullable(), year: z.number().int().nullable() })),
  draft: oc
    .route({ method: 'GET', path: '/cycles/{cycleId}/drafts/{kind}/{periodNo}', summary: 'A draft' })
    .input(z.object(draftKey))
    .output(DraftView),
  /** Saves a draft on top of `version`. 409 `draft.conflict` with the other version in `detail.current` when somebody saved in between. */
  saveDraft: oc
    .route({ method: 'PUT', path: '/cycles/{cycleId}/drafts/{kind}/{periodNo}', summary: 'Save a draft' })
    .input(z.object({ ...draftKey, version: z.number().int().min(0), content: DraftContent }))
    .output(z.object({ version: z.number().int(), updatedAt: Instant })),
  removeEvidence: oc
    .route({
      method: 'DELETE',
      path: '/evidence/{id}',
      summary: 'Remove an own file of a report that is not submitted',
    })
    .input(z.object({ id: Uuid }))
    .output(z.object({ removed: z.literal(true) })),
};
