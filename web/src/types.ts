import type { z } from 'zod';
import type * as administration from '#contracts/administration.contract.ts';
import type * as cycles from '#contracts/cycles.contract.ts';
import type * as inbox from '#contracts/inbox.contract.ts';
import type * as procedures from '#contracts/procedures.contract.ts';
import type * as runs from '#contracts/runs.contract.ts';
import type * as work from '#contracts/work.schemas.ts';

/** Names for the parts of the contract's answers that screens hand to each other. Types only: no schema reaches the bundle. */
export type SkpVersion = z.infer<typeof work.SkpVersion>;
export type ReportVersion = z.infer<typeof work.ReportVersion>;
export type SkpContent = z.infer<typeof work.SkpContent>;
export type HasilKerja = z.infer<typeof work.HasilKerja>;
export type Indicator = z.infer<typeof work.Indicator>;
export type ReportContent = z.infer<typeof work.ReportContent>;
export type SelfAssessmentContent = z.infer<typeof work.SelfAssessmentContent>;
export type Evidence = z.infer<typeof work.Evidence>;
export type Period = z.infer<typeof work.Period>;
export type WaitingFor = z.infer<typeof work.WaitingFor>;
export type TaskRow = work.TaskRow;
export type CycleSummary = z.infer<typeof work.CycleSummary>;
export type CycleStage = z.infer<typeof work.Stage>;
export type AppraisalView = z.infer<typeof work.AppraisalView>;
export type EvaluationView = z.infer<typeof work.EvaluationView>;
export type FollowUpView = z.infer<typeof work.FollowUpView>;
export type CycleView = cycles.CycleView;
export type DraftKind = z.infer<typeof cycles.DraftKind>;
/** What is written in each kind of draft. */
export type DraftContents = { skp: SkpContent; report: ReportContent; selfAssessment: SelfAssessmentContent };
export type TaskDetail = inbox.TaskDetail;
/** A task of a procedure; `procedure` tells it from the tasks of a cycle. */
export type ProcedureTaskDetail = procedures.ProcedureTaskDetail;
export type ProcedureView = procedures.ProcedureView;
export type ProcedureProgress = procedures.ProcedureProgress;
export type Suggestion = z.infer<typeof inbox.Suggestion>;
export type EmployeeRow = z.infer<typeof administration.EmployeeRow>;
export type RunRow = runs.RunRow;
export type RunStory = runs.RunStory;
export type RunCommand = z.infer<typeof runs.RunCommand>;
export type StoryEvent = z.infer<typeof runs.StoryEvent>;
export type MailRow = z.infer<typeof administration.MailRow>;
