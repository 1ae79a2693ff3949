import type { Rating } from '../appraisal/predikat.ts';
import type { ReportDocument } from '../reporting/report-document.ts';
import type { SkpDocument } from '../skp/skp-document.ts';
import type { Decision } from './tasks.ts';

/** Does not compile while a decision is missing. */
type OfEach<All extends Record<Decision, object>> = All;

/** What each decision carries. The contract of the API `satisfies` it, handlers of steps get exactly their own. */
export type Arguments = OfEach<{
  submitSkp: { content: SkpDocument };
  approveSkp: { note: string };
  returnSkp: { reason: string };
  submitReport: { content: ReportDocument };
  acceptReport: { note: string };
  returnReport: { reason: string };
  submitSelfAssessment: { content: { text: string } };
  rateEmployee: { hasilKerja: Rating; perilaku: Rating; notes: string };
  acknowledgeResult: object;
  fileObjection: { reason: string };
  decideObjection: {
    hasilKerja: Rating;
    perilaku: Rating;
    hearingAppraiser: string;
    hearingEmployee: string;
    reason: string;
  };
  recordEvaluation: { strengths: string[]; weaknesses: string[]; improvements: string[] };
  recordRewardProposal: { reward: string; outcome: 'proposed' | 'notProposed'; reason: string };
  recordGuidance: { summary: string; agreements: string[] };
  recordImprovementPlan: { goals: string[]; support: string };
  concludeImprovement: { outcome: 'improved' | 'notImproved'; summary: string };
  approve: { note: string };
  return: { reason: string };
  reject: { reason: string };
  resubmit: { note: string };
}>;

/** A decision with what it carries, as the ledger keeps it. */
export type DecisionArguments = { [D in Decision]: { decision: D } & Arguments[D] }[Decision];
